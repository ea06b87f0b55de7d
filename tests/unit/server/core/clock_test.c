/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_formats(void **state)
{
	char buf[CLOCK_TEXT_SIZE];
	int64_t t = INT64_C(1772323200) * CLOCK_SECOND_US; /* 2026-03-01T00:00:00Z */

	assert_string_equal(clock_format_utc(t, buf), "2026-03-01T00:00:00Z");
	assert_string_equal(clock_format_utc(t + 5, buf), "2026-03-01T00:00:00.000005Z");
	assert_string_equal(clock_format_utc(-1, buf), "1969-12-31T23:59:59.999999Z");
	assert_string_equal(clock_format_beijing(t, buf), "2026-03-01T08:00:00+08:00");
	assert_string_equal(
		clock_format_beijing_date(t - 8 * 3600 * CLOCK_SECOND_US - 1, buf), "2026-02-28");
	assert_string_equal(
		clock_format_beijing_date(t - 8 * 3600 * CLOCK_SECOND_US, buf), "2026-03-01");
	assert_string_equal(clock_format_utc(INT64_MAX, buf), "9999-12-31T23:59:59.999999Z");
	assert_string_equal(clock_format_beijing_plain(t + 1, buf), "2026-03-01 08:00:00");
	assert_string_equal(
		clock_format_beijing(INT64_MAX, buf), "9999-12-31T23:59:59.999999+08:00");
	assert_string_equal(clock_format_utc(INT64_MIN, buf), "0000-01-01T00:00:00Z");
}

static void test_beijing_day(void **state)
{
	char buf[CLOCK_TEXT_SIZE];
	int64_t t;

	assert_int_equal(clock_parse("2026-03-01T23:59:59.999999+08:00", &t), 0);
	assert_string_equal(clock_format_beijing(clock_beijing_day_start_us(t), buf),
		"2026-03-01T00:00:00+08:00");
	assert_int_equal(clock_beijing_day_start_us(clock_beijing_day_start_us(t)),
		clock_beijing_day_start_us(t));
	assert_int_equal(clock_beijing_day_start_us(-CLOCK_DAY_US),
		-CLOCK_DAY_US - 8 * 3600 * CLOCK_SECOND_US);
}

static void test_parses(void **state)
{
	static const char *const bad[] = {"", "2026-03-01", "2026-03-01T00:00:00",
		"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z",
		"2026-03-01T23:59:60Z", "2026-03-01t00:00:00Z", "2026-03-01T00:00:00z",
		"2026-03-01 00:00:00Z", "2026-03-01T00:00:00.Z", "2026-03-01T00:00:00.1234567Z",
		"2026-03-01T00:00:00Z ", "2026-03-01T00:00:00+0800", "2026-03-01T00:00:00+24:00",
		"+026-03-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-03-00T00:00:00Z",
		"2026-3-01T00:00:00Z"};
	int64_t t = 7, u;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (clock_parse(bad[i], &t) != -EINVAL || t != 7)
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(clock_parse("2026-03-01T08:00:00.25+08:00", &t), 0);
	assert_int_equal(t, INT64_C(1772323200250000));
	assert_int_equal(clock_parse("2026-02-28T19:30:00.250000-04:30", &u), 0);
	assert_int_equal(t, u);
	assert_int_equal(clock_parse("2024-02-29T00:00:00Z", &t), 0);
}

static void test_legal_time(void **state)
{
	struct clock c = {0};
	int64_t before = clock_real_us(), now = clock_legal_us(&c);

	assert_true(now >= before && now <= clock_real_us());
	clock_follow_offset_us(&c, 20 * CLOCK_DAY_US);
	assert_int_equal(clock_offset_us(&c), 20 * CLOCK_DAY_US);
	/* What another thread read before that. */
	clock_follow_offset_us(&c, 19 * CLOCK_DAY_US);
	assert_int_equal(clock_offset_us(&c), 20 * CLOCK_DAY_US);
	assert_true(clock_legal_us(&c) >= before + 20 * CLOCK_DAY_US);
	clock_set_fake_us(&c, 1000);
	assert_int_equal(clock_legal_us(&c), 1000 + 20 * CLOCK_DAY_US);
	clock_set_fake_us(&c, 0);
	assert_true(clock_legal_us(&c) > before);
	before = clock_mono_us();
	assert_true(clock_mono_us() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_beijing_day),
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_legal_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
