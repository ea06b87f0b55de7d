/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line that carries so many bytes a second, in simulated time. */

#include "room-client/link/pace.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)
#define READ 16384

struct line {
	struct pace *pace;
	int64_t now_us;
	int64_t per_s;
};

static int setup(void **state)
{
	struct line *l = g_new0(struct line, 1);

	l->pace = pace_new(0);
	*state = l;
	return 0;
}

static int teardown(void **state)
{
	struct line *l = *state;

	pace_free(l->pace);
	g_free(l);
	return 0;
}

/* Bytes a second that come through in this time. */
static int64_t fetch(struct line *l, int64_t span_us)
{
	int64_t end_us = l->now_us + span_us, n = 0;

	while (l->now_us < end_us) {
		int64_t wait_us, taken = pace_take(l->pace, READ, l->now_us, &wait_us);

		assert_in_range(taken, 0, READ);
		n += taken;
		if (taken == 0)
			assert_true(wait_us > 0);
		l->now_us += taken ? MAX(taken * SECOND / l->per_s, 1) : MIN(wait_us, 250000);
	}
	return n * SECOND / span_us;
}

static void test_begins_carefully_and_grows(void **state)
{
	struct line *l = *state;
	int64_t first;

	l->per_s = 100 * 1024 * 1024;
	first = fetch(l, SECOND);
	assert_in_range(first, PACE_START / 2, PACE_START * 5 / 4);
	fetch(l, 30 * SECOND);
	assert_true(fetch(l, SECOND) > 4 * PACE_START);
	fetch(l, 60 * SECOND);
	assert_int_equal(pace_rate(l->pace), PACE_MAX);
}

static void test_stays_below_the_line(void **state)
{
	struct line *l = *state;

	l->per_s = 250 * 1000;
	fetch(l, 20 * SECOND);
	assert_in_range(fetch(l, 60 * SECOND), l->per_s / 2, l->per_s * 95 / 100);
}

static void test_gives_way_in_trouble(void **state)
{
	struct line *l = *state;
	int64_t before;

	l->per_s = 100 * 1024 * 1024;
	fetch(l, 20 * SECOND);
	before = pace_rate(l->pace);
	for (int i = 0; i < 10; i++) /* of one second: halved once */
		pace_trouble(l->pace, l->now_us + i * SECOND / 20);
	assert_int_equal(pace_rate(l->pace), before / 2);
	for (int i = 0; i < 60; i++) {
		pace_trouble(l->pace, l->now_us);
		fetch(l, SECOND);
	}
	assert_int_equal(pace_rate(l->pace), PACE_MIN);
	assert_true(fetch(l, SECOND) <= 2 * PACE_MIN);
}

static void test_holds_while_the_sender_is_behind(void **state)
{
	struct line *l = *state;
	int64_t n = 0, wait_us;

	l->per_s = 100 * 1024 * 1024;
	fetch(l, 5 * SECOND);
	for (int i = 0; i < 100; i++, l->now_us += SECOND / 10) {
		pace_hold(l->pace, l->now_us);
		n += pace_take(l->pace, READ, l->now_us, &wait_us);
	}
	assert_int_equal(n, 0);
	assert_true(wait_us > 0);
	/* What was not carried meanwhile is not taken for a weak line. */
	assert_true(fetch(l, 2 * SECOND) > PACE_START);
}

static void test_late_voices_are_trouble(void **state)
{
	struct line *l = *state;
	int64_t before = pace_rate(l->pace), zero = -12345678;

	for (int i = 0; i < 200; i++, l->now_us += 20000)
		pace_heard(l->pace, zero + i % 5 * 8000, l->now_us);
	assert_int_equal(pace_rate(l->pace), before);
	/* One of two speakers is late: that is his line. */
	for (int i = 0; i < 200; i++, l->now_us += 20000)
		pace_heard(l->pace, zero + i % 2 * 400000, l->now_us);
	assert_int_equal(pace_rate(l->pace), before);
	for (int i = 0; i < 40; i++, l->now_us += 20000)
		pace_heard(l->pace, zero + 400000, l->now_us);
	assert_true(pace_rate(l->pace) < before);
}

#define PACE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PACE_TEST(test_begins_carefully_and_grows),
		PACE_TEST(test_stays_below_the_line),
		PACE_TEST(test_gives_way_in_trouble),
		PACE_TEST(test_holds_while_the_sender_is_behind),
		PACE_TEST(test_late_voices_are_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
