/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/advice.h"

#include "server/room/seat.h"
#include "server/room/subscription.h"
#include "server/room/track.h"

#define ALL 1000

/* Longer than a group, so that a keyframe does not look like a flood. */
#define MEASURE_MS 2500
#define TELL_EVERY_MS 1000
#define LOWER_EVERY_MS 2000
#define RAISE_EVERY_MS 2000
#define RAISE_BY 100
#define CALM_MS 5000
#define LEAST 250
#define LEAST_BPS 6000

void advice_init(struct advice *a, int64_t now_ms)
{
	*a = (struct advice){.measured_ms = now_ms,
		.fit = ALL,
		.pressed_ms = now_ms - CALM_MS,
		.lowered_ms = now_ms - LOWER_EVERY_MS,
		.raised_ms = now_ms,
		.told = ALL,
		.told_ms = now_ms - TELL_EVERY_MS};
}

static void measure(struct advice *a, int64_t now_ms)
{
	int64_t took_ms = now_ms - a->measured_ms;

	if (took_ms < MEASURE_MS)
		return;
	a->full_bps = MAX(a->full_bps, (int64_t)a->bytes * 8 * 1000 / took_ms);
	a->bytes = 0;
	a->measured_ms = now_ms;
}

static void judge_lines(struct advice *a, const struct advice_receivers *r, int64_t now_ms)
{
	if (r->n_late > 0 && 2 * r->n_late >= r->n) {
		a->pressed_ms = now_ms;
		if (now_ms - a->lowered_ms < LOWER_EVERY_MS)
			return;
		a->lowered_ms = now_ms;
		a->fit = MAX(a->fit * 3 / 4, LEAST);
	} else if (2 * r->n_behind < MAX(r->n, 1) && now_ms - a->pressed_ms >= CALM_MS &&
		   now_ms - a->raised_ms >= RAISE_EVERY_MS) {
		a->raised_ms = now_ms;
		a->fit = MIN(a->fit + RAISE_BY, ALL);
	}
}

bool advice_judge(struct advice *a, const struct advice_receivers *r, int64_t now_ms, int *ret_bps)
{
	measure(a, now_ms);
	judge_lines(a, r, now_ms);
	if (a->fit == a->told || a->full_bps == 0 || now_ms - a->told_ms < TELL_EVERY_MS)
		return false;
	a->told = a->fit;
	a->told_ms = now_ms;
	*ret_bps = a->fit == ALL
			   ? ADVICE_FREE_BPS
			   : (int)CLAMP(a->full_bps * a->fit / ALL, LEAST_BPS, ADVICE_FREE_BPS);
	return true;
}

static struct advice_receivers receivers_of(const struct track *t, int64_t now_ms)
{
	struct advice_receivers r = {0};

	for (guint i = 0; i < t->subscriptions->len; i++) {
		const struct subscription *s = g_ptr_array_index(t->subscriptions, i);
		const struct queue *q = &s->receiver->queue;

		if (!s->on)
			continue;
		r.n++;
		r.n_late += queue_is_late(q, now_ms);
		r.n_behind += q->in_lag;
	}
	return r;
}

void advice_give(struct track *t, int64_t now_ms)
{
	struct advice_receivers r;
	int bps;

	if (track_is_audio(t) || seat_is_muted(t->seat, t->form.kind))
		return;
	r = receivers_of(t, now_ms);
	if (advice_judge(&t->advice, &r, now_ms, &bps))
		seat_send(t->seat, CONTROL_BITRATE,
			json_pack("{s:i, s:i}", "track", t->id, "bps", bps));
}
