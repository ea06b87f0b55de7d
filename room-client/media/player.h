/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Decodes the pictures of one track and shows each when it is due; without a tile it only counts
 * them. Sound goes to room-client/media/mixer, and both keep together because all that one sender
 * captured at a time is due at one time on CLOCK_MONOTONIC.
 *
 * All functions belong to the thread that runs the default GMainContext.
 */

#include <stdbool.h>
#include <stdint.h>

#include "room-client/media/easel.h"

struct player;

struct player_out {
	void *user;
	/* The decoder gave up and has been started anew: it needs a keyframe. */
	void (*restarted)(void *user);
	/* The newest picture of the tile. */
	void (*picture)(void *user, const struct picture *picture);
};

struct player_stats {
	uint64_t n_presented;
	int64_t skew_us; /* mean of presented - due over the last second or so */
	uint64_t n_restarts;
	/* Of the last pictures: how long after the earliest time possible they were decoded. */
	int64_t decoded_p50_us, decoded_p95_us;
};

/* codec: enum frame_codec; -ENOTSUP for all but VP8, -EIO when no decoder is installed. Begins
 * without a tile. */
int player_new(uint8_t codec, const struct player_out *out, struct player **ret_player);
struct player *player_free(struct player *p);

/* Pictures are made at most this large, in their own shape; 0 × 0: none are made. */
void player_set_tile(struct player *p, int width, int height);

/* Takes a reference to the payload. earliest_us: when it could have come at best, for the
 * statistics. False when too much waits to be decoded; then a keyframe is needed. */
bool player_push(struct player *p, GBytes *payload, int64_t due_us, int64_t earliest_us);

void player_stats(struct player *p, struct player_stats *ret_stats);
