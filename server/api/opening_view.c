/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The opening (开标) of a lot as everybody may see it. Before the lot is closed it shows no bid,
 * not even how many there are; who a bidder is shows only with the opened bid.
 */
#include "server/api/views.h"

#include "server/act/bid_case.h"
#include "server/store/opening_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static json_t *bid_row(const struct bid_row *b, GHashTable *confirmed)
{
	char price[DECIMAL_TEXT_SIZE];
	json_t *row = json_object();

	out_text(row, "bid_id", b->bid_id);
	out_int(row, "no", b->no);
	out_text(row, "state", bid_state_name(b->state));
	out_int(row, "size", b->size);
	out_time(row, "finalised_at", b->finalised_us);
	out_hex(row, "receipt_digest", b->receipt_digest, sizeof(b->receipt_digest));
	json_object_set_new(row, "rescue", json_boolean(b->rescue_us != 0));
	out_int(row, "shares", b->n_shares);
	if (b->rescue_us) {
		out_text(row, "rescue_reason", b->rescue_reason);
		json_object_set_new(row, "others_fault", json_boolean(b->others_fault));
	}
	json_object_set_new(row, "confirmed",
		json_boolean(g_hash_table_contains(confirmed, GINT_TO_POINTER((gint)b->no))));
	if (b->state != BID_OPENED)
		return row;
	out_text(row, "bidder_name", b->bidder_name);
	out_text(row, "price", decimal_format_exact(b->price, price));
	out_time(row, "opened_at", b->opened_us);
	out_text(row, "opened_by", b->opened_by);
	return row;
}

static int out_objections(struct act *a, const char *lot_id, json_t *out)
{
	g_autoptr(GPtrArray) list = NULL;
	json_t *rows = json_array();
	int r = opening_store_objections(a->txn, lot_id, &list);

	json_object_set_new(out, "objections", rows);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct opening_objection *o = g_ptr_array_index(list, i);
		json_t *row = json_object();
		out_int(row, "objection_no", o->no);
		out_int(row, "bid_no", o->bid_no);
		out_text(row, "text", o->said);
		out_time(row, "raised_at", o->raised_us);
		if (o->answer)
			out_text(row, "answer", o->answer);
		out_time(row, "answered_at", o->answered_us);
		json_array_append_new(rows, row);
	}
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GPtrArray) bids = NULL;
	g_autoptr(GHashTable) confirmed = NULL;
	json_t *list = json_array();
	int r = bid_case_lot(a, in_text(in, "lot_id"), false, &c);

	json_object_set_new(out, "bids", list);
	/* A lot that is not announced yet does not exist for the public. */
	if (!r && c.lot->state == LOT_DRAFT)
		r = act_found(a, STORE_E_NONE, "lot_id");
	if (!r)
		r = bid_store_of_lot(a->txn, c.lot->lot_id, &bids);
	if (!r)
		r = opening_store_confirmed(a->txn, c.lot->lot_id, &confirmed);
	if (!r)
		r = out_objections(a, c.lot->lot_id, out);
	if (r)
		return r;
	out_text(out, "lot_id", c.lot->lot_id);
	out_text(out, "code", c.lot->code);
	out_text(out, "name", c.lot->name);
	out_text(out, "project_id", c.project->project_id);
	out_text(out, "project_name", c.project->name);
	out_text(out, "state", lot_state_name(c.lot->state));
	out_time(out, "deadline", c.lot->deadline_us);
	out_time(out, "closed_at", c.lot->closed_us);
	out_time(out, "window_ends", c.lot->window_ends_us);
	out_text(out, "rescue", opening_rescue_name(c.project->rescue));
	if (c.lot->has_digest_set)
		out_hex(out, "digest_set", c.lot->digest_set, sizeof(c.lot->digest_set));
	for (guint i = 0; i < bids->len; i++)
		json_array_append_new(list, bid_row(g_ptr_array_index(bids, i), confirmed));
	return 0;
}

const struct act_kind opening_view = {
	.name = "lot.opening", .fields = fields, .run = run, .flags = ACT_READ};
