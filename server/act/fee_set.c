/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The house sets what experts of a region are paid, and approves the fee sheet of a session. */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/act/fee_act.h"
#include "server/eval/fee.h"
#include "server/store/fee_store.h"
#include "server/store/session_store.h"

static const struct field rate_fields[] = {
	{"region", FIELD_NAME, false, 6, 6}, /* not given: of all others */
	{"unit_minutes", FIELD_INT, true, 1, FEE_UNIT_MINUTES_MAX},
	{"unit_fen", FIELD_INT, true, 0, FEE_FEN_MAX},
	{"min_fen", FIELD_INT, true, 0, FEE_FEN_MAX},
	{"note", FIELD_TEXT, false, 1, 200},
	{NULL},
};

static int run_rate(struct act *a, const json_t *in, json_t *out)
{
	struct fee_rate_row row = {.rate = {.unit_minutes = (int)in_int(in, "unit_minutes", 0),
					   .unit_fen = in_int(in, "unit_fen", 0),
					   .min_fen = in_int(in, "min_fen", 0)},
		.note = (char *)in_text(in, "note"),
		.set_us = a->legal_us};
	const char *region = in_text(in, "region");

	if (region && strspn(region, "0123456789") != 6)
		return refuse(a->refusal, "project.region", "region", "six digits");
	g_strlcpy(row.rate.region, region ? region : "", sizeof(row.rate.region));
	int r = fee_store_add_rate(a->txn, &row, a->actor->account_id);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, "fee.rate_set", "house", "fees",
		json_pack("{s:s, s:i, s:I, s:I, s:s*}", "region", row.rate.region, "unit_minutes",
			row.rate.unit_minutes, "unit_fen", (json_int_t)row.rate.unit_fen, "min_fen",
			(json_int_t)row.rate.min_fen, "note", row.note));
}

static const struct field approve_fields[] = {
	{"session_id", FIELD_ID, true},
	{"total_fen", FIELD_INT, true, 0, INT64_MAX / 2}, /* as he saw it */
	{NULL},
};

static int check(struct act *a, const json_t *in, const struct fee_sheet *sheet)
{
	if (sheet->approved_us)
		return refuse(a->refusal, "fee.approved", NULL, NULL);
	if (in_int(sheet->content, "without_rate", 0))
		return refuse(
			a->refusal, "fee.no_rate", NULL, "set the rates of all regions first");
	if (in_int(sheet->content, "total_fen", -1) != in_int(in, "total_fen", 0))
		return refuse(
			a->refusal, "fee.changed", "total_fen", "the sheet is another one now");
	return 0;
}

static int run_approve(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) sheets = NULL;
	struct fee_sheet *sheet = NULL;
	uint8_t digest[32];
	int r = act_found(
		a, session_store_lock(a->txn, in_text(in, "session_id"), &s), "session_id");

	if (!r && !s->closed_us)
		r = refuse(a->refusal, "fee.open", "session_id", "the session is not closed");
	if (!r)
		r = fee_read(a, s, &sheets);
	if (!r) {
		sheet = g_ptr_array_index(sheets, sheets->len - 1);
		r = check(a, in, sheet);
	}
	if (!r && canon_digest(sheet->content, digest))
		r = -EINVAL;
	if (r)
		return r;
	sheet->approved_us = a->legal_us;
	g_strlcpy(sheet->approved_by, a->actor->account_id, sizeof(sheet->approved_by));
	r = fee_store_add_sheet(a->txn, s->session_id, sheet);
	if (r)
		return r < 0 ? r : -EIO;
	json_t *body = json_pack("{s:O, s:I}", "total_fen",
		json_object_get(sheet->content, "total_fen"), "experts",
		(json_int_t)json_array_size(json_object_get(sheet->content, "rows")));
	out_time(body, "closed_at", sheet->closed_us);
	out_hex(body, "sha256", digest, sizeof(digest));
	return act_event(a, "fee.approved", "session", s->session_id, body);
}

const struct act_kind fee_set_rate_act = {
	.name = "fee.set_rate", .fields = rate_fields, .run = run_rate};
const struct act_kind fee_approve_act = {
	.name = "fee.approve", .fields = approve_fields, .run = run_approve};
