/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What waits to be written to one connection, in three lanes: control texts leave first, then
 * sound, then pictures; within a lane the order stays. Nothing is dropped here, since media objects
 * are numbered and signed: who makes them asks outbox_has_room first.
 *
 * Every function locks; any thread.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum outbox_lane {
	OUTBOX_CONTROL,
	OUTBOX_AUDIO,
	OUTBOX_VIDEO,
	OUTBOX_N_LANES,
};

struct outbox;

struct outbox *outbox_new(void);
struct outbox *outbox_free(struct outbox *o);

/* Takes a reference. now_us: CLOCK_MONOTONIC. A text may stand in any lane, behind media that it
 * must not overtake. */
void outbox_push(
	struct outbox *o, enum outbox_lane lane, bool is_text, GBytes *message, int64_t now_us);

/* The next message, the caller's to unref; NULL when empty. */
GBytes *outbox_pop(struct outbox *o, bool *ret_is_text);

bool outbox_is_empty(struct outbox *o);
void outbox_clear(struct outbox *o);

/* How long the lane's oldest message has waited; 0 when it is empty. */
int64_t outbox_age_us(struct outbox *o, enum outbox_lane lane, int64_t now_us);
/* False when the lane has fallen behind: too much waits in it, or for too long. */
bool outbox_has_room(struct outbox *o, enum outbox_lane lane, int64_t now_us);
