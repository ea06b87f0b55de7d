/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/quality.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void grades(void **state)
{
	static const struct {
		struct quality_sample sample;
		enum quality expected;
	} CASES[] = {
		{{0, 0, 0}, QUALITY_UNKNOWN},
		{{100, 0, 5000}, QUALITY_GOOD},
		{{100, 1, 5000}, QUALITY_GOOD},
		{{98, 2, 5000}, QUALITY_FAIR},
		{{100, 0, 150000}, QUALITY_FAIR},
		{{85, 15, 5000}, QUALITY_POOR},
		{{100, 0, 500000}, QUALITY_POOR},
		{{0, 10, 0}, QUALITY_POOR},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++)
		assert_int_equal(quality_of(&CASES[i].sample), CASES[i].expected);
	assert_int_equal(quality_worse(QUALITY_GOOD, QUALITY_POOR), QUALITY_POOR);
	assert_int_equal(quality_of_lag(0), QUALITY_GOOD);
	assert_int_equal(quality_of_lag(2), QUALITY_FAIR);
	assert_int_equal(quality_of_lag(4), QUALITY_POOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(grades)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
