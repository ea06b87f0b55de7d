/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glib.h>

#include "server/core/clock.h"
#include "server/follow/follower.h"

/* No step of a test takes this long; only a failing test waits for it. */
#define PATIENCE_US (20 * CLOCK_SECOND_US)
#define NEVER_US (3600 * CLOCK_SECOND_US)

/* A duty that counts its steps and answers from a list; its last answer stands for ever. */
struct duty {
	GMutex lock;
	GCond stepped;
	const int *answers;
	unsigned n_answers, n;
	int64_t at_us[64];
};

static int step(void *ctx)
{
	struct duty *d = ctx;

	g_mutex_lock(&d->lock);
	int answer = d->answers[MIN(d->n, d->n_answers - 1)];
	if (d->n < G_N_ELEMENTS(d->at_us))
		d->at_us[d->n] = clock_mono_us();
	d->n++;
	g_cond_broadcast(&d->stepped);
	g_mutex_unlock(&d->lock);
	return answer;
}

#define DUTY(...)                                                             \
	{                                                                     \
		.answers = (const int[]){__VA_ARGS__},                        \
		.n_answers = sizeof((const int[]){__VA_ARGS__}) / sizeof(int) \
	}

static void wait_for_steps(struct duty *d, unsigned n)
{
	int64_t end = clock_mono_us() + PATIENCE_US;

	g_mutex_lock(&d->lock);
	while (d->n < n)
		if (!g_cond_wait_until(&d->stepped, &d->lock, end))
			fail_msg("%u steps, not %u", d->n, n);
	g_mutex_unlock(&d->lock);
}

static unsigned steps(struct duty *d)
{
	g_mutex_lock(&d->lock);
	unsigned n = d->n;
	g_mutex_unlock(&d->lock);
	return n;
}

static void test_begins_by_itself_and_waits(void **state)
{
	struct duty d = DUTY(0);
	struct follower *f = follower_new("test", NEVER_US, step, &d);

	wait_for_steps(&d, 1);
	f = follower_free(f);
	assert_null(f);
	assert_int_equal(d.n, 1);
}

static void test_goes_on_while_more_is_waiting(void **state)
{
	struct duty d = DUTY(1, 1, 1, 1, 0);
	struct follower *f = follower_new("test", NEVER_US, step, &d);

	wait_for_steps(&d, 5);
	follower_free(f);
	assert_int_equal(d.n, 5);
}

/* A wake-up that comes while a step is under way leads to another step: nothing is overlooked. */
static void test_each_wake_up_is_answered(void **state)
{
	struct duty d = DUTY(0);
	struct follower *f = follower_new("test", NEVER_US, step, &d);

	wait_for_steps(&d, 1);
	for (unsigned i = 2; i < 200; i++) {
		follower_wake(f);
		wait_for_steps(&d, i);
	}
	follower_free(f);
}

static void test_works_at_its_interval(void **state)
{
	struct duty d = DUTY(0);
	struct follower *f = follower_new("test", 2000, step, &d);

	wait_for_steps(&d, 5);
	follower_free(f);
	for (unsigned i = 1; i < 5; i++)
		assert_true(d.at_us[i] - d.at_us[i - 1] >= 2000);
}

/* It is tried again without being woken, ever more slowly, and recovers. */
static void test_failure_is_tried_again(void **state)
{
	struct duty d = DUTY(-EIO, -EIO, -EIO, 0);
	struct follower *f = follower_new("test", 100000, step, &d);

	wait_for_steps(&d, 4);
	follower_free(f);
	int64_t first = d.at_us[1] - d.at_us[0], third = d.at_us[3] - d.at_us[2];
	assert_true(first >= 200000);
	assert_true(third >= 800000);
}

/* Wake-ups without end do not turn a lasting failure into a busy loop. */
static void test_failure_under_wake_ups(void **state)
{
	struct duty d = DUTY(-EIO);
	struct follower *f = follower_new("test", 1000, step, &d);
	int64_t begin = clock_mono_us();

	while (steps(&d) < 4) {
		follower_wake(f);
		g_thread_yield();
		if (clock_mono_us() - begin > PATIENCE_US)
			fail_msg("%u steps only", steps(&d));
	}
	follower_free(f);
	for (unsigned i = 1; i < 4; i++)
		assert_true(d.at_us[i] - d.at_us[i - 1] >= 100000);
}

static void test_ends_during_a_long_pause(void **state)
{
	struct duty d = DUTY(-EIO);
	struct follower *f = follower_new("test", NEVER_US, step, &d);

	wait_for_steps(&d, 1);
	int64_t begin = clock_mono_us();
	follower_free(f);
	assert_true(clock_mono_us() - begin < PATIENCE_US);
	assert_null(follower_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begins_by_itself_and_waits),
		cmocka_unit_test(test_goes_on_while_more_is_waiting),
		cmocka_unit_test(test_each_wake_up_is_answered),
		cmocka_unit_test(test_works_at_its_interval),
		cmocka_unit_test(test_failure_is_tried_again),
		cmocka_unit_test(test_failure_under_wake_ups),
		cmocka_unit_test(test_ends_during_a_long_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
