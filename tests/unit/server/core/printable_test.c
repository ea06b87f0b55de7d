/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *bytes, gsize len, gsize max, const char *expected)
{
	g_autofree char *text = printable(bytes, len, max);

	assert_string_equal(text, expected);
}

static void test_keeps_what_can_be_shown(void **state)
{
	expect("", 0, 10, "");
	expect("不合格 no", 12, 100, "不合格 no");
}

static void test_control_characters_become_blanks(void **state)
{
	expect("a\x1b[2J\n\x7f", 7, 100, "a [2J  ");
	expect("a\xc2\x9b"
	       "31m",
		6, 100, "a 31m"); /* the other spelling of ESC [ */
}

static void test_other_bytes_are_marked(void **state)
{
	expect("a\xff", 2, 100, "a\xef\xbf\xbd");
	expect("a\0b", 3, 100,
		"a\xef\xbf\xbd"
		"b");
}

static void test_is_cut_where_a_character_ends(void **state)
{
	expect("不合格", 9, 8, "不合");
	expect("不合格", 9, 9, "不合格");
	expect("abc", 3, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_what_can_be_shown),
		cmocka_unit_test(test_control_characters_become_blanks),
		cmocka_unit_test(test_other_bytes_are_marked),
		cmocka_unit_test(test_is_cut_where_a_character_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
