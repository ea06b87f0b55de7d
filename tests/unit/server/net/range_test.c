/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static const struct {
	const char *range, *if_range;
	uint64_t size;
	enum range_result result;
	uint64_t first, length;
} cases[] = {
	{NULL, NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=0-", NULL, 100, RANGE_PART, 0, 100},
	{"bytes=0-0", NULL, 100, RANGE_PART, 0, 1},
	{"bytes=10-19", NULL, 100, RANGE_PART, 10, 10},
	{"bytes=99-", NULL, 100, RANGE_PART, 99, 1},
	{"bytes=90-1000", NULL, 100, RANGE_PART, 90, 10},
	{"bytes=-1", NULL, 100, RANGE_PART, 99, 1},
	{"bytes=-100", NULL, 100, RANGE_PART, 0, 100},
	{"bytes=-1000", NULL, 100, RANGE_PART, 0, 100},
	{"bytes=100-", NULL, 100, RANGE_UNSATISFIABLE, 0, 0},
	{"bytes=0-", NULL, 0, RANGE_UNSATISFIABLE, 0, 0},
	{"bytes=-0", NULL, 100, RANGE_UNSATISFIABLE, 0, 0},
	{"bytes=-5", NULL, 0, RANGE_UNSATISFIABLE, 0, 0},
	/* Not understood means the whole (RFC 9110 section 14.2). */
	{"bytes=5-4", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=-", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=a-b", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=1", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=0-1,4-5", NULL, 100, RANGE_WHOLE, 0, 100},
	{"lines=0-1", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=99999999999999999999-", NULL, 100, RANGE_UNSATISFIABLE, 0, 0},
	{"bytes=90-99999999999999999999", NULL, 100, RANGE_PART, 90, 10},
	{"bytes=-99999999999999999999", NULL, 100, RANGE_PART, 0, 100},
	{"bytes=18446744073709551615-", NULL, 100, RANGE_UNSATISFIABLE, 0, 0},
	{"Bytes=0-1", NULL, 100, RANGE_PART, 0, 2},
	{"bytes= 0-1 ,", NULL, 100, RANGE_PART, 0, 2},
	{"bytes=,\t-5", NULL, 100, RANGE_PART, 95, 5},
	{"bytes=,,", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=0 -1", NULL, 100, RANGE_WHOLE, 0, 100},
	{"bytes=0-1", "\"e\"", 100, RANGE_PART, 0, 2},
	{"bytes=0-1", "\"old\"", 100, RANGE_WHOLE, 0, 100},
	{"bytes=0-1", "W/\"e\"", 100, RANGE_WHOLE, 0, 100},
	{"bytes=0-1", "Sat, 28 Nov 2026 19:00:00 GMT", 100, RANGE_WHOLE, 0, 100},
	{"bytes=-1", "\"e\"", 100, RANGE_PART, 99, 1},
};

static void test_cases(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		uint64_t first = 0, length = 0;
		enum range_result r = range_parse(
			cases[i].range, cases[i].if_range, "\"e\"", cases[i].size, &first, &length);

		if (r != cases[i].result || first != cases[i].first || length != cases[i].length)
			fail_msg("%s", cases[i].range);
	}
}

static void test_if_range_without_etag(void **state)
{
	uint64_t first, length;

	assert_int_equal(
		range_parse("bytes=0-1", "\"e\"", NULL, 100, &first, &length), RANGE_WHOLE);
	/* A weak one never matches, not even itself. */
	assert_int_equal(range_parse("bytes=0-1", "W/\"e\"", "W/\"e\"", 100, &first, &length),
		RANGE_WHOLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_if_range_without_etag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
