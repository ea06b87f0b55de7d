/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_REVIEW_H
#define SERVER_VERIFY_SESSION_REVIEW_H

/*
 * The review of a record (reviews.json) against the ledger: each ballot is the one committed to in
 * review.submitted, each result is what the ballots give and what review.counted is about, and
 * whoever failed an item, and nobody else by this stage, has an event bid.rejected.
 */
#include "server/verify/session_record.h"

void session_review_check(const struct session_record *rec);

#endif
