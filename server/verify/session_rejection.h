/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_REJECTION_H
#define SERVER_VERIFY_SESSION_REJECTION_H

/*
 * Bids rejected by votes outside a review (bid.rejected without a stage): more than half of the
 * panel voted so before, the reason is theirs. And of every rejection: whether the scoring had
 * begun and the prices had been judged is what the events before it say.
 */
#include "server/verify/session_record.h"

/*
 * Of the body of a bid.rejected; NULL: of none, false. Before 0062 there was only "after_scoring",
 * which meant both.
 */
bool rejection_is_scored(const json_t *body);
bool rejection_is_priced(const json_t *body);

void session_rejection_check(const struct session_record *rec);

#endif
