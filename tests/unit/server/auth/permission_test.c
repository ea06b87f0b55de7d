/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "server/auth/permission.h"

static void table_is_sorted_and_every_row_admits_somebody(void **state)
{
	size_t n;
	const struct permission *p = permission_rows(&n);

	for (size_t i = 0; i < n; i++) {
		assert_true(p[i].everybody || p[i].any_account || p[i].roles);
		if (i)
			assert_true(strcmp(p[i - 1].act, p[i].act) < 0);
		assert_ptr_equal(permission_find(p[i].act), &p[i]);
	}
	assert_null(permission_find("no.such_act"));
}

static void denies_by_default(void **state)
{
	struct refusal r = {0};

	assert_int_equal(permission_check("account.create", false, 0, &r), REFUSED);
	assert_string_equal(r.code, "auth.required");
	assert_int_equal(permission_check("account.create", true, ROLE_STAFF, &r), REFUSED);
	assert_string_equal(r.code, "auth.denied");
	assert_int_equal(permission_check("account.create", true, ROLE_SYSADMIN, &r), 0);
	assert_int_equal(permission_check("account.me", true, 0, &r), 0);
	assert_int_equal(permission_check("account.me", false, 0, &r), REFUSED);
	assert_int_equal(permission_check("rulebook.get", false, 0, &r), 0);
}

static void names_go_both_ways(void **state)
{
	for (unsigned i = 0; i < N_ROLES; i++)
		assert_int_equal(role_from_name(role_name(1u << i)), 1u << i);
	assert_int_equal(role_from_name("root"), 0);
	assert_null(role_name(0));
	assert_null(role_name(1u << N_ROLES));
}

static void watchers_stand_alone(void **state)
{
	assert_true(roles_separate(0));
	assert_true(roles_separate(ROLE_STAFF | ROLE_HOST));
	assert_true(roles_separate(ROLE_AUDITOR));
	assert_false(roles_separate(ROLE_AUDITOR | ROLE_SYSADMIN));
	assert_false(roles_separate(ROLE_SECADMIN | ROLE_SYSADMIN));
	assert_false(roles_separate(ROLE_SECADMIN | ROLE_STAFF));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sorted_and_every_row_admits_somebody),
		cmocka_unit_test(denies_by_default),
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(watchers_stand_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
