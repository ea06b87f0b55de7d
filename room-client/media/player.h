/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Decodes one track and presents each frame when it is due; without a window it only counts them.
 * Tracks of one sender keep together because all of them are due on CLOCK_MONOTONIC.
 *
 * All functions belong to the thread that runs the default GMainContext.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct player;

struct player_out {
	void *user;
	/* The decoder gave up and has been started anew: it needs a keyframe. */
	void (*restarted)(void *user);
};

struct player_stats {
	uint64_t n_presented;
	int64_t skew_us; /* mean of presented - due over the last second or so */
	uint64_t n_restarts;
};

/* codec: enum frame_codec, Opus or VP8; -ENOTSUP for others, -EIO when no decoder is installed. */
int player_new(uint8_t codec, const struct player_out *out, struct player **ret_player);
struct player *player_free(struct player *p);

/* Takes a reference to the payload. False when too much waits to be decoded; then a keyframe is
 * needed. */
bool player_push(struct player *p, GBytes *payload, int64_t due_us);

void player_stats(struct player *p, struct player_stats *ret_stats);
