/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/eligible.h"

#include "server/eval/draw.h"
#include "tests/unit/server/eval/support.h"

#define HOUR (INT64_C(3600) * 1000000)
#define DAY (24 * HOUR)
#define SESSION (20000 * DAY)

/* One thing at a time, just inside and just outside of its limit. */
static void test_reasons(void **state)
{
	static const char *const own[] = {"A08", "A09"}, *const wanted[] = {"B01", "A09"};
	const struct eligible_expert good = {.in_standing = true,
		.region = "370402",
		.specialities = own,
		.n_specialities = 2,
		.nearest_us = SESSION - 7 * DAY,
		.n_drawn = 3};
	struct eligible_rule rule = {.specialities = wanted,
		.n_specialities = 2,
		.session_us = SESSION,
		.interval_us = 7 * DAY,
		.most_in_period = 4};
	struct eligible_expert e;

#define IS(want, ...)                                              \
	do {                                                       \
		e = good;                                          \
		__VA_ARGS__;                                       \
		assert_int_equal(eligible_check(&e, &rule), want); \
	} while (0)
	IS(ELIGIBLE_YES, (void)0);
	IS(ELIGIBLE_NOT_IN_STANDING, e.in_standing = false);
	IS(ELIGIBLE_ON_LEAVE, e.leave_from_us = SESSION; e.leave_until_us = SESSION + 1);
	IS(ELIGIBLE_YES, e.leave_from_us = SESSION - 1; e.leave_until_us = SESSION);
	IS(ELIGIBLE_YES, e.leave_from_us = SESSION + 1; e.leave_until_us = SESSION + 2);
	IS(ELIGIBLE_SPECIALITY, e.n_specialities = 1);
	/* Whoever could not be drawn anyway is of no use to who counts the suspended. */
	IS(ELIGIBLE_SPECIALITY, e.n_specialities = 1; e.in_standing = false);
	IS(ELIGIBLE_REGULATOR, e.is_regulator = true);
	IS(ELIGIBLE_UNIT, e.of_party = true);
	IS(ELIGIBLE_REPLACED, e.was_member = true);
	IS(ELIGIBLE_BUSY, e.is_busy = true);
	IS(ELIGIBLE_INTERVAL, e.nearest_us++);
	IS(ELIGIBLE_YES, e.nearest_us = 0);
	IS(ELIGIBLE_YES, e.nearest_us = SESSION + 7 * DAY);
	IS(ELIGIBLE_INTERVAL, e.nearest_us = SESSION + 7 * DAY - 1);
	IS(ELIGIBLE_FREQUENCY, e.n_drawn = 4);
	rule.region = "37";
	IS(ELIGIBLE_YES, (void)0);
	IS(ELIGIBLE_REGION, e.region = "320100");
	rule.outside = true;
	IS(ELIGIBLE_REGION, (void)0);
	IS(ELIGIBLE_YES, e.region = "320100");
#undef IS
	for (int r = ELIGIBLE_YES; r < ELIGIBLE_REASONS; r++) {
		assert_non_null(eligible_reason_name((enum eligible_reason)r));
		/* Only who may be drawn has the flags that draw.h draws from. */
		assert_int_equal(eligible_flags((enum eligible_reason)r) == DRAW_SPECIALITY,
			r == ELIGIBLE_YES);
	}
}

static int draw_at(
	const struct calendar *cal, bool other, int64_t opening, int64_t now, int64_t *at)
{
	struct rule_verdict v = {0};
	int r = eligible_draw_time(rulebook_current(), cal, true, other, opening, now, &v);

	*at = v.earliest_us;
	return r;
}

/* C12 on both sides, in a plain week, over a weekend and over the national holidays. */
static void test_draw_time(void **state)
{
	g_autofree char *text = NULL;
	struct calendar *cal = NULL;
	unsigned line;
	gsize len;
	/* Thursday 2025-06-05 09:00 in China; Monday 2025-06-09; Thursday 2025-10-09. */
	const int64_t thursday = INT64_C(1749085200) * 1000000;
	const int64_t monday = thursday + 4 * DAY, october = INT64_C(1759971600) * 1000000;
	int64_t earliest;

	assert_true(g_file_get_contents(TEST_DATA "/holidays.csv", &text, &len, NULL));
	assert_int_equal(calendar_parse(text, len, &cal, &line), 0);
	assert_int_equal(draw_at(cal, false, thursday, thursday - 48 * HOUR, &earliest), 0);
	assert_int_equal(draw_at(cal, false, thursday, thursday - 48 * HOUR - 1, &earliest),
		ELIGIBLE_E_DRAW_TOO_EARLY);
	assert_true(earliest == thursday - 48 * HOUR);
	/* 72 hours before that Thursday reach into the Dragon Boat days, Saturday to Monday. */
	assert_int_equal(
		draw_at(cal, true, thursday, thursday - 72 * HOUR - 3 * DAY, &earliest), 0);
	assert_int_equal(
		draw_at(cal, true, thursday, thursday - 72 * HOUR - 3 * DAY - 1, &earliest),
		ELIGIBLE_E_DRAW_TOO_EARLY);
	assert_int_equal(draw_at(cal, false, monday, monday - 96 * HOUR, &earliest), 0);
	assert_int_equal(draw_at(cal, false, monday, monday - 96 * HOUR - 1, &earliest),
		ELIGIBLE_E_DRAW_TOO_EARLY);
	/* 1 to 8 October are off: 9 hours of the 9th, then 30 and 29 September. */
	assert_int_equal(draw_at(cal, false, october, october - 48 * HOUR - 8 * DAY, &earliest), 0);
	assert_int_equal(draw_at(cal, false, october, october - 48 * HOUR - 8 * DAY - 1, &earliest),
		ELIGIBLE_E_DRAW_TOO_EARLY);
	assert_int_equal(
		eligible_draw_time(rulebook_current(), cal, false, false, october, 0, NULL), 0);
	calendar_free(cal);
	assert_codes(eligible_refusal_code, ELIGIBLE_E_DRAW_TOO_EARLY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_draw_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
