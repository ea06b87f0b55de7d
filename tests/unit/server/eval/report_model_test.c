/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/report_model.h"

#include <string.h>

#include "tests/unit/server/eval/support.h"

static const char *cell(const json_t *model, size_t section, size_t block, size_t row, size_t col)
{
	const json_t *s = json_array_get(json_object_get(model, "sections"), section);
	const json_t *b = json_array_get(json_object_get(s, "blocks"), block);

	return json_string_value(
		json_array_get(json_array_get(json_object_get(b, "rows"), row), col));
}

static const char *text_of(const json_t *model, size_t section, size_t block)
{
	const json_t *s = json_array_get(json_object_get(model, "sections"), section);

	return json_string_value(
		json_object_get(json_array_get(json_object_get(s, "blocks"), block), "text"));
}

static struct criteria *scheme(void)
{
	json_t *json = json_of("{\"items\":[{\"id\":\"plan\",\"name\":\"方案\",\"max\":\"80\","
			       "\"kind\":\"technical\",\"objective\":false}],"
			       "\"price\":{\"method\":\"gp_lowest\",\"weight\":\"20\"}}");
	struct criteria *c = NULL;

	assert_int_equal(criteria_read(json, &c, NULL), 0);
	json_decref(json);
	return c;
}

static json_t *make(void)
{
	static const char *const members[] = {"评委1", "评委2"};
	const struct decimal scores[][2] = {{dec("70"), dec("71")}, {dec("60"), dec("61")},
		{dec("50"), dec("51")}, {dec("40"), dec("41")}, {dec("0"), dec("0")}};
	const char *const prices[] = {"1267500", "1345500", "1286800", "1300000", "1"};
	struct report_bid report[5] = {{.bidder = "甲"}, {.bidder = "乙"}, {.bidder = "丙"},
		{.bidder = "丁"}, {.bidder = "戊", .rejected = "未提供资质证书"}};
	struct rank_bid bids[5];
	struct rank_row rows[5];
	struct rank_case k;
	struct criteria *c = scheme();
	json_t *model = report_model_new("评标报告", 1750000000000000);

	for (int i = 0; i < 5; i++) {
		bids[i] = (struct rank_bid){.rejected = report[i].rejected != NULL,
			.has_price = true,
			.price = dec(prices[i]),
			.scores = scores[i]};
		report[i].has_price = true;
		report[i].price = bids[i].price;
		report[i].totals = scores[i];
	}
	k = (struct rank_case){c, bids, 5, 2, 2, NULL, NULL, -1};
	assert_int_equal(rank_bids(&k, rows, NULL, NULL), 0);
	report_add_pair(model, REPORT_BASICS, "项目名称", "市民中心运维");
	report_add_pair(model, REPORT_BASICS, "代理机构", NULL);
	/* In another lot 甲 has won its share before, and another comes up. */
	const struct award_row awards[5] = {{AWARD_PASSED, 0}, {AWARD_NONE, 0}, {AWARD_FIRST, 1},
		{AWARD_FOLLOWING, 2}, {AWARD_NONE, 0}};

	report_add_lot(model, "二标段", c, report, rows, NULL, 5, members, 2);
	report_add_lot(model, "三标段", c, report, rows, awards, 5, members, 2);
	criteria_free(c);
	return model;
}

static void test_a_report(void **state)
{
	json_t *model = make();

	assert_int_equal(report_model_check(model), REPORT_E_FORM); /* sections still empty */
	report_model_finish(model);
	assert_int_equal(report_model_check(model), 0);
	assert_string_equal(cell(model, REPORT_BASICS, 0, 1, 1), "无");
	assert_string_equal(cell(model, REPORT_REJECTED, 0, 0, 1), "未提供资质证书");
	assert_string_equal(cell(model, REPORT_CRITERIA, 0, 1, 1), "20.00");
	/* 甲: members 70 and 71, mean 70.5000, price score 20.00, total 90.5000. */
	assert_string_equal(cell(model, REPORT_COMPARISON, 0, 0, 0), "甲");
	assert_string_equal(cell(model, REPORT_COMPARISON, 0, 0, 2), "71.00");
	assert_string_equal(cell(model, REPORT_COMPARISON, 0, 0, 3), "70.5000");
	assert_string_equal(cell(model, REPORT_COMPARISON, 0, 0, 4), "1267500.00");
	assert_string_equal(cell(model, REPORT_COMPARISON, 0, 0, 5), "20.00");
	assert_string_equal(cell(model, REPORT_COMPARISON, 0, 0, 6), "90.5000");
	assert_string_equal(cell(model, REPORT_COMPARISON, 0, 1, 5), "18.84");
	/* Rejected bids are not compared, all others ranked, three recommended (E11). */
	assert_null(cell(model, REPORT_COMPARISON, 0, 4, 0));
	assert_string_equal(cell(model, REPORT_RANKING, 0, 3, 1), "丁");
	assert_null(cell(model, REPORT_RANKING, 0, 4, 0));
	assert_string_equal(cell(model, REPORT_RECOMMENDED, 0, 0, 3), "90.50");
	assert_string_equal(cell(model, REPORT_RECOMMENDED, 0, 2, 1), "丙");
	assert_null(cell(model, REPORT_RECOMMENDED, 0, 3, 0));
	/* Ranked the same, but the first has won its share of the lots: the others move up. */
	assert_string_equal(cell(model, REPORT_RANKING, 1, 0, 1), "甲");
	assert_string_equal(cell(model, REPORT_RECOMMENDED, 1, 0, 0), "1");
	assert_string_equal(cell(model, REPORT_RECOMMENDED, 1, 0, 1), "丙");
	assert_string_equal(cell(model, REPORT_RECOMMENDED, 1, 1, 1), "丁");
	assert_null(cell(model, REPORT_RECOMMENDED, 1, 2, 0));
	const char *passed = text_of(model, REPORT_RECOMMENDED, 2);
	assert_true(passed && strstr(passed, "三标段　甲") && strstr(passed, "不再推荐"));
	json_decref(model);
}

static void test_the_digest_follows_the_text(void **state)
{
	json_t *a = make(), *b = make();
	uint8_t one[32], two[32];

	report_model_finish(a);
	report_model_finish(b);
	assert_int_equal(report_model_digest(a, one), 0);
	assert_int_equal(report_model_digest(b, two), 0);
	assert_memory_equal(one, two, 32);
	report_add_text(b, REPORT_CLARIFICATIONS, "x");
	assert_int_equal(report_model_digest(b, two), 0);
	assert_memory_not_equal(one, two, 32);
	json_decref(a);
	json_decref(b);
}

/* A model from the database is not trusted: whatever is taken out or bent is refused. */
static void test_bent_models(void **state)
{
	static const struct {
		size_t section, block;
		const char *member, *value;
	} rows[] = {
		{REPORT_BASICS, 0, "type", "\"picture\""},
		{REPORT_BASICS, 0, "rows", "[[\"a\"]]"},
		{REPORT_BASICS, 0, "rows", "[[\"a\", 1]]"},
		{REPORT_BASICS, 0, "rows", "{}"},
		{REPORT_RANKING, 0, "caption", "null"},
		{REPORT_RANKING, 0, "columns", "[]"},
		{REPORT_RANKING, 0, "columns", "[{\"title\": \"a\", \"align\": \"up\"}]"},
		{REPORT_RANKING, 0, "rows", "[[\"a\", \"b\", \"c\"]]"},
		{REPORT_CLARIFICATIONS, 0, "text", "7"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *model = make(), *section;

		report_model_finish(model);
		section = json_array_get(json_object_get(model, "sections"), rows[i].section);
		json_object_set_new(
			json_array_get(json_object_get(section, "blocks"), rows[i].block),
			rows[i].member, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		if (report_model_check(model) != REPORT_E_FORM)
			fail_msg("row %zu", i);
		json_decref(model);
	}
	assert_int_equal(report_model_check(NULL), REPORT_E_FORM);
	assert_codes(report_refusal_code, REPORT_E_FORM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_report),
		cmocka_unit_test(test_the_digest_follows_the_text),
		cmocka_unit_test(test_bent_models),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
