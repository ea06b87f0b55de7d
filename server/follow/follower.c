/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/follower.h"

#include <glib.h>
#include <stdbool.h>

#include "db/fault.h"
#include "server/core/log.h"
#include "server/core/metrics.h"

#define SLOWEST_US (10 * G_USEC_PER_SEC)

struct follower {
	const char *name;
	int64_t interval_us;
	int (*step)(void *ctx);
	void *ctx;
	GThread *thread;
	GMutex lock;
	GCond wake;
	bool woken, stop;
};

/* True when it is time to stop. */
static bool wait_for_work(struct follower *f, int64_t pause_us)
{
	int64_t until = g_get_monotonic_time() + pause_us;
	bool stop;

	g_mutex_lock(&f->lock);
	while (!f->woken && !f->stop)
		if (!g_cond_wait_until(&f->wake, &f->lock, until))
			break;
	f->woken = false;
	stop = f->stop;
	g_mutex_unlock(&f->lock);
	return stop;
}

static void report(const struct follower *f, int fault)
{
	log_event(LOG_ERR, "follow.failed", log_str("follower", f->name),
		log_str("error", g_strerror(-fault)), log_str("db", db_fault_text()));
	metric_add(metric_counter("bidroom_follower_failures_total",
			   "Steps of followers that failed", "follower", f->name),
		1);
}

static void *run(void *data)
{
	struct follower *f = data;
	int64_t pause_us = 0;

	while (!wait_for_work(f, pause_us)) {
		int r = f->step(f->ctx);
		if (r < 0) {
			report(f, r);
			/* A wake-up must not turn a lasting failure into a busy loop. */
			pause_us = MIN(MAX(pause_us, f->interval_us) * 2, SLOWEST_US);
			g_usleep(G_USEC_PER_SEC / 10);
		} else {
			pause_us = r ? 0 : f->interval_us;
		}
	}
	return NULL;
}

struct follower *follower_new(
	const char *name, int64_t interval_us, int (*step)(void *ctx), void *ctx)
{
	struct follower *f = g_new0(struct follower, 1);

	f->name = name;
	f->interval_us = interval_us;
	f->step = step;
	f->ctx = ctx;
	g_mutex_init(&f->lock);
	g_cond_init(&f->wake);
	f->thread = g_thread_new(name, run, f);
	return f;
}

void follower_wake(struct follower *f)
{
	g_mutex_lock(&f->lock);
	f->woken = true;
	g_cond_signal(&f->wake);
	g_mutex_unlock(&f->lock);
}

struct follower *follower_free(struct follower *f)
{
	if (!f)
		return NULL;
	g_mutex_lock(&f->lock);
	f->stop = true;
	g_cond_signal(&f->wake);
	g_mutex_unlock(&f->lock);
	g_thread_join(f->thread);
	g_cond_clear(&f->wake);
	g_mutex_clear(&f->lock);
	g_free(f);
	return NULL;
}
