/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_ADVICE_H
#define SERVER_ROOM_ADVICE_H

/*
 * How many bits a second a track of pictures shall have, by those who receive it:
 *
 *	half of them or more cannot take it    a quarter less, a step per 2 s, down to a quarter
 *	5 s without that                       a tenth more, a step per 2 s
 *
 * One slow line among good ones changes nothing: it gets fewer layers, see queue.h. Nor does it
 * matter whether anybody looks: what is recorded is evidence. Fractions are of the most that was
 * measured of the track. Voices are never advised: they are a twentieth of it and go first.
 * Loop thread; times in the loop's monotonic milliseconds.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct track;

#define ADVICE_EVERY_MS 500
/* What the message says when the publisher may use all it likes. */
#define ADVICE_FREE_BPS 100000000

struct advice {
	uint64_t bytes; /* since measured_ms */
	int64_t measured_ms;
	int64_t full_bps; /* the most that was measured; 0: nothing yet */
	int fit;          /* thousandths of it that the lines take */
	int64_t pressed_ms, lowered_ms, raised_ms;
	int told; /* thousandths; all of them until the first word */
	int64_t told_ms;
};

/* Those who take the track now. */
struct advice_receivers {
	unsigned n;
	unsigned n_late;   /* had to wait or go without in the last second */
	unsigned n_behind; /* do not get all they wish for */
};

void advice_init(struct advice *a, int64_t now_ms);

/* An object of this length came. */
static inline void advice_count(struct advice *a, size_t len)
{
	a->bytes += len;
}

/* To be asked every ADVICE_EVERY_MS. Whether the publisher shall be told now, and what. */
bool advice_judge(struct advice *a, const struct advice_receivers *r, int64_t now_ms, int *ret_bps);

/* Looks at the track's receivers and tells its publisher what there is to tell. */
void advice_give(struct track *t, int64_t now_ms);

#endif
