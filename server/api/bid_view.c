/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bids as their bidders see them; others see one only once it was opened. */
#include "server/api/views.h"

#include <string.h>

#include "proto/sealed_header.h"
#include "server/act/bid_case.h"
#include "server/auth/permission.h"

#define PAGE 100

static void out_bid(json_t *out, const struct bid_case *c)
{
	const struct bid_row *b = c->bid;

	out_text(out, "bid_id", b->bid_id);
	out_text(out, "lot_id", b->lot_id);
	out_text(out, "lot_code", c->lot->code);
	out_text(out, "lot_name", c->lot->name);
	out_text(out, "lot_state", lot_state_name(c->lot->state));
	out_text(out, "project_id", c->project->project_id);
	out_text(out, "project_name", c->project->name);
	out_text(out, "state", bid_state_name(b->state));
	out_int(out, "size", b->size);
	out_int(out, "received", b->received);
	out_int(out, "chunk_size", SEALED_CHUNK_MAX);
	if (b->has_receipt)
		out_hex(out, "receipt_digest", b->receipt_digest, sizeof(b->receipt_digest));
	if (b->receipt_event[0])
		out_text(out, "receipt_event_id", b->receipt_event);
	out_time(out, "finalised_at", b->finalised_us);
	out_time(out, "deadline", c->lot->deadline_us);
	out_time(out, "window_ends", c->lot->window_ends_us);
}

/* Why it was turned away, each time with the event whose receipt proves it. */
static int out_refusals(struct act *a, json_t *out, const char *bid_id)
{
	g_autofree char *subject = g_strdup_printf("bid:%s", bid_id);
	g_autoptr(GPtrArray) events = NULL;
	json_t *list = json_array();
	int r = event_store_of_subject_kind(a->txn, subject, "bid.refused", 0, PAGE, &events);

	json_object_set_new(out, "refusals", list);
	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		json_t *row = json_object();
		out_text(row, "event_id", e->event_id);
		out_text(row, "code", in_text(e->body, "code"));
		if (in_has(e->body, "detail"))
			out_text(row, "detail", in_text(e->body, "detail"));
		out_time(row, "at", e->legal_us);
		json_array_append_new(list, row);
	}
	return r;
}

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{NULL},
};

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	int r = bid_case_get(a, in, &c);

	/* Others may look at it once it was opened, but not its rivals. */
	if (!r && !(c.bid->state == BID_OPENED &&
			  act_has_role(a, ROLE_HOST | ROLE_STAFF | ROLE_SUPERVISOR)))
		r = bid_case_own(a, &c);
	if (r)
		return r;
	out_bid(out, &c);
	return out_refusals(a, out, c.bid->bid_id);
}

const struct act_kind bid_view = {
	.name = "bid.get", .fields = fields, .run = run_get, .flags = ACT_READ};

static const struct field list_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) bids = NULL;
	json_t *items = json_array();
	int r = bid_store_of_account(
		a->txn, a->actor->account_id, after ? after : "", limit, &bids);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < bids->len; i++) {
		BID_CASE_AUTO struct bid_case c = {0};
		json_t *row = json_object();
		json_array_append_new(items, row);
		r = bid_case_lot(a, ((struct bid_row *)bids->pdata[i])->lot_id, false, &c);
		c.bid = g_steal_pointer(&bids->pdata[i]);
		if (!r)
			out_bid(row, &c);
		if (!r && i + 1 == limit)
			out_text(out, "next", c.bid->bid_id);
	}
	if (!r && bids->len < limit)
		out_text(out, "next", NULL);
	return r;
}

const struct act_kind bid_list_own_view = {
	.name = "bid.list_own", .fields = list_fields, .run = run_list, .flags = ACT_READ};

/* A holder needs the header when the bid may be rescued, and only then. */
static int check_holder(struct act *a, const struct bid_case *c)
{
	int64_t no;
	int r = bid_store_holder_no(a->txn, c->lot->lot_id, a->actor->account_id, &no);

	if (r)
		return r;
	if (!no)
		return act_denied(a, "this is neither your bid nor one you hold a key for");
	r = bid_case_may_rescue(a, c);
	return r ? refuse(a->refusal, opening_refusal_code(r), NULL, "the bid is %s",
			   bid_state_name(c->bid->state))
		 : 0;
}

static int run_header(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	int r = bid_case_get(a, in, &c);

	if (!r && strcmp(c.bid->account_id, a->actor->account_id) != 0)
		r = check_holder(a, &c);
	if (!r && !c.bid->header)
		r = refuse(a->refusal, "bid.state", NULL, "it has not been handed in");
	if (r)
		return r;
	out_base64(out, "header", c.bid->header);
	return 0;
}

const struct act_kind bid_header_view = {
	.name = "bid.header", .fields = fields, .run = run_header, .flags = ACT_READ};
