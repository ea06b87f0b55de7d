/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/retention.h"

#include <string.h>

#include "server/trade/calendar.h"
#include "tests/unit/server/trade/support.h"

static int64_t noon(int year, int month, int mday)
{
	return day_start_us(day_from_date(year, month, mday)) + CALENDAR_DAY_US / 2;
}

static void test_ends(void **state)
{
	static const struct {
		const char *class;
		int from[3], last[3];
	} rows[] = {
		{"years_15", {2026, 3, 31}, {2041, 3, 31}},
		{"years_30", {2026, 12, 31}, {2056, 12, 31}},
		/* A day that the last year does not have: never shorter. */
		{"years_10", {2028, 2, 29}, {2038, 3, 1}},
		{"years_15", {2024, 2, 29}, {2039, 3, 1}},
		{"days_90", {2026, 1, 1}, {2026, 4, 1}},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const int *f = rows[i].from, *l = rows[i].last;
		const struct retention_class *c = retention_class_find(rows[i].class);
		assert_non_null(c);
		assert_int_equal(retention_ends_us(c, noon(f[0], f[1], f[2])),
			day_end_us(day_from_date(l[0], l[1], l[2])));
	}
	assert_int_equal(retention_ends_us(retention_class_find("permanent"), noon(2026, 1, 1)), 0);
	assert_null(retention_class_find("years_7"));
	assert_non_null(retention_class_find(RETENTION_DEFAULT));
}

/* G08: 15 years, under government purchase law alone. */
static void test_law(void **state)
{
	const struct rulebook *book = rulebook_current();
	size_t n;
	const struct retention_class *c = retention_classes(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct rule *rule = retention_too_short(&c[i], REGIME_GP, book);
		bool shorter =
			strcmp(c[i].name, "years_10") == 0 || strcmp(c[i].name, "days_90") == 0;
		assert_int_equal(rule != NULL, shorter);
		if (rule)
			assert_string_equal(rule->id, "G08");
		assert_null(retention_too_short(&c[i], REGIME_ZTB, book));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_law),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
