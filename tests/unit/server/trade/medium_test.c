/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/medium.h"

#include "tests/unit/server/trade/support.h"

static void test_layout_is_no_difference(void **state)
{
	static const struct {
		const char *ours, *theirs;
	} same[] = {
		{"", ""},
		{"招标公告\n项目编号：A-1", "  招标公告 项目编号: A-1\r\n\n"},
		{"预算 120 万元（含税）", "预算１２０万元(含税)"},
		{"投标\u00a0截止\u3000时间", "投标截止\u200b时间\ufeff"},
		/* M01 asks for the source to be named. */
		{"招标公告\n正文", "来源：某网\n招标公告\n正文"},
		{"招标公告\n正文", "招标公告\r\n  信息来源: 某市公共资源交易网 2026-03-02\r\n正文"},
		{"招标公告\n正文", "招标公告\n正文\n转载自 某网（https://a.example）"},
		{"招标公告\n来源：某局\n正文", "招标公告\n来源：某局\n正文"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
		MEDIUM_DIFFERENCE_AUTO struct medium_difference d = {0};
		if (!medium_agrees(same[i].ours, same[i].theirs, &d))
			fail_msg("%zu: %s | %s | %s", i, d.common, d.ours, d.theirs);
	}
}

static void test_first_difference(void **state)
{
	static const struct {
		const char *ours, *theirs;
		int64_t at;
		const char *common, *o, *t;
	} rows[] = {
		{"预算 120 万元", "预算 210 万元", 2, "预算", "120万元", "210万元"},
		{"联系电话", "联系电话 张先生", 4, "联系电话", "", "张先生"},
		{"招标公告 全文", "招标公告", 4, "招标公告", "全文", ""},
		{"公告", "来源：某网 公告甲", 0, "", "公告", ""},
		{"资金来源：财政", "资金来源：自筹", 5, "资金来源:", "财政", "自筹"},
		{"公告", "见来源：某网\n公告", 0, "", "公告", "见来源:某网公告"},
		{"公告", "来源不明\n公告", 0, "", "公告", "来源不明公告"},
		/* What is ours is not left out, and a third line names no source. */
		{"甲\n来源：某局\n乙", "甲\n乙", 1, "甲", "来源:某局乙", "乙"},
		{"甲", "来源：一\n甲\n来源：二\n来源：三", 1, "甲", "", "来源:三"},
		{"Abc", "abc", 0, "", "Abc", "abc"},
		/* excerpts end; the place is counted without spaces */
		{"一二三四五六七八九十一二三四五六七八九十一二三四五 六七甲",
			"一二三四五六七八九十一二三四五六七八九十一二三四五六七乙", 27,
			"四五六七八九十一二三四五六七八九十一二三四五六七", "甲", "乙"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		MEDIUM_DIFFERENCE_AUTO struct medium_difference d = {0};

		assert_false(medium_agrees(rows[i].ours, rows[i].theirs, &d));
		assert_int_equal(d.at, rows[i].at);
		assert_string_equal(d.common, rows[i].common);
		assert_string_equal(d.ours, rows[i].o);
		assert_string_equal(d.theirs, rows[i].t);
	}
}

/* A text put behind the word is no source. */
static void test_a_source_has_an_end(void **state)
{
	static const struct {
		unsigned n;
		bool agrees;
	} rows[] = {{80, true}, {81, false}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		MEDIUM_DIFFERENCE_AUTO struct medium_difference d = {0};
		g_autoptr(GString) theirs = g_string_new("来源:");

		for (unsigned k = 0; k < rows[i].n; k++)
			g_string_append(theirs, "网");
		g_string_append(theirs, "\n公告");
		assert_int_equal(medium_agrees("公告", theirs->str, &d), rows[i].agrees);
	}
}

static void test_rules(void **state)
{
	const struct rulebook *book = rulebook_current();
	const char *rule;
	int64_t published = at("2026-09-30 20:00:00");

	assert_string_equal(medium_whole_rule(book, REGIME_ZTB), "M01");
	assert_null(medium_whole_rule(book, REGIME_GP));
	/* Twelve hours go over midnight and into the holiday: they are hours, not working days. */
	assert_int_equal(
		medium_due_us(book, NULL, REGIME_ZTB, published, &rule), at("2026-10-01 08:00:00"));
	assert_string_equal(rule, "M02");
	assert_int_equal(medium_due_us(book, NULL, REGIME_GP, published, &rule), 0);
	assert_null(rule);
	/* A project that is bound to the book of before knows neither. */
	const struct rulebook *before = rulebook_by_version("cn-2026.1");
	assert_null(medium_whole_rule(before, REGIME_ZTB));
	assert_int_equal(medium_due_us(before, NULL, REGIME_ZTB, published, &rule), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_is_no_difference),
		cmocka_unit_test(test_first_difference),
		cmocka_unit_test(test_a_source_has_an_end),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
