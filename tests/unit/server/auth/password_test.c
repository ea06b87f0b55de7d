/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "server/auth/password.h"

static const struct password_cost cheap = {.memory_kib = 64, .passes = 1};

static void verifies_only_the_same_password(void **state)
{
	g_autofree char *encoded = NULL, *again = NULL;

	assert_int_equal(password_hash("正确的马电池订书钉", &cheap, &encoded), 0);
	assert_int_equal(password_hash("正确的马电池订书钉", &cheap, &again), 0);
	assert_string_not_equal(encoded, again);
	assert_true(g_str_has_prefix(encoded, "$argon2id$v=19$m=64,t=1,p=1$"));
	assert_true(password_verify("正确的马电池订书钉", encoded));
	assert_false(password_verify("正确的马电池订书", encoded));
	assert_false(password_verify("", encoded));
	assert_false(password_verify("正确的马电池订书钉", "not a hash"));
}

static void the_memory_is_paid_three_times(void **state)
{
	struct password_cost cost = password_cost_mib(19);
	g_autofree char *encoded = NULL;

	assert_int_equal(password_hash("正确的马电池订书钉", &cost, &encoded), 0);
	assert_true(g_str_has_prefix(encoded, "$argon2id$v=19$m=19456,t=3,p=1$"));
}

static void refuses_weak_ones(void **state)
{
	g_autofree char *longest = g_strnfill(129, 'x');

	longest[0] = 'y';
	assert_non_null(password_weakness("short1234"));
	assert_null(password_weakness("short12345"));
	assert_non_null(password_weakness("aaaaaaaaaaaa"));
	assert_non_null(password_weakness(longest));
	assert_non_null(password_weakness("\xff\xfe not utf-8"));
	assert_null(password_weakness("十个汉字的密码也可以"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifies_only_the_same_password),
		cmocka_unit_test(the_memory_is_paid_three_times),
		cmocka_unit_test(refuses_weak_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
