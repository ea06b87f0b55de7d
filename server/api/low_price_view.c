/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bids of a session that must explain an abnormally low price, with where each stands. */
#include "server/api/views.h"

#include "server/act/low_price_act.h"
#include "server/act/session_act.h"
#include "server/store/low_price_store.h"
#include "server/store/member_store.h"
#include "server/store/question_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static json_t *row_json(const struct low_price_row *row, const struct low_price_case *c, bool mine)
{
	json_t *out = row->finding ? json_deep_copy(row->finding) : json_pack("{s:[]}", "triggers");

	out_text(out, "lot_id", row->lot_id);
	out_text(out, "bid_id", row->bid_id);
	out_text(out, "by", row->by);
	if (row->member_no)
		out_int(out, "member_no", row->member_no);
	if (row->reason)
		out_text(out, "reason", row->reason);
	out_time(out, "raised_at", row->raised_us);
	if (c->question) {
		out_text(out, "question_id", c->question->question_id);
		json_object_set_new(out, "explained", json_boolean(c->question->answer));
	}
	out_int(out, "convinced", c->votes.convinced);
	out_int(out, "against", c->votes.against);
	out_text(out, "outcome", low_price_outcome_name(c->outcome));
	if (mine)
		json_object_set_new(out, "voted", json_boolean(c->voted));
	return out;
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	MEMBER_ROW_AUTO struct member_row *me = NULL;
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	json_t *items = json_array();
	int r = session_secret_viewer(a, in_text(in, "session_id"), &me);

	json_object_set_new(out, "items", items);
	if (!r)
		r = act_found(
			a, session_store_get(a->txn, in_text(in, "session_id"), &s), "session_id");
	if (!r)
		r = low_price_store_of_session(a->txn, s->session_id, &rows);
	for (guint i = 0; !r && i < rows->len; i++) {
		LOW_PRICE_CASE_AUTO struct low_price_case c = {0};
		const struct low_price_row *row = g_ptr_array_index(rows, i);

		r = low_price_look(a, s, row, me ? me->no : 0, &c);
		if (!r)
			json_array_append_new(items, row_json(row, &c, me != NULL));
	}
	return r;
}

const struct act_kind low_price_list_view = {
	.name = "low_price.list", .fields = fields, .run = run_list, .flags = ACT_READ};
