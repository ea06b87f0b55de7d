/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/playout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define MS 1000
#define S 1000000
/* The sender's clock stands an hour apart from ours. */
#define CLOCKS_APART (3600LL * S)

/* Sends an object each 20 ms from from_us on; every tenth comes late_us later than 5 ms. */
static int64_t feed(struct playout *p, int64_t from_us, int n, int64_t late_us)
{
	int64_t at = from_us;

	for (int i = 0; i < n; i++, at += 20 * MS)
		playout_arrived(p, at, at + CLOCKS_APART + 5 * MS + (i % 10 == 9 ? late_us : 0));
	return at;
}

static void finds_the_transit(void **state)
{
	struct playout p;

	playout_init(&p);
	feed(&p, 7 * S, 100, 12 * MS);
	assert_int_equal(playout_transit_us(&p), CLOCKS_APART + 5 * MS);
	assert_int_equal(p.delay_us, PLAYOUT_DELAY_MIN_US);
	assert_int_equal(playout_due_us(&p, 9 * S), 9 * S + CLOCKS_APART + 65 * MS);
	assert_in_range(playout_late_us(&p, 50), 0, 5 * MS);
	assert_in_range(playout_late_us(&p, 95), 12 * MS, 20 * MS);
}

static void delay_rises_at_once_and_falls_slowly(void **state)
{
	struct playout p;
	int64_t at, risen;

	playout_init(&p);
	at = feed(&p, 0, 100, 0);
	at = feed(&p, at, 100, 300 * MS);
	risen = p.delay_us;
	assert_in_range(risen, 300 * MS, 310 * MS);
	at = feed(&p, at, 1500, 0);
	assert_true(p.delay_us <= risen);
	at = feed(&p, at, 15000, 0);
	assert_in_range(p.delay_us, PLAYOUT_DELAY_MIN_US, 70 * MS);
}

static void delay_is_bounded(void **state)
{
	struct playout p;

	playout_init(&p);
	feed(&p, 0, 200, 60LL * S);
	assert_int_equal(p.delay_us, PLAYOUT_DELAY_MAX_US);
}

/* A sender whose clock runs slow drifts away from an old smallest transit: it must be forgotten. */
static void transit_follows_a_drifting_clock(void **state)
{
	struct playout p;
	int64_t at = 0;

	playout_init(&p);
	for (int i = 0; i < 10000; i++, at += 20 * MS)
		playout_arrived(&p, at, at + at / 10000);
	assert_in_range(playout_transit_us(&p), (at - 31 * S) / 10000, at / 10000);
}

static void survives_wild_times(void **state)
{
	struct playout p;

	playout_init(&p);
	playout_arrived(&p, INT64_MAX / 4, 5);
	playout_arrived(&p, 0, 6);
	playout_arrived(&p, INT64_MAX / 4, 100LL * S);
	assert_true(playout_due_us(&p, INT64_MAX / 4) > 0);
	assert_int_equal(p.delay_us, PLAYOUT_DELAY_MAX_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_transit),
		cmocka_unit_test(delay_rises_at_once_and_falls_slowly),
		cmocka_unit_test(delay_is_bounded),
		cmocka_unit_test(transit_follows_a_drifting_clock),
		cmocka_unit_test(survives_wild_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
