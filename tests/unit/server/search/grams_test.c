/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/search/grams.h"

static void test_folding(void **state)
{
	static const char *const rows[][2] = {
		{"评标室", "评标室"},
		{"ＲＰＡ系统（二期）", "rpa系统 二期"},
		{"  A-b,, C\n", "a b c"},
		{"……", ""},
		{"", ""},
		{"二〇二六年", "二〇二六年"},
		{"𠮷野家", "𠮷野家"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *folded = grams_fold(rows[i][0]);
		assert_string_equal(folded, rows[i][1]);
	}
}

static void test_grams(void **state)
{
	static const char *const rows[][2] = {
		{"评标室", "评标 标室"},
		{"评", "评"},
		{"rpa系统 二期", "rpa 系统 二期"},
		{"第1包件", "第 1 包件"},
		{"", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *grams = grams_of(rows[i][0]);
		assert_string_equal(grams, rows[i][1]);
	}
}

static void test_phrases(void **state)
{
	static const char *const rows[][2] = {
		{"评标室", "\"评标 标室\""},
		{"评", NULL},
		{"", NULL},
		{"a", "\"a\""},
		{"37040220260001", "\"37040220260001\" *"},
		{"第1包", "\"1 包\" *"},
		{"bim5d平台", "\"bim5d 平台\""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *phrase = grams_phrase(rows[i][0]);
		if (rows[i][1])
			assert_string_equal(phrase, rows[i][1]);
		else
			assert_null(phrase);
	}
}

static void test_containing(void **state)
{
	static const struct {
		const char *text, *word;
		bool is_in;
	} rows[] = {
		{"远程异地评标室", "评标", true},
		{"评标 标室", "评标室", false},
		{"rpas系统", "rpa", false},
		{"xrpa", "rpa", false},
		{"用rpa系统", "rpa", true},
		{"用rpa系统", "rpa系统", true},
		{"第12包", "第1", false},
		{"第12包 第1标段", "第1", true},
		{"p370402202600001", "370402202600001", false},
		{"370402202600001001", "370402202600001", true},
		{"370402202600001001包", "370402202600001包", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_int_equal(grams_contains(rows[i].text, rows[i].word), rows[i].is_in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_grams),
		cmocka_unit_test(test_phrases),
		cmocka_unit_test(test_containing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
