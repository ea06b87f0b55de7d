/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_BOOTH_ACT_H
#define SERVER_ACT_BOOTH_ACT_H

/*
 * Booths (机位) are booked for a session (DOMAIN 6, A20): no other session has one of them at the
 * same time. Only of venues whose booths are known; another lends seats without a number.
 */
#include "server/act/act.h"

struct eval_session;
struct seat_row;

/*
 * Takes n booths of the venue that are free while the session lasts: texts, owned by the array, in
 * *ret; NULL: the venue's booths are not known. Nobody else books there until this transaction
 * ends. REFUSED with venue.booths_taken, or where the session has no end.
 */
int booth_book(struct act *a, const struct eval_session *s, const char *venue_id, int64_t n,
	GPtrArray **ret);

/*
 * Whether a seat of the session may stand in this booth (NULL: none was named) from now on. One
 * that the session keeps for nobody yet changes places with it. REFUSED with venue.booths_taken, or
 * where the venue has no such booth.
 */
int booth_move(struct act *a, const char *session_id, const struct seat_row *seat,
	const char *venue_id, const char *booth);

#endif
