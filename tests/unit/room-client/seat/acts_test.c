/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/acts.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static int add(struct acts *a, const char *id)
{
	json_auto_t *fields = json_pack("{s:s, s:s}", "id", id, "text", "你好");

	return acts_add(a, id, CONTROL_CHAT, fields);
}

static const char *send_next(struct acts *a, int64_t now_us)
{
	struct act *act = acts_next(a, now_us);

	if (!act)
		return "";
	act->sent = true;
	return act->id;
}

static void keeps_order_across_connections(void **state)
{
	struct acts *a = acts_new();

	assert_int_equal(add(a, "a"), 0);
	assert_int_equal(add(a, "b"), 0);
	assert_int_equal(add(a, "c"), 0);
	assert_string_equal(send_next(a, 0), "a");
	acts_find(a, "a")->pending = true;
	assert_string_equal(send_next(a, 0), "b");
	acts_remove(a, "a");
	acts_resend(a);
	assert_string_equal(send_next(a, 0), "b");
	acts_remove(a, "b");
	assert_string_equal(send_next(a, 0), "c");
	assert_string_equal(send_next(a, 0), "");
	assert_int_equal(acts_due_us(a), INT64_MAX);
	acts_free(a);
}

static void deferred_act_holds_back_later_ones(void **state)
{
	struct acts *a = acts_new();

	add(a, "a");
	add(a, "b");
	acts_find(a, "a")->due_us = 500;
	assert_string_equal(send_next(a, 499), "");
	assert_int_equal(acts_due_us(a), 500);
	assert_string_equal(send_next(a, 500), "a");
	acts_free(a);
}

static void unanswered_act_holds_back_later_ones(void **state)
{
	struct acts *a = acts_new();

	add(a, "a");
	add(a, "b");
	assert_string_equal(send_next(a, 0), "a");
	assert_string_equal(send_next(a, 0), "");
	assert_int_equal(acts_due_us(a), INT64_MAX);
	acts_find(a, "a")->pending = true;
	assert_int_equal(acts_due_us(a), 0);
	assert_string_equal(send_next(a, 0), "b");
	acts_free(a);
}

static void refuses_doubles_and_floods(void **state)
{
	struct acts *a = acts_new();

	for (int i = 0; i < ACTS_MAX; i++) {
		g_autofree char *id = g_strdup_printf("%d", i);

		assert_int_equal(add(a, id), 0);
	}
	assert_int_equal(add(a, "7"), ACTS_E_DUPLICATE);
	assert_int_equal(add(a, "x"), ACTS_E_FULL);
	acts_remove(a, "7");
	assert_int_equal(add(a, "7"), 0);
	acts_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_order_across_connections),
		cmocka_unit_test(deferred_act_holds_back_later_ones),
		cmocka_unit_test(unanswered_act_holds_back_later_ones),
		cmocka_unit_test(refuses_doubles_and_floods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
