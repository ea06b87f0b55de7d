/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_TRACK_ACT_H
#define SERVER_ACT_TRACK_ACT_H

/* What the acts that begin a track have in common. */
#include "server/act/act.h"

/* clang-format off */
#define TRACK_FIELDS \
	{"session_id", FIELD_ID, true}, \
	{"seat_id", FIELD_NAME, true, 1, 32}, \
	{"track", FIELD_INT, true, 1, 65535}, \
	{"kind", FIELD_NAME, true, 1, 16}, \
	{"codec", FIELD_NAME, true, 1, 16}, \
	{"mask", FIELD_NAME, true, 1, 16}, \
	{"width", FIELD_INT, true, 0, 7680}, \
	{"height", FIELD_INT, true, 0, 4320}, \
	{"device_key", FIELD_BASE64, true, 32, 32}, \
	{"started_ms", FIELD_INT, true}
/* clang-format on */

/* Writes the track of the own seat, and the event. `in` may name in "to" whom alone it is for. */
int track_act_begin(struct act *a, const json_t *in);

#endif
