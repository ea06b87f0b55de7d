/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice_precheck.h"

#include <string.h>

#include "tests/unit/server/trade/support.h"

static struct calendar *cal;

static int set_up(void **state)
{
	cal = calendar_2026();
	return 0;
}

static int tear_down(void **state)
{
	cal = calendar_free(cal);
	return 0;
}

struct row {
	const char *field, *text;
	int finding; /* 0: clean */
	const char *detail;
};

static void expect(const struct row *row)
{
	g_autoptr(GArray) list = verdicts_new();

	precheck_text(row->field, row->text, cal, list);
	if (list->len != (row->finding ? 1u : 0u)) {
		const struct rule_verdict *v = &g_array_index(list, struct rule_verdict, 0);
		fail_msg("%s: %u findings, first %s %s", row->text, list->len,
			list->len ? v->code : "", list->len ? v->detail : "");
	}
	if (!row->finding)
		return;
	const struct rule_verdict *v = &g_array_index(list, struct rule_verdict, 0);
	assert_int_equal(v->refusal, row->finding);
	assert_int_equal(v->kind, VERDICT_WARN);
	assert_string_equal(v->field, row->field);
	assert_string_equal(v->code, precheck_refusal_code(row->finding));
	if (row->detail && strcmp(v->detail, row->detail) != 0)
		fail_msg("%s: %s, wanted %s", row->text, v->detail, row->detail);
}

/* The oddities of real notices, each beside its sound sister. */
static void test_oddities(void **state)
{
	static const struct row rows[] = {
		/* weights make 100 */
		{"criteria", "技术部分50分，商务部分20分，价格部分30分", 0, NULL},
		{"criteria", "技术部分50分，商务部分25分，价格部分30分", PRECHECK_WEIGHTS,
			"105 ≠ 100"},
		{"criteria", "技术 ５０％；商务 ２０％；价格 ２９.９９％", PRECHECK_WEIGHTS,
			"99.99 ≠ 100"},
		{"criteria", "价格30分（每高1%扣0.5分），技术70分（其中方案40分、人员30分）", 0,
			NULL},
		{"criteria", "综合评分法，满分100分：技术60分，价格40分", 0, NULL},
		{"criteria", "综合评分法，满分110分：技术60分，价格40分", PRECHECK_WEIGHTS,
			"满分 110 ≠ 100"},
		{"criteria", "经评审的最低投标价法", 0, NULL},
		/* an end before its beginning */
		{"duration", "2026年3月1日至2026年12月31日", 0, NULL},
		{"duration", "2026年3月1日至2025年12月31日", PRECHECK_DATES,
			"2026年3月1日至2025年12月31日"},
		{"file_access", "2026-03-02 09:00至2026-03-02 17:00", 0, NULL},
		/* a stated number of days */
		{"duration", "2026年3月1日至2026年3月30日，共30日历天", 0, NULL},
		{"duration", "2026年3月1日至2026年3月31日，共30天", 0, NULL},
		{"duration", "2026年3月1日至2026年4月1日，共30日历天", PRECHECK_DAYS,
			"30日历天 ≠ 32日历天"},
		{"duration", "工期365日历天（自2026年3月1日至2027年2月28日）", 0, NULL},
		{"duration", "工期300日历天（自2026年3月1日至2027年2月28日）", PRECHECK_DAYS,
			"300日历天 ≠ 365日历天"},
		{"file_access", "2026年9月28日至2026年10月9日，5个工作日", 0, NULL},
		/* 1 to 7 October is a holiday: 28, 29, 30 September, 8 and 9 October */
		{"file_access", "2026年9月28日至2026年10月9日，10个工作日", PRECHECK_DAYS, NULL},
		/* amounts add up */
		{"budget", "一包120万元，二包80万元，合计200万元", 0, NULL},
		{"budget", "一包120万元，二包80万元，合计210万元", PRECHECK_SUM,
			"2100000 ≠ 2000000"},
		{"budget", "第一包1,200,000元；第二包800,000.50元；合计：2,000,000.50元", 0, NULL},
		{"budget", "第一包1,200,000元；第二包800,000.50元；合计：2,000,000.00元",
			PRECHECK_SUM, NULL},
		{"budget", "3000000元", 0, NULL},
		/* a fee is its percentage */
		{"agency_fee", "按中标金额1000000元的1.5%计取，共15000元", 0, NULL},
		{"agency_fee", "按中标金额1000000元的1.5%计取，共18000元", PRECHECK_FEE,
			"18000 ≠ 15000"},
		{"agency_fee", "按283.7861万元的1.1%收取，计3.12万元", 0, NULL},
		{"agency_fee", "按1000000元的1.5%下浮后收取，共12000元", 0, NULL},
		/* a name twice */
		{"judges", "张一、李二、王三、赵四、孙五（采购人代表）", 0, NULL},
		{"judges", "张一、李二、王三、张一（组长）、孙五", PRECHECK_REPEATED, "张一"},
		{"candidates", "第一名：甲公司；第二名：乙公司；第三名：丙公司", 0, NULL},
		{"candidates", "第一名：甲公司；第二名：乙公司；第三名：甲公司", PRECHECK_REPEATED,
			"甲公司"},
		{"candidates", "1. 甲公司\n2. 乙公司\n3. 乙公司", PRECHECK_REPEATED, "乙公司"},
		{"candidates", "一标段：\n1. 甲公司\n2. 乙公司\n二标段：\n1. 甲公司", 0, NULL},
		/* an area in two units: 1 mu is 10000/15 square metres */
		{"area", "66667平方米（100.00亩）", 0, NULL},
		{"area", "66,667㎡，合100亩", 0, NULL},
		{"area", "66667平方米（110亩）", PRECHECK_AREA, "110亩 ≠ 100.0005亩"},
		{"body_md", "预算{{预算金额}}", PRECHECK_BLANK, "{{预算金额}}"},
		{"body_md", "集合{{}}", 0, NULL},
		{"area", "100亩（6667平方米）", PRECHECK_AREA, NULL},
		{"area", "66500平方米，约合100亩", 0, NULL},
		{"area", "12000平方米", 0, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		expect(&rows[i]);
}

static void test_period_against_its_times(void **state)
{
	static const struct {
		const char *period, *end;
		bool is_odd;
	} rows[] = {
		{"1个工作日", "2026-03-09 17:00:00", false},
		{"1个工作日", "2026-03-11 17:00:00", true},
		{"3日", "2026-03-09 17:00:00", false},
		{"3日", "2026-03-16 17:00:00", true},
		{"自公布之日起", "2026-03-16 17:00:00", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) list = verdicts_new();
		json_t *fields = json_pack("{s:s}", "period", rows[i].period);
		struct notice n = {.kind = NOTICE_GP_RESULT,
			.fields = fields,
			.publicity_start_us = at("2026-03-06 10:00:00"), /* Friday */
			.publicity_end_us = at(rows[i].end)};
		struct notice_case c = {.calendar = cal};

		notice_precheck(&n, &c, list);
		json_decref(fields);
		if (list->len != (rows[i].is_odd ? 1u : 0u))
			fail_msg("%s until %s: %u findings", rows[i].period, rows[i].end, list->len);
	}
}

/* The body repeats the fields; what is only in the body is found there. */
static void test_body(void **state)
{
	g_autoptr(GArray) list = verdicts_new();
	json_t *fields = json_pack("{s:s}", "area", "66667平方米（110亩）");
	struct notice n = {.kind = NOTICE_LAND_LISTING,
		.fields = fields,
		.body_md = "## 面积\n\n66667平方米（110亩）\n\n保证金按1000元的10%收取，计200元。"};
	struct notice_case c = {.calendar = cal};

	notice_precheck(&n, &c, list);
	json_decref(fields);
	assert_int_equal(list->len, 2);
	assert_string_equal(g_array_index(list, struct rule_verdict, 0).field, "area");
	assert_string_equal(g_array_index(list, struct rule_verdict, 1).field, "body_md");
	assert_int_equal(
		g_array_index(list, struct rule_verdict, 1).refusal, PRECHECK_FEE);
}

/* Long and hostile texts cost time in proportion, and nothing else. */
static void test_long_texts(void **state)
{
	static const char *const pieces[] = {"1", "1,", "合计", "2026年1月1日至", "1元的1%", "a(", "分1"};

	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(GArray) list = verdicts_new();
		GString *text = g_string_new(NULL);

		while (text->len < 60000)
			g_string_append(text, pieces[i]);
		precheck_text("criteria", text->str, cal, list);
		g_string_free(text, TRUE);
	}
}

static void test_codes(void **state)
{
	assert_codes(precheck_refusal_code, PRECHECK_BLANK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oddities),
		cmocka_unit_test(test_period_against_its_times),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
