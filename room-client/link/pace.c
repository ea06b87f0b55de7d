/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/link/pace.h"

#include <glib.h>

#define SECOND INT64_C(1000000)
#define WINDOW_US SECOND     /* in which the line is measured */
#define IDLE_US (2 * SECOND) /* nobody asked for so long: there was no download */
#define HOLD_US (SECOND / 2)
#define BURST_US (SECOND / 10) /* so much is saved up at most */
#define BASE_US (10 * SECOND)  /* the usual delay is the least of so long, or twice that */
#define LATE_US (120 * 1000)   /* more than the usual delay */
#define SLOT_US (SECOND / 10)
#define LATE_MAX 3 /* slots in a row that are late are trouble */
#define PART_OF_LINE 3 / 4
/* Close to where it once was too much, and until well beyond, it grows by so little that the voices
 * are late by no more than it takes to notice. */
#define NEAR 4 / 5
#define BEYOND 5 / 4
#define CREEP_PART 50

struct pace {
	GMutex lock;
	int64_t rate;
	int64_t too_much;          /* the rate at which there was trouble; 0: not known */
	int64_t tokens, filled_us; /* tokens below zero are not given */
	int64_t held_until_us, troubled_us, asked_us;
	int64_t window_us, window_bytes;
	bool dry; /* the bucket was empty in this window: the line was not the limit */
	int64_t base_us, least_us, least_before_us;
	int64_t slot_us, slot_least_us; /* of all voices in this tenth of a second */
	int n_late;                     /* slots in a row */
};

struct pace *pace_new(int64_t now_us)
{
	struct pace *p = g_new0(struct pace, 1);

	g_mutex_init(&p->lock);
	p->rate = PACE_START;
	p->filled_us = p->window_us = now_us;
	p->troubled_us = now_us - SECOND;
	p->dry = true;
	p->base_us = now_us;
	p->least_us = p->least_before_us = p->slot_least_us = INT64_MAX;
	return p;
}

struct pace *pace_free(struct pace *p)
{
	if (p)
		g_mutex_clear(&p->lock);
	g_free(p);
	return NULL;
}

static void window_begin(struct pace *p, int64_t now_us, bool dry)
{
	p->window_us = now_us;
	p->window_bytes = 0;
	p->dry = dry;
}

/* What a pause of ours did not carry says nothing about the line. */
static void window_void(struct pace *p, int64_t now_us)
{
	window_begin(p, now_us, true);
	p->tokens = 0;
	p->filled_us = now_us;
}

static void grow(struct pace *p)
{
	if (p->rate > p->too_much * BEYOND)
		p->too_much = 0;
	if (!p->too_much)
		p->rate += p->rate / 4;
	else if (p->rate < p->too_much * NEAR)
		p->rate = MIN(p->rate + p->rate / 4, p->too_much * NEAR);
	else
		p->rate += p->rate / CREEP_PART;
}

/* After each window: grows while the bucket is the limit, else stays below the line. */
static void window_end(struct pace *p, int64_t now_us)
{
	int64_t carried = p->window_bytes * SECOND / (now_us - p->window_us);

	if (p->dry && now_us - p->troubled_us >= 2 * SECOND)
		grow(p);
	else if (!p->dry)
		p->rate = carried * PART_OF_LINE;
	p->rate = CLAMP(p->rate, PACE_MIN, PACE_MAX);
	window_begin(p, now_us, false);
}

static void fill(struct pace *p, int64_t now_us)
{
	int64_t burst = MAX(p->rate * BURST_US / SECOND, 4096);

	p->tokens = MIN(burst, p->tokens + p->rate * (now_us - p->filled_us) / SECOND);
	p->filled_us = now_us;
}

int64_t pace_take(struct pace *p, int64_t want, int64_t now_us, int64_t *ret_wait_us)
{
	int64_t n = 0;

	g_mutex_lock(&p->lock);
	*ret_wait_us = p->held_until_us - now_us;
	if (*ret_wait_us > 0) {
		window_void(p, now_us);
	} else {
		if (now_us - p->asked_us > IDLE_US)
			window_void(p, now_us);
		if (now_us - p->window_us >= WINDOW_US)
			window_end(p, now_us);
		fill(p, now_us);
		n = CLAMP(p->tokens, 0, want);
		/* Crumbs are not worth waking up for. */
		if (n < MIN(want, 4096))
			n = 0;
		p->tokens -= n;
		p->window_bytes += n;
		if (n < want) {
			p->dry = true;
			*ret_wait_us = (MIN(want, 4096) - MIN(p->tokens, 0)) * SECOND / p->rate + 1;
		}
	}
	p->asked_us = now_us;
	g_mutex_unlock(&p->lock);
	return n;
}

static void troubled(struct pace *p, int64_t now_us)
{
	if (now_us - p->troubled_us >= SECOND) {
		p->too_much = p->rate;
		p->rate = MAX(p->rate / 2, PACE_MIN);
		p->troubled_us = now_us;
	}
	p->held_until_us = MAX(p->held_until_us, now_us + HOLD_US / 2);
}

void pace_trouble(struct pace *p, int64_t now_us)
{
	g_mutex_lock(&p->lock);
	troubled(p, now_us);
	g_mutex_unlock(&p->lock);
}

void pace_hold(struct pace *p, int64_t now_us)
{
	g_mutex_lock(&p->lock);
	p->held_until_us = MAX(p->held_until_us, now_us + HOLD_US);
	g_mutex_unlock(&p->lock);
}

static void slot_end(struct pace *p, int64_t now_us)
{
	int64_t usual_us = MIN(p->least_us, p->least_before_us);

	p->n_late = p->slot_least_us - usual_us > LATE_US ? p->n_late + 1 : 0;
	if (p->n_late >= LATE_MAX)
		troubled(p, now_us);
	p->slot_us = now_us;
	p->slot_least_us = INT64_MAX;
}

void pace_heard(struct pace *p, int64_t delay_us, int64_t now_us)
{
	g_mutex_lock(&p->lock);
	if (now_us - p->base_us >= BASE_US) {
		p->least_before_us = p->least_us;
		p->least_us = INT64_MAX;
		p->base_us = now_us;
	}
	p->least_us = MIN(p->least_us, delay_us);
	p->slot_least_us = MIN(p->slot_least_us, delay_us);
	if (now_us - p->slot_us >= SLOT_US)
		slot_end(p, now_us);
	g_mutex_unlock(&p->lock);
}

int64_t pace_rate(struct pace *p)
{
	int64_t rate;

	g_mutex_lock(&p->lock);
	rate = p->rate;
	g_mutex_unlock(&p->lock);
	return rate;
}
