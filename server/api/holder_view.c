/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a key holder (密钥保管人) is asked for. */
#include "server/api/views.h"

#include "server/store/bid_store.h"
#include "server/store/draw_store.h"

static const struct field fields[] = {
	{NULL},
};

static json_t *bid_task(const struct bid_task *t)
{
	json_t *row = json_object();

	out_text(row, "kind", "bid");
	out_text(row, "bid_id", t->bid_id);
	out_int(row, "holder_no", t->holder_no);
	out_text(row, "project_id", t->project_id);
	out_text(row, "lot_id", t->lot_id);
	out_text(row, "lot_code", t->lot_code);
	out_text(row, "lot_name", t->lot_name);
	out_text(row, "project_name", t->project_name);
	if (t->reason)
		out_text(row, "reason", t->reason);
	out_time(row, "since", t->since_us);
	json_object_set_new(row, "done", json_boolean(t->given));
	return row;
}

/* The row itself is what `bidroom-seal share --draw` reads. */
static json_t *draw_task(const struct draw_task *t)
{
	json_t *row = json_object();

	out_text(row, "kind", "draw");
	out_text(row, "draw_id", t->draw_id);
	out_text(row, "party", draw_party_name(t->party));
	json_object_set(row, "slots", t->slots);
	out_int(row, "holder_no", t->holder_no);
	out_text(row, "project_name", t->project_name);
	out_time(row, "since", t->since_us);
	json_object_set_new(row, "done", json_boolean(t->done));
	return row;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) bids = NULL, draws = NULL;
	json_t *items = json_array();
	int r = bid_store_tasks(a->txn, a->actor->account_id, a->legal_us, &bids);

	(void)in;
	json_object_set_new(out, "items", items);
	out_text(out, "next", NULL);
	for (guint i = 0; !r && i < bids->len; i++)
		json_array_append_new(items, bid_task(g_ptr_array_index(bids, i)));
	if (!r)
		r = draw_store_tasks(a->txn, a->actor->account_id, &draws);
	for (guint i = 0; !r && i < draws->len; i++)
		json_array_append_new(items, draw_task(g_ptr_array_index(draws, i)));
	return r;
}

const struct act_kind holder_tasks_view = {
	.name = "holder.tasks", .fields = fields, .run = run, .flags = ACT_READ};
