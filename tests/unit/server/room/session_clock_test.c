/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/session_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_jitter_goes(void **state)
{
	struct session_clock c = {0};

	/* Captured every 20 ms, 40 to 64 ms on the way; the first is the quickest. */
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t late_ms = i * 7 % 25;

		assert_int_equal(session_clock_map(&c, UINT64_C(7000000000) + i * 20000,
					 5000 + i * 20 + late_ms),
			5000 + i * 20);
	}
}

static void test_learns_the_least_delay(void **state)
{
	struct session_clock c = {0};

	assert_int_equal(session_clock_map(&c, 1000000, 5090), 5090);
	assert_int_equal(session_clock_map(&c, 1020000, 5050), 5050);
	assert_int_equal(session_clock_map(&c, 1040000, 5110), 5070);
}

/* A sender's clock that is 0.1 % slow drifts by 10 ms in a window and no further. */
static void test_follows_drift(void **state)
{
	struct session_clock c = {0};

	for (uint32_t i = 0; i < 60 * 50; i++) {
		uint32_t arrival_ms = i * 20;
		uint32_t t = session_clock_map(&c, UINT64_C(19980) * i, arrival_ms);

		assert_true(arrival_ms - t <= 21);
	}
}

static void test_lies_are_bounded(void **state)
{
	static const uint64_t captures[] = {INT64_MAX, 0, 1, INT64_MAX - 1, 1000000, INT64_MAX, 0};
	struct session_clock c = {0};

	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
		uint32_t t = session_clock_map(&c, captures[i], 60000);

		assert_in_range(t, 60000 - SESSION_CLOCK_TRUST_MS, 60000);
	}
	c = (struct session_clock){0};
	session_clock_map(&c, INT64_MAX, 10);
	assert_int_equal(session_clock_map(&c, 0, 10), 0);
	assert_in_range(session_clock_map(&c, 0, UINT32_MAX), UINT32_MAX - 1000, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jitter_goes),
		cmocka_unit_test(test_learns_the_least_delay),
		cmocka_unit_test(test_follows_drift),
		cmocka_unit_test(test_lies_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
