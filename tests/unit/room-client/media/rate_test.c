/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <cmocka.h>

#define MS 1000
#define S 1000000

/* Tells it the same every 200 ms for this long. */
static int64_t pass(struct rate *r, int64_t from_us, int64_t us, int64_t waits_us)
{
	int64_t at = from_us;

	for (; at < from_us + us; at += 200 * MS)
		rate_waits(r, waits_us, at);
	return at;
}

static void an_easy_line_takes_all(void **state)
{
	struct rate r;

	rate_init(&r);
	pass(&r, 0, 60LL * S, 20 * MS);
	assert_int_equal(rate_apply(&r, 500000, 0), 500000);
}

static void down_quickly_up_slowly(void **state)
{
	struct rate r;
	int64_t at;
	int lowered;

	rate_init(&r);
	at = pass(&r, 0, 1 * S, 300 * MS);
	lowered = rate_apply(&r, 500000, 0);
	assert_in_range(lowered, 200000, 340000);
	at = pass(&r, at, 4 * S, 10 * MS);
	assert_int_equal(rate_apply(&r, 500000, 0), lowered);
	at = pass(&r, at, 4 * S, 10 * MS);
	assert_in_range(rate_apply(&r, 500000, 0), lowered + 25000, lowered + 125000);
	pass(&r, at, 30LL * S, 10 * MS);
	assert_int_equal(rate_apply(&r, 500000, 0), 500000);
}

static void there_is_a_least(void **state)
{
	struct rate r;

	rate_init(&r);
	pass(&r, 0, 60LL * S, 900 * MS);
	assert_int_equal(rate_apply(&r, 500000, 0), 500000 * RATE_LEAST / 1000);
	assert_true(rate_apply(&r, 10000, 0) >= 6000); /* what Opus can do */
}

static void advice_is_a_ceiling(void **state)
{
	struct rate r;

	rate_init(&r);
	assert_int_equal(rate_apply(&r, 500000, 120000), 120000);
	assert_int_equal(rate_apply(&r, 500000, 900000), 500000);
	pass(&r, 0, 60LL * S, 900 * MS);
	assert_int_equal(rate_apply(&r, 500000, 120000), 75000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_easy_line_takes_all),
		cmocka_unit_test(down_quickly_up_slowly),
		cmocka_unit_test(there_is_a_least),
		cmocka_unit_test(advice_is_a_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
