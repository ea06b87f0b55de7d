/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_CLOCK_H
#define SERVER_VERIFY_SESSION_CLOCK_H

/*
 * The times of a record's events against their order in the ledger: a clock that was set back shows
 * by an event that claims to be older than those before it.
 */
#include "server/verify/session_record.h"

/* An event may wait so long for its place: a promise is kept within 60 s. */
#define SESSION_CLOCK_SLACK_US (INT64_C(60) * 1000000)

void session_clock_check(const struct session_record *rec);

#endif
