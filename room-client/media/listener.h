/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Everything heard and seen from the other seats: one receiver per track, one playout clock per
 * seat, and a player per track when the tracks are to be decoded.
 *
 * All functions belong to the thread that runs the default GMainContext.
 */

#include "room-client/media/player.h"
#include "room-client/media/playout.h"
#include "room-client/media/receiver.h"

struct listener;

enum listener_mode {
	LISTENER_NONE,  /* takes no media */
	LISTENER_COUNT, /* counts objects and checks stamps */
	LISTENER_ALL,   /* and decodes */
};

struct listener_out {
	void *user;
	void (*want_key)(void *user, uint16_t track); /* at most once per track and half second */
};

struct listener_track_stats {
	struct receiver_stats received;
	struct player_stats played;
	int64_t transit_us; /* smallest arrival - capture; across machines it holds their clocks */
	int64_t late_p50_us, late_p95_us; /* over the smallest transit */
	int64_t delay_us;
};

struct listener *listener_new(enum listener_mode mode, const struct listener_out *out);
struct listener *listener_free(struct listener *l);

/* A track that is there already starts anew. */
void listener_add(struct listener *l, const struct receiver_config *track, uint8_t codec);
void listener_remove(struct listener *l, uint16_t track);
void listener_clear(struct listener *l);

/* A binary message as it came, object or stamp. What cannot be read or belongs to no known track is
 * only counted. */
void listener_message(struct listener *l, GBytes *message, int64_t now_us);

/* False for a track that is not there. */
bool listener_stats(
	const struct listener *l, uint16_t track, struct listener_track_stats *ret_stats);
uint64_t listener_n_foreign(const struct listener *l);
