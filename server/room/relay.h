/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_RELAY_H
#define SERVER_ROOM_RELAY_H

/* The way of a media object: check, session time, recorder, receivers. Loop thread. */
#include "server/room/object.h"

struct refusal;
struct seat;

/*
 * A binary message of a seat. Takes data (g_malloc). 0 when it was relayed or, for a muted or
 * just ended track, quietly dropped; REFUSED: see room_offend().
 */
int room_relay(struct seat *s, uint8_t *data, size_t len, int64_t now_ms, struct refusal *r);

/* A control message came: 0, or REFUSED when there are too many. */
int room_count_message(struct seat *s, int64_t now_ms, struct refusal *r);

/*
 * A message of the seat was refused: answers with an error message. Too many faults close the
 * connection, as if the line had dropped. True if it is still there.
 */
bool room_offend(struct seat *s, const struct refusal *r, const char *ref, int64_t now_ms);

/* The media that goes to the seat's connection now, see queue_collect(). */
bool room_collect(
	struct seat *s, int64_t now_ms, bool (*put)(void *ctx, const struct object *o), void *ctx);

#endif
