/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/rate.h"

#include <glib.h>

#define FULL 1000
#define TOO_LONG_US 150000
/* What is in the line already was encoded before: wait for the effect. */
#define LOWER_EVERY_US 500000
#define CALM_US 5000000
#define RAISE_EVERY_US 1000000
#define BPS_MIN 6000

void rate_init(struct rate *r)
{
	*r = (struct rate){
		.thousandths = FULL, .lowered_us = INT64_MIN / 2, .pressed_us = INT64_MIN / 2};
}

void rate_waits(struct rate *r, int64_t waits_us, int64_t now_us)
{
	if (waits_us >= TOO_LONG_US) {
		r->pressed_us = now_us;
		if (now_us - r->lowered_us < LOWER_EVERY_US)
			return;
		r->lowered_us = now_us;
		r->thousandths = MAX(r->thousandths * 2 / 3, RATE_LEAST);
	} else if (now_us - r->pressed_us >= CALM_US && now_us - r->raised_us >= RAISE_EVERY_US) {
		r->raised_us = now_us;
		r->thousandths = MIN(r->thousandths + FULL / 20, FULL);
	}
}

int rate_apply(const struct rate *r, int bps, int advised)
{
	int64_t allowed = (int64_t)bps * r->thousandths / FULL;

	if (advised > 0)
		allowed = MIN(allowed, advised);
	return (int)MAX(allowed, BPS_MIN);
}
