/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/presenter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND 1000000

/* The page that is said now; 0: nothing, −1: that none is shown. */
static int said(struct presenter *p, const char *id, int64_t now_us)
{
	json_auto_t *fields = presenter_next(p, now_us);

	if (!fields)
		return 0;
	presenter_sent(p, id, now_us);
	return json_is_true(json_object_get(fields, "on"))
		       ? (int)json_integer_value(json_object_get(fields, "page"))
		       : -1;
}

static void test_leafing_says_where_it_stops(void **state)
{
	struct presenter p = {0};

	assert_int_equal(said(&p, "x", 0), 0);
	presenter_wish(&p, "b", 1, 1);
	assert_int_equal(said(&p, "1", 0), 1);
	for (int page = 2; page <= 20; page++)
		presenter_wish(&p, "b", 1, page);
	assert_int_equal(presenter_due_us(&p), INT64_MAX); /* an answer is waited for */
	assert_int_equal(said(&p, "x", SECOND), 0);
	presenter_answered(&p, "other", false);
	assert_int_equal(said(&p, "x", SECOND), 0);
	presenter_answered(&p, "1", false);
	assert_int_equal(said(&p, "x", SECOND / 10), 0); /* too soon */
	assert_int_equal(said(&p, "2", presenter_due_us(&p)), 20);
	presenter_answered(&p, "2", false);
	assert_int_equal(presenter_due_us(&p), INT64_MAX);
	presenter_wish(&p, NULL, 0, 0);
	assert_int_equal(said(&p, "3", 10 * SECOND), -1);
}

static void test_back_to_the_page_that_was_said(void **state)
{
	struct presenter p = {0};

	presenter_wish(&p, "b", 1, 1);
	said(&p, "1", 0);
	presenter_wish(&p, "b", 1, 2);
	presenter_wish(&p, "b", 1, 1);
	presenter_answered(&p, "1", false);
	assert_int_equal(presenter_due_us(&p), INT64_MAX);
}

static void test_refused_and_taken_over(void **state)
{
	struct presenter p = {0};

	presenter_wish(&p, "b", 1, 1);
	said(&p, "1", 0);
	presenter_wish(&p, "b", 1, 2);
	presenter_answered(&p, "1", true);
	assert_false(p.wish.on);
	assert_int_equal(presenter_due_us(&p), INT64_MAX);
	presenter_wish(&p, "b", 1, 3);
	assert_int_equal(said(&p, "2", 10 * SECOND), 3);
	presenter_stop(&p); /* another seat presents: nothing of ours is to be ended */
	presenter_answered(&p, "2", false);
	assert_int_equal(presenter_due_us(&p), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leafing_says_where_it_stops),
		cmocka_unit_test(test_back_to_the_page_that_was_said),
		cmocka_unit_test(test_refused_and_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
