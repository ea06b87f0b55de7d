/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is scored, one's own sheet, and the result of a lot once it may be seen. */
#include "server/api/views.h"

#include <errno.h>
#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/session_act.h"
#include "server/act/sheet_act.h"
#include "server/act/sheet_return.h"
#include "server/auth/permission.h"
#include "server/eval/anomaly.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

static const struct field lot_fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static const struct field session_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run_sheet(struct act *a, const json_t *in, json_t *out)
{
	SHEET_CASE_AUTO struct sheet_case c = {0};
	json_t *content = NULL;
	int r = sheet_case_read(a, in, "sheet.get", false, &c);

	if (!r && c.row)
		r = sheet_open(a, c.session->session_id, c.row, &content);
	if (r)
		return r;
	out_text(out, "lot_id", c.lot.lot->lot_id);
	out_text(out, "state", c.row && c.row->submitted ? "submitted" : "draft");
	out_int(out, "version", sheet_version(&c));
	json_object_set(out, "items", json_object_get(c.lot.lot->scheme, "items"));
	json_object_set_new(out, "bids", sheet_lot_bids(&c.lot));
	json_object_set_new(out, "scores",
		content ? json_incref(json_object_get(content, "scores")) : json_object());
	json_decref(content);
	if (c.row && c.row->submitted) {
		out_hex(out, "commitment", c.row->commitment, sizeof(c.row->commitment));
		out_time(out, "submitted_at", c.row->submitted_us);
		return 0;
	}
	return sheet_return_out(a, &c, out);
}

const struct act_kind sheet_view = {
	.name = "sheet.get", .fields = lot_fields, .run = run_sheet, .flags = ACT_READ};

static int bid_row_json(const struct sheet_lot *l, const struct bid_row *b, json_t *list)
{
	const struct rejection *rejection = sheet_lot_rejection(l, b->bid_id);
	json_t *files = NULL;
	char price[DECIMAL_TEXT_SIZE];
	int r = bid_files(b, &files);

	if (r)
		return r < 0 ? r : -EBADMSG;
	json_t *row = json_pack("{s:s, s:s, s:i, s:s, s:o}", "bid_id", b->bid_id, "lot_id",
		l->lot->lot_id, "no", (int)b->no, "bidder_name", b->bidder_name, "files", files);
	if (rejection)
		out_text(row, "rejected", rejection->reason);
	if (strcmp(l->lot->price_form, "amount") == 0)
		out_text(row, "price", decimal_format_exact(b->price, price));
	json_array_append_new(list, row);
	return 0;
}

static int run_bids(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *me = NULL;
	g_autoptr(GPtrArray) lots = NULL;
	json_t *items = json_array();
	int r = session_viewer(a, session_id, ROLE_HOST | ROLE_SUPERVISOR, &me);

	json_object_set_new(out, "items", items);
	out_text(out, "next", NULL);
	if (!r)
		r = session_for_act(a, session_id, "session.bids", false, &s);
	if (!r)
		r = session_store_lots(a->txn, session_id, &lots);
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		SHEET_LOT_AUTO struct sheet_lot l = {0};

		r = sheet_lot_read(a, session_id, lot->lot_id, &l);
		for (guint j = 0; !r && j < l.bids->len; j++)
			r = bid_row_json(&l, g_ptr_array_index(l.bids, j), items);
	}
	return r;
}

const struct act_kind session_bids_view = {
	.name = "session.bids", .fields = session_fields, .run = run_bids, .flags = ACT_READ};

/* The numbers of the stored result become members with alias and, for who may know it, name. */
static int out_members(struct act *a, const char *session_id, const struct member_row *me,
	const json_t *numbers, json_t *out)
{
	g_autoptr(GPtrArray) members = NULL;
	json_t *list = json_array();
	int r = member_store_of_session(a->txn, session_id, &members);

	json_object_set_new(out, "members", list);
	for (guint i = 0; !r && i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);
		g_autofree char *alias = member_alias(m->no), *name = NULL;
		json_t *number;
		size_t j;

		json_array_foreach ((json_t *)numbers, j, number) {
			if (json_integer_value(number) != m->no)
				continue;
			json_t *row = json_pack("{s:i, s:s}", "member_no", m->no, "alias", alias);
			json_array_append_new(list, row);
			if (!me || me->no == m->no)
				r = member_identity(a, session_id, m, NULL, &name);
			if (name)
				out_text(row, "name", name);
		}
	}
	return r;
}

/* For those who lead and watch, and for the leader (组长). */
static int out_findings(struct act *a, const struct eval_session *s, const struct member_row *me,
	const struct sheet_lot *l, json_t *out)
{
	json_t *findings = NULL;
	int r;

	if (me && me->no != s->leader_no)
		return 0;
	r = sheet_lot_findings(
		a, s, l, l->lot->result, me ? ANOMALY_TO_MEMBER : ANOMALY_TO_ALL, &findings);
	if (!r)
		json_object_set_new(out, "findings", findings);
	return r;
}

static int run_result(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *me = NULL;
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	int r = session_viewer(a, session_id, ROLE_HOST | ROLE_STAFF | ROLE_SUPERVISOR, &me);

	if (!r)
		r = session_for_act(a, session_id, "session.result", false, &s);
	if (!r)
		r = sheet_lot_read(a, session_id, in_text(in, "lot_id"), &l);
	if (r)
		return r;
	if (!l.lot->result)
		return refuse(
			a->refusal, flow_refusal_code(FLOW_E_NOT_ALL_SUBMITTED), "lot_id", NULL);
	json_object_update(out, l.lot->result);
	r = out_findings(a, s, me, &l, out);
	return r ? r
		 : out_members(a, session_id, me, json_object_get(l.lot->result, "members"), out);
}

const struct act_kind session_result_view = {
	.name = "session.result", .fields = lot_fields, .run = run_result, .flags = ACT_READ};
