/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates experts are paid at, and the fee sheets of a session: to look at and as a table (CSV). */
#include "server/api/views.h"

#include <errno.h>

#include "proto/canon.h"
#include "server/act/fee_act.h"
#include "server/core/csv.h"
#include "server/store/fee_store.h"
#include "server/store/session_store.h"

static const struct field no_fields[] = {{NULL}};

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run_rates(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) rows = NULL;
	json_t *items = json_array();
	int r = fee_store_rates(a->txn, &rows);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < rows->len; i++) {
		const struct fee_rate_row *row = g_ptr_array_index(rows, i);
		json_t *item = json_pack("{s:s, s:i, s:I, s:I, s:s*}", "region", row->rate.region,
			"unit_minutes", row->rate.unit_minutes, "unit_fen",
			(json_int_t)row->rate.unit_fen, "min_fen", (json_int_t)row->rate.min_fen,
			"note", row->note);

		out_time(item, "set_at", row->set_us);
		json_array_append_new(items, item);
	}
	return r;
}

static int read_sheets(
	struct act *a, const json_t *in, struct eval_session **ret_session, GPtrArray **ret)
{
	int r = act_found(
		a, session_store_get(a->txn, in_text(in, "session_id"), ret_session), "session_id");

	return r ? r : fee_read(a, *ret_session, ret);
}

/* The digest is of the sheet without names, as fee.approved has it. */
static int sheet_json(
	struct act *a, const struct eval_session *s, const struct fee_sheet *sheet, json_t **ret)
{
	json_auto_t *out = json_deep_copy(sheet->content);
	uint8_t digest[32];
	int r = canon_digest(sheet->content, digest) ? -EINVAL : fee_add_names(a, s, out);

	if (r)
		return r;
	out_time(out, "closed_at", sheet->closed_us);
	out_time(out, "approved_at", sheet->approved_us);
	out_hex(out, "sha256", digest, sizeof(digest));
	*ret = json_incref(out);
	return 0;
}

static int run_sheet(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) sheets = NULL;
	json_t *items = json_array();
	int r = read_sheets(a, in, &s, &sheets);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < sheets->len; i++) {
		json_t *item = NULL;

		r = sheet_json(a, s, g_ptr_array_index(sheets, i), &item);
		if (!r)
			json_array_append_new(items, item);
	}
	return r;
}

/* "1234.05" of 123405 fen; "" where there is none. */
static const char *yuan(const json_t *row, const char *name, char buf[32])
{
	int64_t fen = in_int(row, name, -1);

	*buf = '\0';
	if (fen >= 0)
		g_snprintf(buf, 32, "%" G_GINT64_FORMAT ".%02d", fen / 100, (int)(fen % 100));
	return buf;
}

static const char *beijing(const json_t *row, const char *name, char buf[CLOCK_TEXT_SIZE])
{
	int64_t us = in_time_us(row, name, 0);

	*buf = '\0';
	return us ? clock_format_beijing_plain(us, buf) : buf;
}

static void add_row(GString *table, const json_t *row, const char *closed, const char *approved)
{
	char no[16], from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE], minutes[32], unit[32], amount[32];
	const char *cells[] = {no, in_text(row, "name"), in_text(row, "region"),
		in_text(row, "venue"), in_text(row, "seat"), beijing(row, "from", from),
		beijing(row, "to", to), minutes, yuan(row, "unit_fen", unit),
		yuan(row, "amount_fen", amount), closed, approved};

	g_snprintf(no, sizeof(no), "%d", (int)in_int(row, "member_no", 0));
	g_snprintf(minutes, sizeof(minutes), "%" G_GINT64_FORMAT, in_int(row, "minutes", 0));
	csv_add_row(table, cells, G_N_ELEMENTS(cells));
}

static int add_sheet(
	struct act *a, const struct eval_session *s, const struct fee_sheet *sheet, GString *table)
{
	json_auto_t *said = NULL;
	char total[32], closed[CLOCK_TEXT_SIZE], approved[CLOCK_TEXT_SIZE];
	json_t *row;
	size_t i;
	int r = sheet_json(a, s, sheet, &said);

	if (r)
		return r;
	beijing(said, "closed_at", closed);
	beijing(said, "approved_at", approved);
	json_array_foreach (json_object_get(said, "rows"), i, row)
		add_row(table, row, closed, *approved ? approved : "未核定");
	const char *sum[] = {"合计", "", "", "", "", "", "", "", "", yuan(said, "total_fen", total),
		closed, *approved ? approved : "未核定"};
	csv_add_row(table, sum, G_N_ELEMENTS(sum));
	return 0;
}

static int run_table(struct act *a, const json_t *in, json_t *out)
{
	static const char *const heads[] = {"序号", "姓名", "专家库地区", "评审场地", "席位",
		"签到时间", "离场时间", "在场分钟数", "计费单位金额（元）", "劳务费（元）",
		"评审结束时间", "核定时间"};
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) sheets = NULL;
	g_autoptr(GString) table = g_string_new("\xef\xbb\xbf");
	g_autoptr(GBytes) bytes = NULL;
	int r = read_sheets(a, in, &s, &sheets);

	csv_add_row(table, heads, G_N_ELEMENTS(heads));
	for (guint i = 0; !r && i < sheets->len; i++)
		r = add_sheet(a, s, g_ptr_array_index(sheets, i), table);
	if (r)
		return r;
	bytes = g_bytes_new(table->str, table->len);
	g_autofree char *name = g_strdup_printf("fees-%s.csv", in_text(in, "session_id"));
	out_text(out, "name", name);
	out_base64(out, "content", bytes);
	return 0;
}

const struct act_kind fee_rates_view = {
	.name = "fee.rates", .fields = no_fields, .run = run_rates, .flags = ACT_READ};
const struct act_kind fee_sheet_view = {
	.name = "fee.sheet", .fields = fields, .run = run_sheet, .flags = ACT_READ};
const struct act_kind fee_table_view = {
	.name = "fee.table", .fields = fields, .run = run_table, .flags = ACT_READ | ACT_SECRET};
