/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints, for some chains of notices that are about one lot of two each, the release package of
 * each notice and the record package of the chain up to it, a line each, for ocds_lots.
 */
#include <stdio.h>

#include "server/core/clock.h"
#include "server/publish/ocds.h"

#define NINE_US (INT64_C(1772326800) * CLOCK_SECOND_US)
#define DAY_US (86400 * CLOCK_SECOND_US)

static const struct site site = {
	.centre = "某市公共资源交易中心", .public_url = "https://x.example:8443"};

struct said {
	enum notice_kind kind;
	int lot_no; /* 0: all */
	int deadline_days;
	const char *winner, *price;
	unsigned follows; /* which of them, from 1; 0: none */
};

static void print(json_t *json)
{
	g_autofree char *text = ocds_text(json);

	puts(text);
	json_decref(json);
}

static struct notice_row *notice_of(const struct said *s, unsigned nth)
{
	struct notice_row *n = g_new0(struct notice_row, 1);

	g_snprintf(n->notice_id, sizeof(n->notice_id), "n%u", nth);
	if (s->follows)
		g_snprintf(n->follows, sizeof(n->follows), "n%u", s->follows);
	n->title = g_strdup("公告");
	n->body_md = g_strdup("正文");
	n->published_us = NINE_US + nth * DAY_US;
	n->fields = json_pack("{s:s}", "scope", "内容");
	if (s->winner)
		json_object_set_new(n->fields, "winner", json_string(s->winner));
	if (s->price)
		json_object_set_new(n->fields, s->kind == NOTICE_GP_RESULT ? "winner_price" : "price",
			json_string(s->price));
	if (s->kind == NOTICE_GP_CONTRACT)
		json_object_update_new(n->fields,
			json_pack("{s:s, s:s, s:s, s:s}", "number", "HT-1", "name", "运维合同", "parties",
				"某某局与乙公司", "signed", "2026年3月6日"));
	n->lot_nos = s->lot_no ? json_pack("[i]", s->lot_no) : NULL;
	n->notice = (struct notice){.kind = s->kind, .title = n->title, .body_md = n->body_md,
		.fields = n->fields, .lot_nos = n->lot_nos};
	if (s->deadline_days) {
		n->notice.bid_deadline_us = NINE_US + s->deadline_days * DAY_US;
		n->notice.opening_us = n->notice.bid_deadline_us;
	}
	if (s->kind == NOTICE_GP_TENDER)
		n->notice.offer_start_us = NINE_US;
	return n;
}

static void tell(const struct said *said, size_t n)
{
	struct project project = {.project_id = "01hzzzzzzzzzzzzzzzzzzzzzpr",
		.code = "37040220260000001001",
		.regime = REGIME_GP,
		.category = LOT_SERVICES,
		.name = (char *)"云平台运维服务",
		.method = "open",
		.window_minutes = 60,
		.buyer_name = (char *)"某某局"};
	struct lot lots_of[] = {{.lot_id = "a",
					 .no = 1,
					 .code = "L1",
					 .name = (char *)"第一包",
					 .price_form = "amount"},
		{.lot_id = "b", .no = 2, .code = "L2", .name = (char *)"第二包", .price_form = "other"}};
	struct told_award told = {.lot_id = "a",
		.notice_id = "n3",
		.told_us = NINE_US,
		.award = json_pack("{s:s, s:s, s:{}, s:[{s:s, s:i, s:s}, {s:s, s:i, s:s}]}", "format",
			"bidroom.award.v1", "lot_id", "a", "scheme", "rows", "bidder_name", "甲公司", "rank",
			1, "price", "900000.50", "bidder_name", "丙公司", "rank", 2, "price", "950000")};
	g_autoptr(GPtrArray) lots = g_ptr_array_new(), awards = g_ptr_array_new();
	g_autoptr(GPtrArray) chain =
		g_ptr_array_new_with_free_func((GDestroyNotify)notice_row_free);
	struct ocds_process process = {.prefix = "ocds-213czf",
		.project = &project,
		.lots = lots,
		.chain = chain,
		.awards = awards};

	g_ptr_array_add(awards, &told);
	for (size_t i = 0; i < G_N_ELEMENTS(lots_of); i++)
		g_ptr_array_add(lots, &lots_of[i]);
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(chain, notice_of(&said[i], (unsigned)i + 1));
	/* Each release is made when all is over: it tells what was so in its time. */
	for (guint i = 0; i < chain->len; i++) {
		json_t *releases = json_array();

		ocds_add_releases(&site, &process, g_ptr_array_index(chain, i), releases);
		print(ocds_release_package(
			&site, "/ocds/releases/x.json", "2026-03-01T01:00:00Z", releases));
	}
	for (guint len = 1; len <= n; len++) {
		g_autoptr(GPtrArray) part = g_ptr_array_new();

		for (guint i = 0; i < len; i++)
			g_ptr_array_add(part, g_ptr_array_index(chain, i));
		process.chain = part;
		print(ocds_record_package(&site, &process));
	}
	json_decref(told.award);
}

int main(void)
{
	static const struct said ends[] = {
		{NOTICE_GP_TENDER, 0, 20, NULL, NULL, 0},
		{NOTICE_GP_CHANGE, 1, 25, NULL, NULL, 1},
		{NOTICE_GP_TERMINATION, 1, 0, NULL, NULL, 2},
		{NOTICE_GP_RESULT, 2, 0, "乙公司", "120万元", 1},
		{NOTICE_GP_CHANGE, 2, 0, NULL, NULL, 4},
		{NOTICE_GP_CONTRACT, 2, 0, NULL, "1,199,000元", 5},
	};
	static const struct said apart[] = {
		{NOTICE_GP_TENDER, 1, 20, NULL, NULL, 0},
		{NOTICE_GP_TENDER, 2, 30, NULL, NULL, 0},
		{NOTICE_GP_RESULT, 1, 0, "甲公司", "见附件", 1},
		{NOTICE_GP_RESULT, 2, 0, "乙公司", "95%", 2},
		{NOTICE_GP_CONTRACT, 2, 0, NULL, "按实结算", 0},
	};
	static const struct said alone[] = {
		{NOTICE_LAND_RESULT, 1, 0, "丁公司", "5000万元", 0},
		{NOTICE_GP_CONTRACT, 2, 0, NULL, "3万元", 0},
	};

	print(json_loads(ocds_extension_schema_json, 0, NULL));
	tell(ends, G_N_ELEMENTS(ends));
	tell(apart, G_N_ELEMENTS(apart));
	tell(alone, G_N_ELEMENTS(alone));
	return 0;
}
