/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * When to show what a sender captured. TCP keeps the order, so there is no reorder buffer: every
 * object of one sender, sound and picture alike, is due at
 *
 *	capture time + smallest transit seen lately + delay
 *
 * which keeps lips and voice together. The smallest transit also holds the distance between the
 * two machines' clocks, so nothing is assumed about them. The delay covers 99 of 100 objects: it
 * rises at once when objects come later and falls slowly.
 *
 * Pure; all times in microseconds, capture on the sender's clock, arrival on ours.
 */

#include <stdbool.h>
#include <stdint.h>

#define PLAYOUT_DELAY_MIN_US 60000
#define PLAYOUT_DELAY_MAX_US 1000000
#define PLAYOUT_BIN_US 5000

struct playout {
	bool started;
	int64_t slice_start_us;    /* arrival time at which the newest slice began */
	int64_t slice_transit[30]; /* smallest transit of each of the last 30 s, newest first */
	uint32_t late[PLAYOUT_DELAY_MAX_US / PLAYOUT_BIN_US]; /* how late, in 5 ms steps */
	uint32_t n_late;
	int64_t delay_us;
	int64_t lowered_us; /* when the delay was last let down */
};

void playout_init(struct playout *p);
void playout_arrived(struct playout *p, int64_t capture_us, int64_t arrival_us);

int64_t playout_due_us(const struct playout *p, int64_t capture_us);
int64_t playout_transit_us(const struct playout *p);

/* How late, over the smallest transit, the given share of the recent objects was at most. */
int64_t playout_late_us(const struct playout *p, int percent);
