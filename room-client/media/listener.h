/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Everything heard and seen from the other seats: one receiver per track, one playout clock per
 * seat; when they are to be decoded, a player for each track of pictures and one mixer for all
 * voices.
 *
 * All functions belong to the thread that runs the default GMainContext.
 */

#include "room-client/media/mixer.h"
#include "room-client/media/player.h"
#include "room-client/media/playout.h"
#include "room-client/media/receiver.h"

struct listener;

enum listener_mode {
	LISTENER_NONE,  /* takes no media */
	LISTENER_COUNT, /* counts objects and checks stamps */
	LISTENER_ALL,   /* and decodes */
};

struct listener_config {
	enum listener_mode mode;
	enum mixer_output output;
	bool tiles_only; /* pictures are decoded only while they have a tile */
};

struct listener_out {
	void *user;
	void (*want_key)(void *user, uint16_t track); /* at most once per track and half second */
	/* The rest may be NULL. The newest picture of a track that has a tile. */
	void (*picture)(void *user, uint16_t track, const struct picture *picture);
	/* How loud a seat is, 0 to 1, about ten times a second while it sends sound. */
	void (*level)(void *user, const char *seat, double level);
	/* The loudspeaker has failed; it is tried again every second. */
	void (*output_failed)(void *user, const char *why);
	/* As in struct mixer_out. */
	void (*heard)(void *user, const int16_t *samples, size_t n, int64_t at_us);
};

struct listener_track_stats {
	struct receiver_stats received;
	struct player_stats played;
	int64_t transit_us; /* smallest arrival - capture; across machines it holds their clocks */
	int64_t late_p50_us, late_p95_us; /* over the smallest transit */
	int64_t delay_us;
};

/* -EIO when something to decode or play with is not installed. */
int listener_new(const struct listener_config *config, const struct listener_out *out,
	struct listener **ret_listener);
struct listener *listener_free(struct listener *l);

/* A track that is there already starts anew. */
void listener_add(struct listener *l, const struct receiver_config *track, uint8_t codec);
void listener_remove(struct listener *l, uint16_t track);
void listener_clear(struct listener *l);

/* The size of the tile a track is shown in; 0 × 0: it has none. */
void listener_set_tile(struct listener *l, uint16_t track, int width, int height);
/* Plays a sound, to hear whether the loudspeaker works. */
void listener_chime(struct listener *l);

/* A binary message as it came, object or stamp. What cannot be read or belongs to no known track is
 * only counted. */
void listener_message(struct listener *l, GBytes *message, int64_t now_us);

/* False for a track that is not there. */
bool listener_stats(
	const struct listener *l, uint16_t track, struct listener_track_stats *ret_stats);
uint64_t listener_n_foreign(const struct listener *l);
