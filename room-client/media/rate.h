/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How much of its full bitrate a source may use, by how long what it sent waits for the line: down
 * quickly, by a third per step while things wait, up slowly, a twentieth per second once they have
 * not for a while. Pure; times in microseconds of any one clock.
 */

#include <stdint.h>

/* The least, in thousandths. */
#define RATE_LEAST 150

struct rate {
	int thousandths;
	int64_t lowered_us, raised_us, pressed_us;
};

void rate_init(struct rate *r);

/* To be told a few times a second how long the oldest message has waited. */
void rate_waits(struct rate *r, int64_t waits_us, int64_t now_us);

/* bps as the rate leaves it, and no more than advised; 0: no advice was given. */
int rate_apply(const struct rate *r, int bps, int advised);
