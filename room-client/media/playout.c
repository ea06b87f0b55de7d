/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/playout.h"

#include <string.h>

#define N_SLICES (int)(sizeof(((struct playout *)0)->slice_transit) / sizeof(int64_t))
#define N_BINS (PLAYOUT_DELAY_MAX_US / PLAYOUT_BIN_US)
#define SLICE_US 1000000
/* Old lateness fades: the counts are halved when this many objects have been counted. */
#define COUNTED_MAX 1500
#define LOWER_EVERY_US 200000
#define LOWER_BY_US 1000

void playout_init(struct playout *p)
{
	memset(p, 0, sizeof(*p));
	p->delay_us = PLAYOUT_DELAY_MIN_US;
	for (int i = 0; i < N_SLICES; i++)
		p->slice_transit[i] = INT64_MAX;
}

static void slices_advance(struct playout *p, int64_t arrival_us)
{
	int64_t n = (arrival_us - p->slice_start_us) / SLICE_US;

	if (n <= 0)
		return;
	if (n > N_SLICES)
		n = N_SLICES;
	memmove(p->slice_transit + n, p->slice_transit, (size_t)(N_SLICES - n) * sizeof(int64_t));
	for (int64_t i = 0; i < n; i++)
		p->slice_transit[i] = INT64_MAX;
	p->slice_start_us = arrival_us;
}

int64_t playout_transit_us(const struct playout *p)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < N_SLICES; i++) {
		if (p->slice_transit[i] < least)
			least = p->slice_transit[i];
	}
	return least == INT64_MAX ? 0 : least;
}

static void late_count(struct playout *p, int64_t late_us)
{
	int64_t bin = late_us / PLAYOUT_BIN_US;

	if (bin >= N_BINS)
		bin = N_BINS - 1;
	p->late[bin]++;
	p->n_late++;
	if (p->n_late < COUNTED_MAX)
		return;
	p->n_late = 0;
	for (int i = 0; i < N_BINS; i++) {
		p->late[i] /= 2;
		p->n_late += p->late[i];
	}
}

int64_t playout_late_us(const struct playout *p, int percent)
{
	uint64_t wanted = ((uint64_t)p->n_late * (unsigned)percent + 99) / 100;
	uint64_t seen = 0;

	for (int i = 0; i < N_BINS; i++) {
		seen += p->late[i];
		if (seen >= wanted)
			return wanted ? (i + 1) * (int64_t)PLAYOUT_BIN_US : 0;
	}
	return PLAYOUT_DELAY_MAX_US;
}

static void delay_follow(struct playout *p, int64_t arrival_us)
{
	int64_t wanted = playout_late_us(p, 99);

	if (wanted < PLAYOUT_DELAY_MIN_US)
		wanted = PLAYOUT_DELAY_MIN_US;
	if (wanted >= p->delay_us) {
		p->delay_us = wanted;
		p->lowered_us = arrival_us;
	} else if (arrival_us - p->lowered_us >= LOWER_EVERY_US) {
		p->delay_us -= LOWER_BY_US;
		p->lowered_us = arrival_us;
	}
}

void playout_arrived(struct playout *p, int64_t capture_us, int64_t arrival_us)
{
	int64_t transit = arrival_us - capture_us;

	if (!p->started) {
		p->started = true;
		p->slice_start_us = arrival_us;
	}
	slices_advance(p, arrival_us);
	if (transit < p->slice_transit[0])
		p->slice_transit[0] = transit;
	late_count(p, transit - playout_transit_us(p));
	delay_follow(p, arrival_us);
}

int64_t playout_due_us(const struct playout *p, int64_t capture_us)
{
	return capture_us + playout_transit_us(p) + p->delay_us;
}
