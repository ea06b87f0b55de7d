/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_table(void **state)
{
	size_t n;
	const struct refusal_row *rows = refusal_rows(&n);

	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		if (i && strcmp(rows[i - 1].code, rows[i].code) >= 0)
			fail_msg(
				"refusals.def: %s comes before %s", rows[i - 1].code, rows[i].code);
		assert_in_range(rows[i].kind, 0, N_REFUSAL_KINDS - 1);
		assert_true(strlen(rows[i].title) > 3 && strchr(rows[i].code, '.'));
		assert_ptr_equal(refusal_find(rows[i].code), &rows[i]);
	}
	assert_null(refusal_find("no.such_code"));
	assert_null(refusal_find(""));
}

static void test_fills(void **state)
{
	struct refusal r;

	assert_int_equal(refuse(&r, "input.invalid", "price", "%d is too much", 7), REFUSED);
	assert_string_equal(r.code, "input.invalid");
	assert_null(r.rule);
	assert_string_equal(r.field, "price");
	assert_string_equal(r.detail, "7 is too much");
	assert_int_equal(refuse_rule(&r, "input.invalid", "T02", NULL, NULL), REFUSED);
	assert_string_equal(r.rule, "T02");
	assert_string_equal(r.field, "");
	assert_string_equal(r.detail, "");
	assert_int_equal(refuse(NULL, "input.invalid", NULL, NULL), REFUSED);
}

static void test_cuts_between_characters(void **state)
{
	struct refusal r;
	GString *text = g_string_new("x");

	while (text->len < 400)
		g_string_append(text, "评");
	refuse(&r, "input.invalid", text->str, "%s", text->str);
	assert_true(g_utf8_validate(r.detail, -1, NULL));
	assert_true(g_utf8_validate(r.field, -1, NULL));
	assert_in_range(strlen(r.detail), sizeof(r.detail) - 4, sizeof(r.detail) - 1);
	g_string_free(text, TRUE);
	refuse(&r, "input.invalid", NULL, "ab\xff%s", "cd");
	assert_string_equal(r.detail, "ab");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_fills),
		cmocka_unit_test(test_cuts_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
