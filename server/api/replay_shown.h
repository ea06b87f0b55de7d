/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_REPLAY_SHOWN_H
#define SERVER_API_REPLAY_SHOWN_H

/* Which tracks of a recording are for whom: not all are for everybody who may look at it. */
#include <glib.h>
#include <stdbool.h>

struct actor;
struct replay_track;

/* Whether the actor may hear what was said to one seat alone (单独通话). */
bool replay_shows_asides(const struct actor *actor);

/* open_seats: of original_store_open_seats(), for the same actor. */
bool replay_is_shown(
	const struct actor *actor, const struct replay_track *t, const GPtrArray *open_seats);

#endif
