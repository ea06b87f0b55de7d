/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void grows_to_its_limit(void **state)
{
	static const struct {
		int64_t least_us, most_us;
	} WAITS[] = {
		{0, 250000},
		{250000, 500000},
		{500000, 1000000},
		{1000000, 2000000},
		{2000000, 4000000},
		{4000000, 8000000},
		{7500000, 15000000},
		{7500000, 15000000},
	};
	struct backoff lucky = {0}, unlucky = {0};

	for (size_t i = 0; i < sizeof(WAITS) / sizeof(WAITS[0]); i++) {
		assert_int_equal(backoff_next_us(&lucky, 0), WAITS[i].least_us);
		assert_int_equal(backoff_next_us(&unlucky, UINT32_MAX), WAITS[i].most_us);
	}
	backoff_reset(&unlucky);
	assert_int_equal(backoff_next_us(&unlucky, UINT32_MAX), WAITS[0].most_us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(grows_to_its_limit)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
