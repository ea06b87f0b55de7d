/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Which of the others' tracks are worth taking, by what is shown. A source (the camera of a seat)
 * may come as several tracks: sizes of one picture, and an original beside its masked counterpart
 * for those who may see it. At most one of them is taken: the original where it is given, in the
 * smallest size that fills the tile, otherwise the largest there is. Voices are always taken.
 *
 * Who speaks goes first, then a screen, then large tiles, then small ones. A small tile of somebody
 * who is silent does without every second picture.
 *
 * Pure; one thread. The server sends a track until it is told otherwise.
 */

#include "room-client/seat/mute.h"
#include "room-client/seat/roster.h"

struct tiles;

struct tiles_out {
	void *user;
	/* Both are told when they change, the wish first. */
	void (*want)(void *user, uint16_t track, const struct roster_wish *wish);
	/* The size of the tile that a track is taken for; 0 × 0: there is none. */
	void (*fit)(void *user, uint16_t track, int width, int height);
};

/* all: pictures are taken without a tile too, in their largest size. */
struct tiles *tiles_new(bool all, const struct tiles_out *out);
struct tiles *tiles_free(struct tiles *t);

/* The tile of a source, which need not be there yet; 0 × 0: it is hidden. */
void tiles_show(struct tiles *t, const char *seat, enum mute_source source, int width, int height);

/* Who speaks; NULL: nobody does. */
void tiles_speaker(struct tiles *t, const char *seat);

/* Copies what it needs. */
void tiles_track(struct tiles *t, const struct roster_track *track);
void tiles_track_gone(struct tiles *t, uint16_t track);

/* The source that a taken track of pictures shows; false for any other. The seat's name lives as
 * long as the track. */
bool tiles_find(
	const struct tiles *t, uint16_t track, const char **ret_seat, enum mute_source *ret_source);
