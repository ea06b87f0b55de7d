/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_CANDIDATES_H
#define SERVER_VERIFY_SESSION_CANDIDATES_H

/* Whom the report recommends where a bidder may win only so many lots (兼投不兼中). */
#include "server/verify/session_record.h"

/* made: the report.made that stands; report: report.json, may be NULL. */
void session_candidates_check(
	const struct session_record *rec, const struct session_event *made, const json_t *report);

#endif
