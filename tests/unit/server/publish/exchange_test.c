/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/clock.h"
#include "server/publish/exchange.h"
#include "server/publish/exchange_table.h"
#include "server/store/bid_store.h"

/* 2026-03-01 09:00 in Beijing. */
#define NINE_US (INT64_C(1772326800) * CLOCK_SECOND_US)

static const struct exchange_sender sender = {"91370402MA3", "370000", "https://x.example"};

static guint n_problems(const char *table, json_t *fields, const char *only)
{
	GArray *problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
	guint n = 0;

	exchange_table_check(exchange_table_find(table), fields, problems);
	for (guint i = 0; i < problems->len; i++)
		n += strcmp(g_array_index(problems, struct exchange_problem, i).field, only) == 0;
	g_array_unref(problems);
	json_decref(fields);
	return n;
}

/* Each length of the norm, on both sides. */
static void test_lengths(void **state)
{
	static const struct {
		const char *table, *field, *good, *bad[3];
	} rows[] = {
		{"501", "tender_project_code", "37040220260000001001",
			{"3704022026000000100", "370402202600000010011", "3704022026000000100a"}},
		{"501", "project_code", "37040220260000001",
			{"3704022026000000", "370402202600000011", "3704-220260000001"}},
		{"502", "lot_code", "37040220260000001001001",
			{"3704022026000000100100", "370402202600000010010011", ""}},
		{"501", "region", "370402", {"37040", "3704022", "37040x"}},
		{"501", "tenderer_code", "91370402MA3C4D5E6F",
			{"91370402MA3C4D5E6", "91370402MA3C4D5E6FG", "91370402ma3c4d5e6f"}},
		{"501", "unified_code", "D0112350100MB02709751201906275277315",
			{"D0112350100MB0270975120190627527731", "D01-12350100MB02709751-20190627-527731-5",
				"x"}},
		{"501", "investment_code", "2019-370402-47-03-012345",
			{"2019-370402-47-03-0123456", "1234567890123456789012345", "一二三四五六七八九十一二三四五六七八九十一二三四五"}},
		{"501", "currency", "CNY", {"CN", "CNYY", "cny"}},
		{"501", "amount", "12345678901234.123456",
			{"123456789012345", "1.1234567", "-1"}},
		{"501", "created_time", "20260301090000",
			{"2026030109000", "20261301090000", "20260230090000"}},
		{"503", "deadline", "20280229235959", {"20260229235959", "20260301240000", "20260301096000"}},
		{"503", "nature", "1", {"0", "11", "x"}},
		{"517", "kind", "9", {"4", "", "91"}},
		{"501", "mandatory", "1", {"2", "x", "01"}},
		{"502", "created_time", "20260301090000", {"2026030109000", "20261301090000", "x"}},
		{"504", "control_price", "12345678901234.123456", {"123456789012345", "1.1234567", "-1"}},
		{"504", "clarification_time", "20260301090000", {"2026030109000", "20261301090000", "x"}},
		{"507", "lot_code", "37040220260000001001001",
			{"3704022026000000100100", "370402202600000010010011", ""}},
		{"507", "bidder_code", "91370402MA3C4D5E6F", {"91370402MA3C4D5E6", "x", "91370402ma3c4d5e6f"}},
		{"507", "price", "12345678901234.123456", {"123456789012345", "1.1234567", "-1"}},
		{"507", "price_form", "9", {"4", "", "11"}},
		{"507", "bond_time", "20260301090000", {"2026030109000", "20261301090000", "x"}},
		{"510", "rank", "3", {"4", "0", "11"}},
		{"510", "score", "99.123456", {"1.1234567", "123456789012345", "-1"}},
		{"9015", "total", "123456789012.123456", {"1234567890123", "1.1234567", "-1"}},
		{"9015", "technical_points", "60.00", {"1234567890123", "1.1234567", "x"}},
		{"9017", "vetoed", "1", {"2", "", "01"}},
		{"503", "text_sha256", "0123456789012345678901234567890123456789012345678901234567890123",
			{"01234567890123456789012345678901234567890123456789012345678901234", "", ""}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(n_problems(rows[i].table,
					 json_pack("{s:s}", rows[i].field, rows[i].good),
					 rows[i].field),
			0);
		for (size_t k = 0; k < G_N_ELEMENTS(rows[i].bad); k++)
			if (n_problems(rows[i].table,
				    json_pack("{s:s}", rows[i].field, rows[i].bad[k]),
				    rows[i].field) != 1)
				fail_msg("%s %s %s", rows[i].table, rows[i].field, rows[i].bad[k]);
	}
}

static void test_a_notice_brings_its_parents(void **state)
{
	struct project project = {.code = "37040220260000001001",
		.regime = REGIME_GP,
		.name = (char *)"云平台 & <运维>",
		.region = "370402",
		.method = "open",
		.budget = decimal_from_int(3000000),
		.buyer_name = (char *)"某某局",
		.created_us = NINE_US};
	struct lot lot = {.code = "37040220260000001001001", .name = (char *)"第一包"};
	struct notice_row n = {.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
		.title = (char *)"公告",
		.body_md = (char *)"正文 <b>",
		.published_us = NINE_US,
		.fields = json_object(),
		.notice = {.kind = NOTICE_GP_TENDER, .bid_deadline_us = NINE_US, .opening_us = NINE_US}};
	g_autoptr(GPtrArray) lots = g_ptr_array_new(), bids = g_ptr_array_new();
	g_autoptr(GArray) problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));

	const struct exchange_trade trade = {&project, lots, bids, NULL, NULL};

	g_ptr_array_add(lots, &lot);
	json_t *records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(problems->len, 0);
	assert_int_equal(json_array_size(records), 3);
	static const char *const tables[] = {"550", "502", "551"};
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(records, i), "table")), tables[i]);
	const json_t *fields = json_object_get(json_array_get(records, 2), "fields");
	assert_string_equal(json_string_value(json_object_get(fields, "deadline")), "20260301090000");
	GString *xml = exchange_xml(records);
	assert_non_null(strstr(xml->str, "<record table=\"550\" platform_code=\"91370402MA3\""));
	assert_non_null(strstr(xml->str, "<name>云平台 &amp; &lt;运维&gt;</name>"));
	assert_non_null(strstr(xml->str, "<content>正文 &lt;b&gt;</content>"));
	g_string_free(xml, TRUE);
	json_decref(records);

	/* A foreign code that is too long is named, not cut. */
	g_strlcpy(project.code, "370402202600000010019", sizeof(project.code));
	records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(problems->len, 3);
	json_decref(records);
	json_decref(n.fields);
}

static const char *field_of(const json_t *records, size_t i, const char *name)
{
	return json_string_value(
		json_object_get(json_object_get(json_array_get(records, i), "fields"), name));
}

/* What was said of project and lot goes with them; of several lots, what is of one alone does not. */
static void test_what_is_known_is_sent(void **state)
{
	static const struct {
		enum notice_kind kind;
		size_t record;
		const char *field, *one, *two; /* of one lot, of two; NULL: left out */
	} rows[] = {
		{NOTICE_ZTB_TENDER, 0, "mandatory", "1", "1"},
		{NOTICE_ZTB_TENDER, 0, "joint", "0", "0"},
		{NOTICE_ZTB_TENDER, 0, "content", "运维", "运维"},
		{NOTICE_ZTB_TENDER, 0, "supervising_department", "住建局", "住建局"},
		{NOTICE_ZTB_TENDER, 0, "approving_department", "审批局", "审批局"},
		{NOTICE_ZTB_TENDER, 0, "investment_code", NULL, NULL},
		{NOTICE_ZTB_TENDER, 1, "mode", "2", "2"},
		{NOTICE_ZTB_TENDER, 1, "place", "市中区", "市中区"},
		{NOTICE_ZTB_TENDER, 1, "content", "运维", NULL},
		{NOTICE_ZTB_TENDER, 1, "qualification", "一级", "一级"},
		{NOTICE_ZTB_TENDER, 1, "created_time", "20260301090000", "20260301090000"},
		{NOTICE_ZTB_CANDIDATES, 0, "verifier", "审核员", "审核员"},
		{NOTICE_ZTB_CLARIFICATION, 0, "margin", "20000", NULL},
		{NOTICE_ZTB_CLARIFICATION, 0, "control_price", "900000", NULL},
		{NOTICE_ZTB_CLARIFICATION, 0, "clarification_time", "20260301090000", "20260301090000"},
		{NOTICE_ZTB_CHANGE, 0, "clarification_time", NULL, NULL},
	};
	struct project project = {.code = "37040220260000001001",
		.regime = REGIME_ZTB,
		.name = (char *)"项目",
		.region = "370402",
		.method = "invited",
		.buyer_name = (char *)"某某局",
		.created_us = NINE_US};
	struct lot lots_of[] = {{.no = 1, .code = "37040220260000001001001", .name = (char *)"一", .has_ceiling = true,
					.ceiling = decimal_from_int(900000)},
		{.no = 2, .code = "37040220260000001001002", .name = (char *)"二"}};

	project.facts = json_pack("{s:b, s:b, s:s, s:s, s:s, s:s, s:s, s:s}", "mandatory", 1, "joint", 0, "content",
		"运维", "supervising_department", "住建局", "approving_department", "审批局", "place", "市中区",
		"qualification", "一级", "bond", "20000");
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		size_t row = i / 2, n_lots = 1 + i % 2;
		const char *expected = n_lots == 1 ? rows[row].one : rows[row].two;
		g_autoptr(GPtrArray) lots = g_ptr_array_new(), bids = g_ptr_array_new();
		g_autoptr(GArray) problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
		g_autoptr(GPtrArray) awards = g_ptr_array_new(), bonds = g_ptr_array_new();
		const struct exchange_trade trade = {&project, lots, bids, awards, bonds};
		struct notice_row n = {.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
			.title = (char *)"公告",
			.body_md = (char *)"正文",
			.approver_name = (char *)"审核员",
			.published_us = NINE_US,
			.fields = json_object(),
			.notice = {.kind = rows[row].kind,
				.publicity_start_us = NINE_US,
				.publicity_end_us = NINE_US}};

		for (size_t k = 0; k < n_lots; k++)
			g_ptr_array_add(lots, &lots_of[k]);
		json_t *records = exchange_records(&sender, &trade, &n, problems);
		assert_int_equal(problems->len, 0);
		if (g_strcmp0(field_of(records, rows[row].record, rows[row].field), expected))
			fail_msg("%s with %zu lots: %s", rows[row].field, n_lots,
				field_of(records, rows[row].record, rows[row].field));
		json_decref(records);
		json_decref(n.fields);
	}
	json_decref(project.facts);
}

/* What was read out and who is ranked goes with the candidates; what they hold back does not. */
static void test_candidates_bring_the_opening(void **state)
{
	struct project project = {.code = "37040220260000001001", .regime = REGIME_ZTB};
	struct lot lots_of[] = {
		{.lot_id = "a", .no = 1, .code = "37040220260000001001001", .price_form = "amount"},
		{.lot_id = "b", .no = 2, .code = "37040220260000001001002", .price_form = "other"}};
	struct exchange_bond paid = {.bid_id = "1", .there = true, .form = DEPOSIT_INSURANCE, .at_us = NINE_US};
	struct exchange_bond missing = {.bid_id = "2"};
	struct bid_row bids_of[] = {
		{.bid_id = "1", .lot_id = "a", .bidder_name = (char *)"甲公司", .price = decimal_from_int(1200000)},
		{.bid_id = "2", .lot_id = "b", .bidder_name = (char *)"乙公司", .price = decimal_from_int(95)}};
	struct notice_row n = {.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
		.title = (char *)"公示",
		.body_md = (char *)"正文",
		.published_us = NINE_US,
		.fields = json_pack("{s:s, s:s, s:s}", "candidates", "甲公司", "prices", "120万元",
			"quality", "合格"),
		.notice = {.kind = NOTICE_ZTB_CANDIDATES,
			.publicity_start_us = NINE_US,
			.publicity_end_us = NINE_US}};
	g_autoptr(GPtrArray) lots = g_ptr_array_new(), bids = g_ptr_array_new();
	g_autoptr(GArray) problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
	static const char *const tables[] = {"507", "507", "510", "511"};

	struct told_award told = {.lot_id = "a", .notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza"};
	g_autoptr(GPtrArray) awards = g_ptr_array_new(), bonds = g_ptr_array_new();
	const struct exchange_trade trade = {&project, lots, bids, awards, bonds};

	(void)state;
	g_ptr_array_add(awards, &told);
	told.award = json_pack("{s:[{s:s, s:i, s:s, s:s}, {s:s, s:i, s:s}, {s:s, s:i, s:s}]}",
		"rows", "bidder_name", "甲公司", "rank", 1, "total", "91.50", "price", "1200000.00",
		"bidder_name", "丙公司", "rank", 4, "total", "80.00", "bidder_name", "丁公司", "rank", 0,
		"total", "0.00");
	for (size_t i = 0; i < 2; i++) {
		g_ptr_array_add(lots, &lots_of[i]);
		g_ptr_array_add(bids, &bids_of[i]);
	}
	g_ptr_array_add(bonds, &paid);
	g_ptr_array_add(bonds, &missing);
	n.notice.fields = n.fields;
	json_t *records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(problems->len, 0);
	assert_int_equal(json_array_size(records), 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(records, i), "table")), tables[i]);
	const json_t *first = json_object_get(json_array_get(records, 0), "fields");
	const json_t *second = json_object_get(json_array_get(records, 1), "fields");
	const json_t *ranked = json_object_get(json_array_get(records, 2), "fields");
	assert_string_equal(json_string_value(json_object_get(first, "price")), "1200000");
	assert_string_equal(json_string_value(json_object_get(second, "price_form")), "9");
	assert_string_equal(json_string_value(json_object_get(second, "rate")), "95");
	assert_null(json_object_get(second, "price"));
	assert_string_equal(field_of(records, 0, "bond_paid"), "1");
	assert_string_equal(field_of(records, 0, "bond_form"), "保证保险");
	assert_string_equal(field_of(records, 0, "bond_time"), "20260301090000");
	assert_string_equal(field_of(records, 1, "bond_paid"), "0");
	assert_null(field_of(records, 1, "bond_form"));
	assert_string_equal(json_string_value(json_object_get(ranked, "candidate")), "甲公司");
	assert_string_equal(json_string_value(json_object_get(ranked, "score")), "91.50");
	json_decref(records);

	/* Where nobody can say that it is missing, nothing is said. */
	g_ptr_array_set_size(bonds, 0);
	json_object_del(n.fields, "prices");
	records = exchange_records(&sender, &trade, &n, problems);
	ranked = json_object_get(json_array_get(records, 2), "fields");
	assert_null(json_object_get(ranked, "price"));
	assert_null(field_of(records, 0, "bond_paid"));
	json_decref(records);
	json_object_del(n.fields, "candidates");
	n.lot_nos = json_pack("[i]", 2);
	records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(json_array_size(records), 2);
	json_decref(records);
	json_decref(n.fields);
	json_decref(n.lot_nos);
	json_decref(told.award);
}

/* Each expert's points by part, who was rejected, and the result, with the notice that tells them first. */
static void test_an_evaluation_is_told(void **state)
{
	static const char *const numbers[] = {"9015", "9015", "9016", "9017", "9017", "553"};
	struct project project = {.code = "37040220260000001001", .regime = REGIME_GP};
	struct lot lot = {.lot_id = "a", .no = 1, .code = "37040220260000001001001", .price_form = "amount"};
	struct notice_row n = {.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
		.title = (char *)"结果",
		.body_md = (char *)"正文",
		.published_us = NINE_US,
		.notice = {.kind = NOTICE_GP_RESULT}};
	struct told_award told = {.lot_id = "a", .notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza"};
	g_autoptr(GPtrArray) lots = g_ptr_array_new(), bids = g_ptr_array_new(),
			     awards = g_ptr_array_new();
	g_autoptr(GArray) problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
	const struct exchange_trade trade = {&project, lots, bids, awards, NULL};

	(void)state;
	told.award = json_loads(
		"{\"scheme\": {\"items\": ["
		"{\"id\": \"plan\", \"name\": \"方案\", \"max\": \"50\", \"kind\": \"technical\", \"objective\": false},"
		"{\"id\": \"team\", \"name\": \"人员\", \"max\": \"20\", \"kind\": \"technical\", \"objective\": false},"
		"{\"id\": \"record\", \"name\": \"业绩\", \"max\": \"10\", \"kind\": \"commercial\", \"objective\": true}],"
		"\"price\": {\"method\": \"gp_lowest\", \"weight\": \"20\"}},"
		"\"rows\": [{\"bidder_name\": \"甲公司\", \"rank\": 1, \"mean\": \"70.2500\", \"price_score\": \"20.00\","
		" \"total\": \"90.2500\", \"members\": [{\"member_no\": 2, \"total\": \"70.50\", \"scores\":"
		" {\"plan\": \"45.50\", \"team\": \"15.00\", \"record\": \"10.00\"}},"
		" {\"member_no\": 3, \"total\": \"70.00\", \"scores\":"
		" {\"plan\": \"45.00\", \"team\": \"15.00\", \"record\": \"10.00\"}}]},"
		"{\"bidder_name\": \"乙公司\", \"rank\": 0, \"mean\": \"0.0000\", \"total\": \"0.0000\","
		" \"rejected\": true, \"reason\": \"未提供有效的保函\", \"members\": []}]}",
		0, NULL);
	assert_non_null(told.award);
	g_ptr_array_add(lots, &lot);
	g_ptr_array_add(awards, &told);
	json_t *records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(problems->len, 0);
	assert_int_equal(json_array_size(records), G_N_ELEMENTS(numbers));
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(records, i), "table")), numbers[i]);
	assert_string_equal(field_of(records, 0, "expert"), "2");
	assert_string_equal(field_of(records, 0, "technical_points"), "60.50");
	assert_string_equal(field_of(records, 0, "commerce_points"), "10.00");
	assert_null(field_of(records, 0, "other_points"));
	assert_string_equal(field_of(records, 0, "price_points"), "20.00");
	assert_string_equal(field_of(records, 0, "total"), "70.50");
	assert_string_equal(field_of(records, 0, "details"), "方案 45.50；人员 15.00；业绩 10.00");
	assert_string_equal(field_of(records, 2, "bidder"), "乙公司");
	assert_string_equal(field_of(records, 2, "reason"), "未提供有效的保函");
	assert_string_equal(field_of(records, 3, "vetoed"), "0");
	assert_string_equal(field_of(records, 3, "committee_points"), "70.2500");
	assert_string_equal(field_of(records, 3, "rank"), "1");
	assert_string_equal(field_of(records, 4, "vetoed"), "1");
	assert_null(field_of(records, 4, "total"));
	json_decref(records);

	/* So does a correction that tells another result. */
	n.notice.kind = NOTICE_GP_CHANGE;
	records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(problems->len, 0);
	assert_int_equal(json_array_size(records), G_N_ELEMENTS(numbers));
	assert_string_equal(json_string_value(json_object_get(json_array_get(records, 0), "table")), "552");
	for (size_t i = 1; i < G_N_ELEMENTS(numbers); i++)
		assert_string_equal(json_string_value(json_object_get(json_array_get(records, i), "table")),
			numbers[i - 1]);
	json_decref(records);
	n.notice.kind = NOTICE_GP_RESULT;

	/* A later notice does not tell them again. */
	g_strlcpy(told.notice_id, "01hzzzzzzzzzzzzzzzzzzzzzzb", sizeof(told.notice_id));
	records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(json_array_size(records), 1);
	json_decref(records);
	json_decref(told.award);
}

#define CODE1 "37040220260000001001001"
#define CODE2 "37040220260000001001002"

/* The tables that are of one lot come once for each the notice means, the others name them all. */
static void test_a_notice_about_a_lot_names_it(void **state)
{
	static const struct {
		enum notice_kind kind;
		int lot_no; /* 0: all */
		bool withdrawn;
		const char *table, *field, *codes[2];
	} rows[] = {
		{NOTICE_GP_TENDER, 1, false, "551", "lot_codes", {CODE1}},
		{NOTICE_ZTB_TENDER, 0, false, "503", "lot_codes", {CODE1 ";" CODE2}},
		{NOTICE_ZTB_CHANGE, 2, false, "504", "lot_codes", {CODE2}},
		{NOTICE_GP_CHANGE, 0, false, "552", "lot_code", {CODE1, CODE2}},
		{NOTICE_ZTB_CANDIDATES, 2, false, "511", "lot_codes", {CODE2}},
		{NOTICE_ZTB_CANDIDATES, 0, false, "511", "lot_codes", {CODE1 ";" CODE2}},
		{NOTICE_ZTB_RESULT, 2, false, "513", "lot_code", {CODE2}},
		{NOTICE_GP_RESULT, 1, false, "553", "lot_code", {CODE1}},
		{NOTICE_GP_RESULT, 0, false, "553", "lot_code", {CODE1, CODE2}},
		{NOTICE_GP_TERMINATION, 1, false, "517", "lot_code", {CODE1}},
		{NOTICE_GP_FAILURE, 0, false, "517", "lot_code", {CODE1, CODE2}},
		{NOTICE_GP_TENDER, 2, true, "517", "lot_code", {CODE2}},
		{NOTICE_LAND_RESULT, 1, false, "601", "lot_code", {NULL}},
	};
	struct project project = {.code = "37040220260000001001",
		.name = (char *)"项目",
		.region = "370402",
		.buyer_name = (char *)"某某局",
		.created_us = NINE_US};
	struct lot lots_of[] = {{.no = 1, .code = CODE1, .name = (char *)"第一包"},
		{.no = 2, .code = CODE2, .name = (char *)"第二包"}};
	g_autoptr(GPtrArray) lots = g_ptr_array_new(), none = g_ptr_array_new();
	const struct exchange_trade trade = {&project, lots, none, none};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lots_of); i++)
		g_ptr_array_add(lots, &lots_of[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) problems =
			g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
		struct notice_row n = {.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
			.title = (char *)"公告",
			.body_md = (char *)"正文",
			.fields = json_pack("{s:s, s:s}", "reason", "规划调整", "price", "1万元"),
			.published_us = NINE_US,
			.withdrawn_us = rows[i].withdrawn ? NINE_US + 1 : 0,
			.withdraw_reason = (char *)"误发",
			.lot_nos = rows[i].lot_no ? json_pack("[i]", rows[i].lot_no) : NULL,
			.notice = {.kind = rows[i].kind,
				.publicity_start_us = NINE_US,
				.publicity_end_us = NINE_US}};
		json_t *records = exchange_records(&sender, &trade, &n, problems), *record;
		size_t k, found = 0;

		assert_int_equal(problems->len, 0);
		json_array_foreach (records, k, record) {
			const json_t *fields = json_object_get(record, "fields");
			const char *reason = json_string_value(json_object_get(fields, "reason"));

			if (strcmp(json_string_value(json_object_get(record, "table")), rows[i].table))
				continue;
			assert_true(found < 2);
			assert_int_equal(g_strcmp0(json_string_value(json_object_get(fields, rows[i].field)),
						 rows[i].codes[found++]),
				0);
			if (!strcmp(rows[i].table, "517"))
				assert_string_equal(reason, rows[i].withdrawn ? "误发" : "规划调整");
			if (!strcmp(rows[i].table, "601"))
				assert_string_equal(json_string_value(json_object_get(fields, "price_text")), "1万元");
			if (!strcmp(rows[i].table, "601"))
				assert_string_equal(json_string_value(json_object_get(fields, "price")), "10000");
		}
		assert_int_equal(found, rows[i].codes[1] ? 2 : 1);
		json_decref(records);
		json_decref(n.lot_nos);
		json_decref(n.fields);
	}
}

/* A contract is no second result: who is the supplier is known from the result of the lot. */
static void test_a_contract_is_one(void **state)
{
	struct project project = {.code = "37040220260000001001",
		.regime = REGIME_GP,
		.buyer_name = (char *)"某某局",
		.facts = json_pack("{s:s}", "buyer_code", "12350100MB02709751")};
	struct lot lots_of[] = {{.lot_id = "a", .no = 1, .code = CODE1}, {.lot_id = "b", .no = 2, .code = CODE2}};
	struct notice_row n = {.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzzb",
		.title = (char *)"合同公告",
		.body_md = (char *)"正文",
		.published_us = NINE_US,
		.lot_nos = json_pack("[i]", 1),
		.fields = json_pack("{s:s, s:s, s:s, s:s}", "name", "运维合同", "parties",
			"甲方：某某局；乙方：甲公司", "price", "119.9万元", "signed", "2026年3月1日"),
		.notice = {.kind = NOTICE_GP_CONTRACT}};
	struct told_award told = {.lot_id = "a", .notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza"};
	g_autoptr(GPtrArray) lots = g_ptr_array_new(), bids = g_ptr_array_new(),
			     awards = g_ptr_array_new();
	g_autoptr(GArray) problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
	const struct exchange_trade trade = {&project, lots, bids, awards};

	(void)state;
	told.award = json_pack("{s:[{s:s, s:i}, {s:s, s:i}]}", "rows", "bidder_name", "乙公司", "rank", 2,
		"bidder_name", "甲公司", "rank", 1);
	g_ptr_array_add(awards, &told);
	for (size_t i = 0; i < G_N_ELEMENTS(lots_of); i++)
		g_ptr_array_add(lots, &lots_of[i]);
	json_t *records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(problems->len, 0);
	assert_int_equal(json_array_size(records), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(records, 0), "table")), "554");
	static const char *const values[][2] = {{"lot_code", CODE1}, {"contract_name", "运维合同"},
		{"purchaser_code", "12350100MB02709751"}, {"supplier_name", "甲公司"}, {"price_form", "1"},
		{"amount", "1199000"}, {"amount_unit", "0"}, {"signed_time", "20260301000000"}};
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
		assert_string_equal(field_of(records, 0, values[i][0]), values[i][1]);
	json_decref(records);

	/* Of both lots: no sum of one of them, and nobody known who supplies the other. */
	json_decref(n.lot_nos);
	n.lot_nos = NULL;
	records = exchange_records(&sender, &trade, &n, problems);
	assert_int_equal(json_array_size(records), 2);
	assert_string_equal(field_of(records, 0, "price_form"), "9");
	assert_string_equal(field_of(records, 0, "rate"), "119.9万元");
	assert_null(field_of(records, 0, "amount"));
	assert_int_equal(problems->len, 1);
	assert_string_equal(g_array_index(problems, struct exchange_problem, 0).field, "supplier_name");
	json_decref(records);
	json_decref(n.fields);
	json_decref(project.facts);
	json_decref(told.award);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_a_notice_brings_its_parents),
		cmocka_unit_test(test_what_is_known_is_sent),
		cmocka_unit_test(test_candidates_bring_the_opening),
		cmocka_unit_test(test_an_evaluation_is_told),
		cmocka_unit_test(test_a_notice_about_a_lot_names_it),
		cmocka_unit_test(test_a_contract_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
