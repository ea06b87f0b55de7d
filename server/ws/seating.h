/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_SEATING_H
#define SERVER_WS_SEATING_H

/* From what an act says about a seat to what its room must know. Loop thread. */
#include "server/act/act.h"
#include "server/room/room.h"

struct live;

/* Points into the object it was read from. */
struct seating {
	struct room_admission admission; /* device key, resume_after and real_us are the caller's */
	struct actor actor;
	uint32_t granted; /* rights before what the session says now */
	char place[256];
};

/* Reads the answer of seat.join and seat.resume. */
void seating_read(const struct live *l, struct seating *s, const json_t *out);

/* Remembers who sits there, for the acts and events to come. */
void seating_remember(struct live *l, const struct seating *s);

/*
 * Reads what the session says to its room (room.open, room.state): who leads it, whether experts
 * are masked, and its seats: expected ones enter the roster; mutes and removals of before are in
 * force; rights follow.
 */
void seating_expect(struct live *l, const json_t *state);

/* "cam mic" as bits 1 << enum track_kind. */
unsigned seating_sources(const char *list);

#endif
