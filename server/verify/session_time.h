/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_TIME_H
#define SERVER_VERIFY_SESSION_TIME_H

/* More time for a step (C09) in the record of a session. */
#include "server/verify/session_record.h"

/*
 * Once more than a third of the members found the time of a step too short, the next step came only
 * after it was extended; and that so many did is what their votes say.
 */
void session_time_check(const struct session_record *rec);

#endif
