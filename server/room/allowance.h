/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_ALLOWANCE_H
#define SERVER_ROOM_ALLOWANCE_H

/* How much a peer may do: so many units a second, saved up to a burst. Loop thread. */
#include <stdbool.h>
#include <stdint.h>

struct allowance {
	int64_t per_s;
	int64_t burst;
	int64_t left_milli; /* thousandths of a unit */
	int64_t at_ms;
};

/* Begins full. */
static inline struct allowance allowance_make(int64_t per_s, int64_t burst, int64_t now_ms)
{
	return (struct allowance){per_s, burst, burst * 1000, now_ms};
}

/* Takes n units, or none and returns false. */
static inline bool allowance_take(struct allowance *a, int64_t n, int64_t now_ms)
{
	int64_t left = a->left_milli + (now_ms - a->at_ms) * a->per_s;

	a->left_milli = left > a->burst * 1000 ? a->burst * 1000 : left;
	a->at_ms = now_ms;
	if (a->left_milli < n * 1000)
		return false;
	a->left_milli -= n * 1000;
	return true;
}

#endif
