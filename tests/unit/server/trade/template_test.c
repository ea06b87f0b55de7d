/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/template.h"

#include <string.h>

#include "tests/unit/server/trade/support.h"

static const struct template_words one = {
	"公路事务局道路改造", "37040220260301001001", "张先生 0632-1", "公路事务局", "甲代理公司"};
static const struct template_words other = {
	"水务集团管网清淤", "37040220260302002001", "李女士", "水务集团", NULL};

static void expect(json_t *got, const char *want)
{
	json_auto_t *value = got;
	g_autofree char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	assert_string_equal(text, want);
}

static void test_from_one_project_to_another(void **state)
{
	json_auto_t *draft = json_pack("{s:s, s:s, s:{s:s, s:s}, s:[{s:s}], s:b, s:i}", "title",
		"公路事务局道路改造招标公告", "body_md",
		"编号37040220260301001001，公路事务局，公路事务局。", "fields", "buyer_contact",
		"公路事务局，张先生 0632-1", "agency_contact", "甲代理公司", "media", "name",
		"采购网", "affects_bids", 0, "n", 7);
	json_auto_t *made = template_take(draft, &one);

	expect(json_incref(made),
		"{\"affects_bids\":false,\"body_md\":\"编号{{项目编号}}，{{采购人或招标人}}，{{采购人或招标人}}。\","
		"\"fields\":{\"agency_contact\":\"{{代理机构}}\",\"buyer_contact\":\"{{采购人或招标人}}，{{联系方式}}\"},"
		"\"media\":[{\"name\":\"采购网\"}],\"n\":7,\"title\":\"{{项目名称}}招标公告\"}");
	expect(template_fill(made, &other),
		"{\"affects_bids\":false,\"body_md\":\"编号37040220260302002001，水务集团，水务集团。\","
		"\"fields\":{\"agency_contact\":\"\",\"buyer_contact\":\"水务集团，李女士\"},"
		"\"media\":[{\"name\":\"采购网\"}],\"n\":7,\"title\":\"水务集团管网清淤招标公告\"}");
	/* The same project: what it was. */
	json_auto_t *again = template_fill(made, &one);
	assert_true(json_equal(again, draft));
}

static void test_words_that_are_missing(void **state)
{
	static const struct template_words none = {0}, blank = {"", "", "", "", ""};

	json_auto_t *text = json_string("某某局"), *places = json_string("{{项目名称}}{{其他}}");

	expect(template_take(text, &none), "\"某某局\"");
	expect(template_take(text, &blank), "\"某某局\"");
	expect(template_fill(places, &none), "\"{{其他}}\"");
}

/* What is short stands inside other words by chance; of two that overlap the longer goes first. */
static void test_short_and_overlapping_words(void **state)
{
	static const struct template_words words = {
		"道路", "A-12", "某某局道路改造", "某某局道路改造建设指挥部", "甲公司"};
	json_auto_t *text = json_string("道路 A-12 甲公司 某某局道路改造建设指挥部 某某局道路改造"),
		    *made = template_take(text, &words);

	expect(json_incref(made), "\"道路 {{项目编号}} 甲公司 {{采购人或招标人}} {{联系方式}}\"");
	expect(template_fill(made, &words),
		"\"道路 A-12 甲公司 某某局道路改造建设指挥部 某某局道路改造\"");
}

/* What is true of one project alone is in no field, and in title and text only as its label. */
static void test_a_notice_leaves_its_own_behind(void **state)
{
	json_auto_t *draft = json_pack("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s}}", "title",
		"公路事务局道路改造招标公告（预算3000000元）", "body_md",
		"编号37040220260301001001，预算3000000元，采用综合评分法。", "fields", "name",
		"公路事务局道路改造", "number", "37040220260301001001", "budget", "3000000元",
		"bond", "两万元", "criteria", "综合评分法", "remark", "别处没有的", "winner",
		"某公司");
	json_auto_t *made = template_take_notice(NOTICE_GP_TENDER, draft, &one);

	expect(json_incref(made),
		"{\"body_md\":\"编号{{项目编号}}，预算{{预算金额}}，采用综合评分法。\","
		"\"fields\":{\"criteria\":\"综合评分法\",\"name\":\"{{项目名称}}\",\"number\":\"{{项目编号}}\"},"
		"\"title\":\"{{项目名称}}招标公告（预算{{预算金额}}）\"}");
	/* One that was made before it was left out says no more. */
	expect(template_notice_part(NOTICE_GP_TENDER, draft),
		"{\"body_md\":\"编号37040220260301001001，预算3000000元，采用综合评分法。\","
		"\"fields\":{\"criteria\":\"综合评分法\"},"
		"\"title\":\"公路事务局道路改造招标公告（预算3000000元）\"}");
}

static void test_every_result_is_its_projects_own(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *name;
	} own[] = {
		{NOTICE_ZTB_CANDIDATES, "candidates"},
		{NOTICE_ZTB_CANDIDATES, "prices"},
		{NOTICE_ZTB_RESULT, "winner"},
		{NOTICE_ZTB_RESULT, "winner_price"},
		{NOTICE_GP_TENDER, "budget"},
		{NOTICE_GP_RESULT, "judges"},
		{NOTICE_GP_RESULT, "scores"},
		{NOTICE_GP_CONTRACT, "price"},
		{NOTICE_LAND_RESULT, "winner"},
		{NOTICE_MINING_RESULT, "price"},
		{NOTICE_PROPERTY_RESULT, "winner"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
		assert_true(notice_field_find(own[i].kind, own[i].name)->own);
	assert_false(notice_field_find(NOTICE_GP_TENDER, "qualification")->own);
}

/* Whoever a project names belongs to it: another one's template names nobody. */
static void test_a_project_leaves_its_parties_behind(void **state)
{
	json_auto_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:i, s:[]}",
		"buyer_code", "11370402004242424X", "agency_code", "91370402MA3C0FFEE7",
		"buyer_name", "某某局", "agency_name", "甲代理", "contact", "张先生", "budget",
		"3000000", "region", "370402", "mandatory", 1, "holder_threshold", 2, "lots");

	expect(template_project_part(body),
		"{\"holder_threshold\":2,\"lots\":[],\"mandatory\":true,\"region\":\"370402\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_one_project_to_another),
		cmocka_unit_test(test_words_that_are_missing),
		cmocka_unit_test(test_short_and_overlapping_words),
		cmocka_unit_test(test_a_notice_leaves_its_own_behind),
		cmocka_unit_test(test_every_result_is_its_projects_own),
		cmocka_unit_test(test_a_project_leaves_its_parties_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
