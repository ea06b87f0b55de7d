/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The public record of an opening, for bidroom-verify bid: the digests fixed at the close and every
 * public event of the lot and its bids, each with its proof.
 */
#include "server/api/views.h"

#include "server/act/bid_case.h"
#include "server/api/ledger_head.h"
#include "server/store/event_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static int add_events(struct act *a, const struct ledger_head *head, const char *type,
	const char *id, json_t *list)
{
	g_autofree char *subject = g_strdup_printf("%s:%s", type, id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_all_of_subject(a->txn, subject, NULL, &events);

	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		json_t *row = NULL;
		if (e->kind->visibility != EVENT_PUBLIC)
			continue;
		r = ledger_head_receipt(a, head, e, true, &row);
		json_array_append_new(list, row);
	}
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	LEDGER_HEAD_AUTO struct ledger_head head = {0};
	g_autoptr(GPtrArray) bids = NULL;
	json_t *events = json_array();
	int r = bid_case_lot(a, in_text(in, "lot_id"), false, &c);

	out_text(out, "form", "bidroom.opening.v1");
	json_object_set_new(out, "events", events);
	if (!r && c.lot->state == LOT_DRAFT)
		r = act_found(a, STORE_E_NONE, "lot_id");
	if (!r)
		r = bid_store_of_lot(a->txn, c.lot->lot_id, &bids);
	if (r)
		return r;
	r = ledger_head_read(a, &head); /* as long as there is none, promises are given */
	if (r && r != STORE_E_NONE)
		return r;
	out_text(out, "lot_id", c.lot->lot_id);
	json_object_set_new(out, "digests", bid_digests(bids, NULL));
	r = add_events(a, &head, "lot", c.lot->lot_id, events);
	for (guint i = 0; !r && i < bids->len; i++)
		r = add_events(
			a, &head, "bid", ((const struct bid_row *)bids->pdata[i])->bid_id, events);
	return r;
}

const struct act_kind opening_record_view = {
	.name = "lot.opening_record", .fields = fields, .run = run, .flags = ACT_READ};
