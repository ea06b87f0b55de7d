/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/trade/support.h"

#include <string.h>

static int32_t day(const char *date)
{
	int y = 0, m = 0, d = 0;

	assert_int_equal(sscanf(date, "%d-%d-%d", &y, &m, &d), 3);
	return day_from_date(y, m, d);
}

static void test_days_and_dates(void **state)
{
	int y, m, d;

	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("2000-03-01"), 11017);
	for (int32_t n = day("1999-12-01"); n < day("2101-02-01"); n++) {
		day_to_date(n, &y, &m, &d);
		assert_int_equal(day_from_date(y, m, d), n);
	}
	/* The day changes at midnight in Beijing, 16:00 UTC. */
	assert_int_equal(day_of(at("2026-03-02 00:00:00")), day("2026-03-02"));
	assert_int_equal(day_of(at("2026-03-02 00:00:00") - 1), day("2026-03-01"));
	assert_true(day_start_us(day("2026-03-02")) == at("2026-03-02 00:00:00"));
	assert_true(day_end_us(day("2026-03-02")) == at("2026-03-02 23:59:59"));
	assert_int_equal(day_of(-1 - CALENDAR_UTC_OFFSET_US), -1);
	assert_true(time_is_plausible(at("2026-03-02 00:00:00")));
	assert_false(time_is_plausible(0));
	assert_false(time_is_plausible(INT64_MAX));
	assert_false(time_is_plausible(INT64_MIN));
}

/* From the State Council's arrangement for 2026 (国办发明电〔2025〕7号). */
static void test_working_days(void **state)
{
	static const struct {
		const char *date;
		bool working;
	} rows[] = {
		{"2026-01-01", false}, /* 元旦, Thursday */
		{"2026-01-02", false}, /* swapped Friday */
		{"2026-01-03", false}, /* Saturday */
		{"2026-01-04", true},  /* make-up Sunday */
		{"2026-01-05", true},
		{"2026-02-14", true}, /* make-up Saturday before 春节 */
		{"2026-02-15", false},
		{"2026-02-23", false},
		{"2026-02-24", true},
		{"2026-02-28", true}, /* make-up Saturday */
		{"2026-03-01", false},
		{"2026-03-07", false}, /* plain Saturday */
		{"2026-10-01", false},
		{"2026-10-07", false},
		{"2026-10-08", true},
		{"2026-10-10", true},
	};
	struct calendar *cal = calendar_2026();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (calendar_is_working_day(cal, day(rows[i].date)) != rows[i].working)
			fail_msg("%s", rows[i].date);
	calendar_free(cal);
}

static void test_rolling_and_counting(void **state)
{
	struct calendar *cal = calendar_2026();

	assert_int_equal(calendar_roll_forward(cal, day("2026-02-15")), day("2026-02-24"));
	assert_int_equal(calendar_roll_forward(cal, day("2026-02-24")), day("2026-02-24"));
	assert_true(calendar_roll_forward_us(cal, at("2026-10-03 09:30:00")) ==
		    at("2026-10-08 09:30:00"));
	/* Friday and Saturday (both working), then the long holiday. */
	assert_int_equal(calendar_add_working_days(cal, day("2026-02-12"), 1), day("2026-02-13"));
	assert_int_equal(calendar_add_working_days(cal, day("2026-02-12"), 2), day("2026-02-14"));
	assert_int_equal(calendar_add_working_days(cal, day("2026-02-12"), 3), day("2026-02-24"));
	assert_int_equal(calendar_add_working_days(cal, day("2026-02-12"), 0), day("2026-02-12"));
	assert_int_equal(
		calendar_working_days_between(cal, day("2026-02-12"), day("2026-02-24")), 3);
	assert_int_equal(
		calendar_working_days_between(cal, day("2026-02-24"), day("2026-02-12")), -3);
	calendar_free(cal);
}

static void test_periods(void **state)
{
	struct calendar *cal = calendar_2026();
	int64_t friday = at("2026-03-06 10:00:00"), saturday = at("2026-03-07 10:00:00");

	assert_true(
		calendar_after_days(friday, 20, DAY_COUNT_ELAPSED) == at("2026-03-26 10:00:00"));
	assert_true(calendar_after_days(friday, 20, DAY_COUNT_WHOLE) == at("2026-03-26 23:59:59"));
	assert_true(calendar_after_working_days(cal, friday, 1, DAY_COUNT_ELAPSED) ==
		    at("2026-03-09 10:00:00"));
	assert_true(calendar_after_working_days(cal, friday, 1, DAY_COUNT_WHOLE) ==
		    at("2026-03-09 23:59:59"));
	/* What begins on a day off begins to count with the next working day. */
	assert_true(calendar_after_working_days(cal, saturday, 1, DAY_COUNT_ELAPSED) ==
		    at("2026-03-10 00:00:00"));
	calendar_free(cal);
}

static void test_years_without_data(void **state)
{
	struct calendar *cal = calendar_2026(), *empty = calendar_new_empty();

	assert_int_equal(
		calendar_missing_year(cal, at("2025-12-20 00:00:00"), at("2026-12-31 23:59:59")),
		0);
	assert_int_equal(
		calendar_missing_year(cal, at("2026-12-20 00:00:00"), at("2027-01-01 00:00:00")),
		2027);
	assert_int_equal(
		calendar_missing_year(empty, at("2026-12-20 00:00:00"), at("2026-12-21 00:00:00")),
		2026);
	/* Weekends still count. */
	assert_false(calendar_is_working_day(empty, day("2026-03-07")));
	assert_true(calendar_is_working_day(empty, day("2026-10-01")));
	calendar_free(cal);
	calendar_free(empty);
}

static void test_bad_tables(void **state)
{
	static const struct {
		const char *text;
		int refusal;
		unsigned line;
	} rows[] = {
		{"2026-01-01,off", 0, 0},
		{"# comment\n\n2026-01-01,off,元旦\r\n2026-01-04,work\n", 0, 0},
		{"2026-01-01", CALENDAR_E_SYNTAX, 1},
		{"2026-01-01,of", CALENDAR_E_SYNTAX, 1},
		{"2026-01-01,wor", CALENDAR_E_SYNTAX, 1},
		{"2026-01-01,offset", CALENDAR_E_SYNTAX, 1},
		{"2026-02-29,off", CALENDAR_E_SYNTAX, 1},
		{"2026-13-01,off", CALENDAR_E_SYNTAX, 1},
		{"2026/01/01,off", CALENDAR_E_SYNTAX, 1},
		{"2026-01-02,off\n2026-01-01,off", CALENDAR_E_ORDER, 2},
		{"2026-01-01,off\n2026-01-01,work", CALENDAR_E_ORDER, 2},
	};
	g_autofree char *huge = g_malloc0(CALENDAR_TEXT_MAX + 1);
	struct calendar *cal;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		unsigned line = 0;
		int r;

		cal = NULL;
		r = calendar_parse(rows[i].text, strlen(rows[i].text), &cal, &line);
		if (r != rows[i].refusal || line != rows[i].line)
			fail_msg("%s: %d at %u", rows[i].text, r, line);
		calendar_free(cal);
	}
	assert_int_equal(
		calendar_parse(huge, CALENDAR_TEXT_MAX + 1, &cal, NULL), CALENDAR_E_TOO_LONG);
	assert_null(calendar_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_and_dates),
		cmocka_unit_test(test_working_days),
		cmocka_unit_test(test_rolling_and_counting),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_years_without_data),
		cmocka_unit_test(test_bad_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
