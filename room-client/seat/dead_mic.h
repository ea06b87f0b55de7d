/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_SEAT_DEAD_MIC_H
#define ROOM_CLIENT_SEAT_DEAD_MIC_H

/*
 * Whether the own microphone is muted in hardware: it is open here and its device is there, but it
 * gives nothing at all, not even noise, for three seconds. Only the seat itself can know that.
 */
#include <stdbool.h>

/* Levels come ten times a second. */
#define DEAD_MIC_LEVELS 30

struct dead_mic {
	unsigned n_nothing; /* levels in a row */
};

/* A level of 0 or more is a sound or noise, one below 0 nothing at all. */
static inline bool dead_mic_heard(struct dead_mic *d, double level, bool open)
{
	if (!open || level >= 0)
		d->n_nothing = 0;
	else if (d->n_nothing < DEAD_MIC_LEVELS)
		d->n_nothing++;
	return d->n_nothing == DEAD_MIC_LEVELS;
}

#endif
