/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to bidders: those of a session, and a bidder's own. */
#include "server/api/views.h"

#include <errno.h>

#include "server/act/low_price_act.h"
#include "server/act/question_act.h"
#include "server/act/session_act.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

/* full: for who may know who was asked and what became of it. */
static int out_list(struct act *a, const GPtrArray *rows, bool full, json_t *out)
{
	json_t *items = json_array();
	int r = 0;

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < rows->len; i++) {
		const struct question_row *q = g_ptr_array_index(rows, i);
		BID_AUTO struct bid_row *bid = NULL;
		json_t *item = question_json(q, full);

		json_array_append_new(items, item);
		if (full)
			r = bid_store_get(a->txn, q->bid_id, &bid);
		if (!r && bid && bid->bidder_name)
			out_text(item, "bidder_name", bid->bidder_name);
	}
	return r <= 0 ? r : -EBADMSG;
}

/* How long the tender file gives for what is not passed on yet. */
static int out_minutes(struct act *a, json_t *items)
{
	json_t *row;
	size_t i;
	int r = 0;

	json_array_foreach (items, i, row) {
		unsigned minutes = 0;

		if (r || !in_bool(row, "low_price", false) ||
			g_strcmp0(in_text(row, "state"), "asked") != 0)
			continue;
		r = low_price_minutes(a, in_text(row, "lot_id"), &minutes);
		if (!r && minutes)
			out_int(row, "minutes", minutes);
	}
	return r;
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	MEMBER_ROW_AUTO struct member_row *me = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	int r = session_secret_viewer(a, session_id, &me);

	if (!r)
		r = question_store_of_session(a->txn, session_id, &rows);
	if (!r)
		r = out_list(a, rows, true, out);
	return r ? r : out_minutes(a, json_object_get(out, "items"));
}

const struct act_kind question_list_view = {
	.name = "question.list", .fields = fields, .run = run_list, .flags = ACT_READ};

static const struct field own_fields[] = {
	{NULL},
};

static int run_own(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = question_store_of_account(a->txn, a->actor->account_id, &rows);

	return r ? r : out_list(a, rows, false, out);
}

const struct act_kind question_own_view = {
	.name = "question.list_own", .fields = own_fields, .run = run_own, .flags = ACT_READ};
