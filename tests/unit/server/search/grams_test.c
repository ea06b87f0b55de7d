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
		{"评标室", "‹评 评标 标室 ›室"},
		{"评", "‹评 ›评"},
		{"rpa系统 二期 b", "rpa ‹系 系统 ›统 ‹二 二期 ›期 ‧ b"},
		{"第1包件", "‹第 ›第 1 ‹包 包件 ›件"},
		{"3704022 a", "3704022 a …370402 …3704022"},
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
		{"37040220260001", "\"…37040220260001\""},
		{"a2345678901234567890123456789012345678901",
			"\"a2345678901234567890123456789012345678901\" *"},
		{"第1包", "\"›第 1 ‹包\""},
		{"bim5d 平台", "\"bim5d ‧ ‹平 平台\""},
		{"甲 乙", "\"›甲 ‹乙\""},
		{"甲1乙1丙", "\"›甲 1 ‹乙 ›乙 1 ‹丙\""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *phrase = grams_phrase(rows[i][0]);
		if (rows[i][1])
			assert_string_equal(phrase, rows[i][1]);
		else
			assert_null(phrase);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_grams),
		cmocka_unit_test(test_phrases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
