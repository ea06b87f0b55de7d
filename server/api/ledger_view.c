/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger for readers: receipts, the public change feed, and the auditor's list of all events.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/api/ledger_head.h"
#include "server/api/ledger_hidden.h"
#include "server/auth/permission.h"
#include "server/store/bid_store.h"

#define FEED_LIMIT 200

static const struct field receipt_fields[] = {
	{"event_id", FIELD_ID, true},
	{NULL},
};

/* What happened to a bid is its bidder's business, whoever did it. */
static int is_own_bid(struct act *a, const struct event *e, bool *ret)
{
	BID_AUTO struct bid_row *bid = NULL;
	int r;

	*ret = false;
	if (!a->actor->account_id[0] || !g_str_has_prefix(e->subject, "bid:"))
		return 0;
	r = bid_store_get(a->txn, e->subject + strlen("bid:"), &bid);
	if (!r)
		*ret = strcmp(bid->account_id, a->actor->account_id) == 0;
	return r == STORE_E_NONE ? 0 : r;
}

/* Its actor and the auditor may read an event of any kind, everybody a public one. */
static int may_read(struct act *a, const struct event *e, bool *ret)
{
	bool hidden = false;
	int r = is_own_bid(a, e, ret);

	*ret = *ret || e->kind->visibility == EVENT_PUBLIC ||
	       (a->actor->account_id[0] && strcmp(a->actor->account_id, e->actor) == 0);
	if (!r && !*ret && act_has_role(a, ROLE_AUDITOR)) {
		r = ledger_hidden(a, e, &hidden);
		*ret = !hidden;
	}
	return r;
}

static int run_receipt(struct act *a, const json_t *in, json_t *out)
{
	EVENT_AUTO struct event *e = NULL;
	LEDGER_HEAD_AUTO struct ledger_head head = {0};
	json_t *receipt = NULL;
	bool readable;
	int r = act_found(a, event_store_get(a->txn, in_text(in, "event_id"), &e), "event_id");

	if (!r)
		r = may_read(a, e, &readable);
	if (!r) {
		r = ledger_head_read(a, &head);
		if (!r || r == STORE_E_NONE)
			r = ledger_head_receipt(a, &head, e, readable, &receipt);
	}
	json_object_update(out, receipt);
	json_decref(receipt);
	return r;
}

const struct act_kind event_receipt_view = {
	.name = "event.receipt", .fields = receipt_fields, .run = run_receipt, .flags = ACT_READ};

/* 202 as long as there is only the promise. */
int api_receipt(struct api_call *call)
{
	struct refusal r = {0};
	json_t *in = NULL, *out = NULL;
	int result = api_input(call, &event_receipt_view, &in, &r);

	if (!result)
		result = api_perform(call, &event_receipt_view, in, &out, &r);
	json_decref(in);
	bool promised = !result && !json_object_get(out, "checkpoint");
	api_answer(call, result, out, &r);
	if (promised)
		call->response->status = 202;
	return 0;
}

static const struct field feed_fields[] = {
	{"after", FIELD_INT, false, -1, INT64_MAX},
	{"limit", FIELD_INT, false, 1, FEED_LIMIT},
	{NULL},
};

static json_t *event_row(const struct placed_event *p, bool with_body)
{
	json_t *row = json_object();
	const struct event *e = p->event;

	out_int(row, "seq", p->seq);
	out_text(row, "event_id", e->event_id);
	out_text(row, "kind", e->kind->name);
	out_text(row, "subject", e->subject);
	out_int(row, "no", e->subject_no);
	out_hex(row, "leaf_hash", e->leaf_hash, sizeof(e->leaf_hash));
	if (!with_body)
		return row;
	out_text(row, "actor", e->actor);
	out_time(row, "legal_at", e->legal_us);
	out_time(row, "real_at", e->real_us);
	json_object_set(row, "body", e->body);
	return row;
}

/* Events behind sequence `after` in ledger order. A withheld event shows its hash only. */
static int list_events(struct act *a, const json_t *in, json_t *out, bool all)
{
	GArray *placed = NULL;
	json_t *items = json_array();
	int64_t after = in_int(in, "after", -1), last = after;
	unsigned limit = (unsigned)in_int(in, "limit", FEED_LIMIT);
	int r = event_store_placed(a->txn, after + 1, limit, &placed);

	json_object_set_new(out, "items", items);
	if (r)
		return r;
	for (guint i = 0; i < placed->len; i++) {
		struct placed_event *p = &g_array_index(placed, struct placed_event, i);
		bool shown = p->event->kind->visibility == EVENT_PUBLIC, hidden = false;
		if (all && !r) {
			r = ledger_hidden(a, p->event, &hidden);
			shown = !r && !hidden;
		}
		json_t *row = event_row(p, shown);
		if (!shown) {
			/* Kind and subject would tell what is not public yet. */
			json_object_del(row, "event_id");
			json_object_del(row, "kind");
			json_object_del(row, "subject");
			json_object_del(row, "no");
		}
		json_array_append_new(items, row);
		last = p->seq;
		event_free(p->event);
	}
	json_object_set_new(out, "next", placed->len == limit ? json_integer(last) : json_null());
	g_array_unref(placed);
	return r;
}

static int run_feed(struct act *a, const json_t *in, json_t *out)
{
	return list_events(a, in, out, false);
}

static int run_audit(struct act *a, const json_t *in, json_t *out)
{
	return list_events(a, in, out, true);
}

const struct act_kind feed_view = {
	.name = "feed.read", .fields = feed_fields, .run = run_feed, .flags = ACT_READ};
const struct act_kind audit_events_view = {
	.name = "audit.events", .fields = feed_fields, .run = run_audit, .flags = ACT_READ};
