/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The interval after n windows of this load. */
static unsigned after(struct pace *p, unsigned n, unsigned busy_percent)
{
	while (n--)
		pace_window(p, busy_percent);
	return pace_interval_ms(p);
}

static void test_follows_the_load_both_ways(void **state)
{
	struct pace p = {0};

	assert_int_equal(pace_interval_ms(&p), PACE_FAST_MS);
	assert_int_equal(after(&p, 60, 20), PACE_FAST_MS);
	assert_int_equal(after(&p, 1, 40), PACE_FAST_MS);
	assert_true(pace_window(&p, 40));
	assert_int_equal(pace_interval_ms(&p), PACE_NORMAL_MS);
	assert_int_equal(after(&p, 60, 60), PACE_NORMAL_MS);
	assert_int_equal(after(&p, 2, 85), PACE_OVERLOAD_MS);
	assert_int_equal(after(&p, 60, 100), PACE_OVERLOAD_MS);
	assert_int_equal(after(&p, 4, 30), PACE_OVERLOAD_MS);
	assert_int_equal(after(&p, 1, 30), PACE_NORMAL_MS);
	assert_int_equal(after(&p, 4, 2), PACE_NORMAL_MS);
	assert_int_equal(after(&p, 1, 2), PACE_FAST_MS);
	assert_int_equal(after(&p, 60, 0), PACE_FAST_MS);
}

static void test_single_windows_change_nothing(void **state)
{
	struct pace p = {0};

	for (int i = 0; i < 20; i++)
		assert_int_equal(after(&p, 1, i % 2 ? 90 : 5), PACE_FAST_MS);
	after(&p, 2, 50);
	for (int i = 0; i < 20; i++)
		assert_int_equal(after(&p, 1, i % 4 ? 5 : 90), PACE_NORMAL_MS);
}

/*
 * Rooms that cost so much at 5 ms, and as measured half of it at 10 ms and two fifths at 20 ms: the
 * interval settles, whatever their number.
 */
static void test_steady_load_settles(void **state)
{
	for (unsigned rooms = 0; rooms <= 250; rooms++) {
		struct pace p = {0};
		unsigned changes = 0;

		for (int i = 0; i < 200; i++) {
			unsigned ms = pace_interval_ms(&p);
			unsigned busy = ms == PACE_FAST_MS     ? rooms
					: ms == PACE_NORMAL_MS ? rooms / 2
							       : rooms * 2 / 5;

			changes += pace_window(&p, busy > 100 ? 100 : busy);
		}
		assert_true(changes <= 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows_the_load_both_ways),
		cmocka_unit_test(test_single_windows_change_nothing),
		cmocka_unit_test(test_steady_load_settles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
