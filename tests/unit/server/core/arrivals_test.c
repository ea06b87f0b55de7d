/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/arrivals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void the_first_that_is_not_answered_counts(void **state)
{
	struct arrivals *a = arrivals_new();

	assert_int_equal(arrivals_earliest(a), INT64_MAX);
	arrivals_enter(a, 30);
	arrivals_enter(a, 10);
	arrivals_enter(a, 20);
	arrivals_enter(a, 10);
	arrivals_leave(a, 10);
	assert_int_equal(arrivals_earliest(a), 10);
	arrivals_leave(a, 10);
	assert_int_equal(arrivals_earliest(a), 20);
	arrivals_leave(a, 20);
	arrivals_leave(a, 30);
	assert_int_equal(arrivals_earliest(a), INT64_MAX);
	assert_null(arrivals_free(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_is_not_answered_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
