/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

/* What the jobs of one test leave behind. */
struct record {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	GString *ran, *finished;
	unsigned n_destroyed, n_inits, n_dones, n_wakes, n_running, max_running;
	bool gate_open;
};

struct item {
	struct record *record;
	char name;
	bool wait; /* stays in run() until the gate opens */
	void *thread_data;
};

static void record_init(struct record *r)
{
	memset(r, 0, sizeof(*r));
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->ran = g_string_new(NULL);
	r->finished = g_string_new(NULL);
}

static void record_done(struct record *r)
{
	g_string_free(r->ran, TRUE);
	g_string_free(r->finished, TRUE);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->changed);
}

static void *thread_init(void *ctx, enum job_lane lane, unsigned index)
{
	struct record *r = ctx;

	pthread_mutex_lock(&r->lock);
	r->n_inits++;
	pthread_mutex_unlock(&r->lock);
	return g_new0(int, 1);
}

static void thread_done(void *ctx, void *data)
{
	struct record *r = ctx;

	pthread_mutex_lock(&r->lock);
	r->n_dones++;
	pthread_mutex_unlock(&r->lock);
	g_free(data);
}

static void wake(void *ctx)
{
	struct record *r = ctx;

	pthread_mutex_lock(&r->lock);
	r->n_wakes++;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void run(void *data, void *thread_data)
{
	struct item *i = data;
	struct record *r = i->record;

	pthread_mutex_lock(&r->lock);
	i->thread_data = thread_data;
	r->n_running++;
	r->max_running = MAX(r->max_running, r->n_running);
	pthread_cond_broadcast(&r->changed);
	while (i->wait && !r->gate_open)
		pthread_cond_wait(&r->changed, &r->lock);
	g_string_append_c(r->ran, i->name);
	r->n_running--;
	pthread_mutex_unlock(&r->lock);
}

static void done(void *data)
{
	struct item *i = data;

	assert_non_null(i->thread_data);
	g_string_append_c(i->record->finished, i->name);
}

static void destroy(void *data)
{
	struct item *i = data;

	pthread_mutex_lock(&i->record->lock);
	i->record->n_destroyed++;
	pthread_mutex_unlock(&i->record->lock);
	g_free(i);
}

static struct item *item(struct record *r, char name, bool wait)
{
	struct item *i = g_new0(struct item, 1);

	*i = (struct item){.record = r, .name = name, .wait = wait};
	return i;
}

static void await_running(struct record *r, unsigned n)
{
	pthread_mutex_lock(&r->lock);
	while (r->n_running < n)
		pthread_cond_wait(&r->changed, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

static void open_gate(struct record *r)
{
	pthread_mutex_lock(&r->lock);
	r->gate_open = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static struct job_pool *pool_new(struct record *r, unsigned acts, unsigned hashes, unsigned waiting)
{
	return job_pool_new(&(struct job_config){
		.lanes = {{acts, waiting}, {hashes, waiting}},
		.thread_init = thread_init,
		.thread_done = thread_done,
		.wake = wake,
		.ctx = r,
	});
}

static void test_runs_and_finishes(void **state)
{
	struct record r;
	struct job_pool *p;

	record_init(&r);
	p = pool_new(&r, 2, 1, 10);
	assert_int_equal(job_post(p, JOB_LANE_ACTS, run, done, item(&r, 'a', false), destroy), 0);
	pthread_mutex_lock(&r.lock);
	while (!r.n_wakes)
		pthread_cond_wait(&r.changed, &r.lock);
	pthread_mutex_unlock(&r.lock);
	assert_int_equal(r.n_destroyed, 0);
	job_drain_done(p);
	assert_string_equal(r.finished->str, "a");
	assert_int_equal(r.n_destroyed, 1);
	assert_int_equal(job_post(p, JOB_LANE_HASH, run, NULL, item(&r, 'b', false), destroy), 0);
	job_pool_stop(p);
	assert_int_equal(r.n_destroyed, 2);
	assert_int_equal(r.n_inits, 3);
	assert_int_equal(r.n_dones, 3);
	job_pool_free(p);
	record_done(&r);
}

static void test_bound_and_lanes(void **state)
{
	struct record r;
	struct job_pool *p;
	struct item *extra;

	record_init(&r);
	p = pool_new(&r, 1, 1, 2);
	assert_int_equal(job_post(p, JOB_LANE_ACTS, run, done, item(&r, 'a', true), destroy), 0);
	await_running(&r, 1);
	assert_int_equal(job_post(p, JOB_LANE_ACTS, run, done, item(&r, 'b', false), destroy), 0);
	assert_int_equal(
		job_post_serial(p, JOB_LANE_ACTS, "k", run, done, item(&r, 'c', false), destroy),
		0);
	extra = item(&r, 'x', false);
	assert_int_equal(job_waiting(p, JOB_LANE_ACTS), 2);
	assert_int_equal(job_post(p, JOB_LANE_ACTS, run, done, extra, destroy), JOB_E_FULL);
	assert_int_equal(
		job_post_serial(p, JOB_LANE_ACTS, "k", run, done, extra, destroy), JOB_E_FULL);
	assert_int_equal(job_post(p, JOB_LANE_LONG, run, done, extra, destroy), JOB_E_FULL);
	/* A full lane does not stop another one. */
	assert_int_equal(job_post(p, JOB_LANE_HASH, run, done, item(&r, 'h', true), destroy), 0);
	await_running(&r, 2);
	open_gate(&r);
	job_pool_stop(p);
	assert_int_equal(r.finished->len, 4);
	assert_int_equal(r.n_destroyed, 4);
	assert_int_equal(job_post(p, JOB_LANE_ACTS, run, done, extra, destroy), JOB_E_STOPPED);
	g_free(extra);
	job_pool_free(p);
	record_done(&r);
}

static void test_serial_order(void **state)
{
	struct record r;
	struct job_pool *p;
	const char *order = "abcdefghijklmnopqrstuvwxyz";

	record_init(&r);
	p = pool_new(&r, 4, 0, 100);
	/* The first holds the key until everything is posted; others of no key overtake. */
	for (const char *c = order; *c; c++)
		assert_int_equal(job_post_serial(p, JOB_LANE_ACTS, "room1", run, done,
					 item(&r, *c, *c == 'a'), destroy),
			0);
	assert_int_equal(
		job_post_serial(p, JOB_LANE_ACTS, "room2", run, done, item(&r, '2', true), destroy),
		0);
	await_running(&r, 2);
	open_gate(&r);
	job_pool_stop(p);
	g_string_replace(r.ran, "2", "", 0);
	g_string_replace(r.finished, "2", "", 0);
	assert_string_equal(r.ran->str, order);
	assert_string_equal(r.finished->str, order);
	assert_int_equal(r.max_running, 2);
	job_pool_free(p);
	record_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_and_finishes),
		cmocka_unit_test(test_bound_and_lanes),
		cmocka_unit_test(test_serial_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
