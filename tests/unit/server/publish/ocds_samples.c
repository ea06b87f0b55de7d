/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints the schema of our extension, a release package for every kind of notice and for the correction
 * of a result, and a record package for the chain of them all, a line each, for ocds_valid to hold against the standard's schemas.
 */
#include <stdio.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/publish/ocds.h"
#include "server/store/bid_store.h"

#define NINE_US (INT64_C(1772326800) * CLOCK_SECOND_US)
#define DAY_US (86400 * CLOCK_SECOND_US)

static const struct site site = {
	.centre = "某市公共资源交易中心", .public_url = "https://x.example:8443"};

static void print(json_t *json)
{
	g_autofree char *text = ocds_text(json);

	puts(text);
	json_decref(json);
}

static struct notice_row *notice_of(enum notice_kind kind)
{
	struct notice_row *n = g_new0(struct notice_row, 1);
	size_t n_fields;
	const struct notice_field *fields = notice_fields(&n_fields);

	g_snprintf(n->notice_id, sizeof(n->notice_id), "01hzzzzzzzzzzzzzzzzzzzzz%02u", kind);
	n->title = g_strdup("公告 & <标题>");
	n->body_md = g_strdup("# 正文\n\n内容");
	n->published_us = NINE_US + kind * DAY_US;
	n->fields = json_object();
	n->media = json_pack("[{s:s, s:s}]", "name", "某网", "address", "https://a.example");
	for (size_t i = 0; i < n_fields; i++)
		if (fields[i].kind == kind)
			json_object_set_new(n->fields, fields[i].name, json_string(strcmp(fields[i].name, "winner")
						    ? "文字"
						    : "甲公司（联合体牵头人）、乙公司（成员）"));
	n->notice = (struct notice){.kind = kind,
		.title = n->title,
		.body_md = n->body_md,
		.fields = n->fields,
		.offer_start_us = NINE_US,
		.offer_end_us = NINE_US + 5 * DAY_US,
		.bid_deadline_us = NINE_US + 20 * DAY_US,
		.opening_us = NINE_US + 20 * DAY_US,
		.publicity_start_us = NINE_US + 30 * DAY_US,
		.publicity_end_us = NINE_US + 33 * DAY_US};
	return n;
}

static void print_releases(const struct ocds_process *process, struct notice_row *n)
{
	json_t *releases = json_array();

	n->withheld = json_pack("[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s, s:s}]", "field",
		"contact", "reason", "涉及商业秘密", "digest", "00", "until", "2026-12-01T00:00:00Z",
		"field", "winner", "reason", "同上", "digest", "00", "text", "某公司", "disclosed_at",
		"2026-06-01T00:00:00Z");
	n->withdrawn_us = n->published_us + DAY_US;
	n->withdraw_reason = g_strdup("内容有误");
	ocds_add_releases(&site, process, n, releases);
	n->withdrawn_us = 0;
	print(ocds_release_package(
		&site, "/ocds/releases/x.json", "2026-03-01T01:00:00Z", releases));
}

/* What is told of a lot: one bidder's points, by one expert. */
static json_t *award_of(const struct lot *lot, const char *points, const char *total)
{
	return json_pack("{s:s, s:s, s:O, s:[{s:s, s:i, s:s, s:[{s:i, s:s, s:{s:s}}]}]}", "format",
		"bidroom.award.v1", "lot_id", lot->lot_id, "scheme", lot->scheme, "rows",
		"bidder_name", "甲公司", "rank", 1, "total", total, "members", "member_no", 2,
		"total", points, "scores", "plan", points);
}

/* What was opened of a lot, long after its notice. */
static struct told_opening *opening_of(const char *lot_id, struct bid_row *bids, size_t n)
{
	struct told_opening *o = g_new0(struct told_opening, 1);

	g_strlcpy(o->lot_id, lot_id, sizeof(o->lot_id));
	o->opened_us = NINE_US + 60 * DAY_US;
	o->bids = g_ptr_array_new();
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(o->bids, &bids[i]);
	return o;
}

int main(void)
{
	struct decimal price;
	decimal_parse_text("123456789.012345", &price);
	struct project project = {.project_id = "01hzzzzzzzzzzzzzzzzzzzzzpr",
		.code = "37040220260000001",
		.regime = REGIME_GP,
		.category = LOT_SERVICES,
		.name = (char *)"云平台运维服务",
		.region = "370402",
		.window_minutes = 60,
		.method = "open",
		.budget = decimal_from_int(3000000),
		.buyer_name = (char *)"某某局",
		.agency_name = (char *)"代理甲"};
	struct bid_row bids[] = {
		{.bid_id = "b1", .state = BID_OPENED, .bidder_name = (char *)"甲公司", .price = decimal_from_int(2900000), .finalised_us = NINE_US},
		{.bid_id = "b2", .state = BID_OPENED, .bidder_name = (char *)"丁公司", .price = decimal_from_int(2800000)},
		{.bid_id = "b3", .state = BID_REVOKED, .bidder_name = (char *)"戊公司-secret"},
		{.bid_id = "b4", .state = BID_INVALID, .bidder_name = (char *)"己公司-secret"}};
	struct bid_row rates[] = {
		{.bid_id = "r1", .state = BID_OPENED, .bidder_name = (char *)"甲公司", .price = decimal_from_int(95)},
		{.bid_id = "r2", .state = BID_RECALLED}};
	struct lot lot = {.lot_id = "a", .price_form = "amount", .code = "37040220260000001001",
		.name = (char *)"第一包",
		.has_ceiling = true,
		.ceiling = price,
		.scheme = json_pack("{s:[{s:s, s:s, s:s, s:s, s:b}], s:{s:s, s:s}}", "items", "id",
			"plan", "name", "方案", "max", "80", "kind", "technical", "objective", 0,
			"price", "method", "gp_lowest", "weight", "20")};
	struct lot rate = {.lot_id = "b", .price_form = "other", .code = "37040220260000001002", .name = (char *)"第二包"};
	g_autoptr(GPtrArray) lots = g_ptr_array_new();
	g_autoptr(GPtrArray) chain =
		g_ptr_array_new_with_free_func((GDestroyNotify)notice_row_free);
	struct told_award told = {.lot_id = "a"}, other = {.lot_id = "a"};
	g_autoptr(GPtrArray) awards = g_ptr_array_new();
	g_autoptr(GPtrArray) openings = g_ptr_array_new_with_free_func(told_opening_free);
	struct ocds_process process = {.prefix = "ocds-213czf",
		.project = &project,
		.lots = lots,
		.chain = chain,
		.awards = awards,
		.openings = openings};

	print(json_loads(ocds_extension_schema_json, 0, NULL));
	told.award = award_of(&lot, "70.00", "90.0000");
	other.award = award_of(&lot, "65.00", "85.0000");
	g_ptr_array_add(awards, &told);
	g_ptr_array_add(awards, &other);
	g_ptr_array_add(lots, &lot);
	g_ptr_array_add(lots, &rate);
	g_ptr_array_add(openings, opening_of("a", bids, G_N_ELEMENTS(bids)));
	g_ptr_array_add(openings, opening_of("b", rates, G_N_ELEMENTS(rates)));
	for (enum notice_kind kind = 1; notice_kind_name(kind); kind++) {
		struct notice_row *n = notice_of(kind);
		g_ptr_array_add(chain, n);
		if (kind == NOTICE_GP_RESULT)
			g_strlcpy(told.notice_id, n->notice_id, sizeof(told.notice_id));
		for (guint i = 0; kind == NOTICE_GP_TENDER && i < openings->len; i++)
			g_strlcpy(((struct told_opening *)g_ptr_array_index(openings, i))->notice_id,
				n->notice_id, ID_SIZE);
		print_releases(&process, n);
	}
	struct notice_row *correction = notice_of(NOTICE_GP_CHANGE);
	g_strlcpy(correction->notice_id, "01hzzzzzzzzzzzzzzzzzzzzz99", sizeof(correction->notice_id));
	correction->published_us = NINE_US + 50 * DAY_US;
	g_ptr_array_add(chain, correction);
	g_strlcpy(other.notice_id, correction->notice_id, sizeof(other.notice_id));
	g_strlcpy(other.result_id, told.notice_id, sizeof(other.result_id));
	print_releases(&process, correction);
	print(ocds_record_package(&site, &process));
	project.agency_name = NULL;
	print(ocds_record_package(&site, &process));
	json_decref(told.award);
	json_decref(other.award);
	json_decref(lot.scheme);
	return 0;
}
