/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/ws_ticker.h"

#include <time.h>

#include "server/core/clock.h"
#include "server/net/loop_private.h"
#include "server/net/ws_conn_private.h"

#define MS_US INT64_C(1000)

/* A beat that nobody sends in is not kept. */
#define MEDIA_OVER_US (200 * MS_US)

static int64_t interval_us(const struct ws_ticker *t)
{
	return pace_interval_ms(&t->pace) * MS_US;
}

static int64_t thread_cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * CLOCK_SECOND_US + ts.tv_nsec / 1000;
}

static void begin_window(struct ws_ticker *t, int64_t now_us, int64_t cpu_us)
{
	t->window_us = now_us;
	t->window_cpu_us = cpu_us;
	metric_set(t->m_interval, pace_interval_ms(&t->pace));
}

static void look_at_load(struct loop *l, int64_t now_us)
{
	struct ws_ticker *t = &l->ticker;
	int64_t passed_us = now_us - t->window_us, cpu_us;
	unsigned busy;

	if (passed_us < PACE_WINDOW_MS * MS_US)
		return;
	cpu_us = thread_cpu_us();
	busy = l->config.busy_percent ? l->config.busy_percent()
				      : (unsigned)((cpu_us - t->window_cpu_us) * 100 / passed_us);
	metric_set(t->m_busy, busy);
	pace_window(&t->pace, busy);
	begin_window(t, now_us, cpu_us);
}

static bool shall_be_paced(const struct loop *l, int64_t now_us)
{
	const struct ws_ticker *t = &l->ticker;

	return l->config.rooms_only && !l->stopping && l->n_ws &&
	       pace_interval_ms(&t->pace) > PACE_FAST_MS && now_us - t->media_us < MEDIA_OVER_US;
}

static void beat(struct loop *l, int64_t now_us)
{
	look_at_load(l, now_us);
	ws_conn_tick(l, now_us);
}

static void beat_due(lws_sorted_usec_list_t *sul);

/* To the next multiple, so that lateness does not add up. */
static void schedule(struct loop *l, int64_t now_us)
{
	int64_t every_us = interval_us(&l->ticker);

	lws_sul_schedule(l->context, 0, &l->ticker.sul, beat_due, every_us - now_us % every_us);
}

static void beat_due(lws_sorted_usec_list_t *sul)
{
	struct loop *l = lws_container_of(sul, struct loop, ticker.sul);
	int64_t now_us = clock_mono_us();

	if (!l->n_ws)
		return;
	beat(l, now_us);
	l->ticker.paced = shall_be_paced(l, now_us);
	l->ticker.beat_us = now_us;
	if (!l->ticker.paced)
		schedule(l, now_us);
}

void ws_ticker_init(struct loop *l)
{
	l->ticker.m_interval = metric_gauge("bidroom_write_interval_ms",
		"Between joined writes to seats; grows with the load.", NULL, NULL);
	l->ticker.m_busy = metric_gauge("bidroom_loop_busy_percent",
		"Of a core, what the loop used in the last second with seats.", NULL, NULL);
}

void ws_ticker_start(struct loop *l)
{
	int64_t now_us = clock_mono_us();

	l->ticker.pace = (struct pace){0};
	begin_window(&l->ticker, now_us, thread_cpu_us());
	if (!l->ticker.paced)
		schedule(l, now_us);
}

static void sleep_until(int64_t us)
{
	struct timespec ts = {us / CLOCK_SECOND_US, us % CLOCK_SECOND_US * 1000};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/* Twice, since one round reads each socket once. */
static int read_all(struct loop *l)
{
	int r = lws_service(l->context, -1);

	return r < 0 ? r : lws_service(l->context, -1);
}

int ws_ticker_serve(struct loop *l)
{
	struct ws_ticker *t = &l->ticker;
	int64_t now_us;
	int r;

	if (!t->paced)
		return lws_service(l->context, 0);
	/* Whoever is late does not wait in addition. */
	t->beat_us = MAX(t->beat_us + interval_us(t), clock_mono_us() - interval_us(t));
	sleep_until(t->beat_us);
	r = read_all(l);
	now_us = clock_mono_us();
	beat(l, now_us);
	t->paced = shall_be_paced(l, now_us);
	if (!t->paced && l->n_ws)
		schedule(l, now_us);
	return r;
}
