/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objections at the opening (开标异议): raised by a bidder of the lot while it is being opened,
 * answered on the spot by the host, both on the record; the opening cannot be finished before
 * (T08).
 */
#include "server/act/acts.h"

#include "server/act/bid_case.h"
#include "server/store/opening_store.h"

static const struct field object_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, 2000},
	{NULL},
};

static const struct field answer_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"objection_no", FIELD_INT, true, 1, 100000},
	{"text", FIELD_TEXT, true, 1, 2000},
	{NULL},
};

/* The lot, locked, while it is being opened, and what was objected so far. */
static int load(struct act *a, const json_t *in, struct bid_case *c, GPtrArray **ret)
{
	int r = bid_case_lot(a, in_text(in, "lot_id"), true, c);

	if (!r && c->lot->state != LOT_CLOSED)
		r = refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL, "it is %s",
			lot_state_name(c->lot->state));
	return r ? r : opening_store_objections(a->txn, c->lot->lot_id, ret);
}

static json_t *record(const struct bid_case *c, const struct opening_objection *o, const char *text)
{
	json_t *body = bid_case_body(c);

	out_int(body, "objection_no", o->no);
	out_int(body, "bid_no", o->bid_no);
	out_text(body, "text", text);
	return body;
}

static int check_number(struct act *a, GPtrArray *before, int64_t bid_no)
{
	unsigned n = 0;
	int r;

	for (guint i = 0; i < before->len; i++)
		n += ((const struct opening_objection *)g_ptr_array_index(before, i))->bid_no ==
		     bid_no;
	r = opening_may_object(n);
	return r ? refuse(a->refusal, opening_refusal_code(r), NULL, "at most %d",
			   OPENING_OBJECTIONS_MAX)
		 : 0;
}

static int run_object(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GPtrArray) before = NULL;
	struct opening_objection o = {
		.said = (char *)in_text(in, "text"), .raised_us = a->legal_us};
	int r = load(a, in, &c, &before);

	if (r)
		return r;
	r = opening_store_bid_no(a->txn, c.lot->lot_id, a->actor->account_id, &o.bid_no);
	if (r == STORE_E_NONE)
		return act_denied(a, "you have no bid in this lot");
	if (!r)
		r = check_number(a, before, o.bid_no);
	o.no = before->len + 1;
	if (!r)
		r = store_fault(opening_store_add_objection(a->txn, c.lot->lot_id, &o));
	out_int(out, "objection_no", o.no);
	return r ? r
		 : act_event_by(a, ACT_BIDDER, "opening.objected", "lot", c.lot->lot_id,
			   record(&c, &o, o.said));
}

static int run_answer(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GPtrArray) list = NULL;
	int64_t no = in_int(in, "objection_no", 0);
	int r = load(a, in, &c, &list);

	if (r)
		return r;
	if (no > list->len)
		return act_found(a, STORE_E_NONE, "objection_no");
	struct opening_objection *o = g_ptr_array_index(list, no - 1);
	if (o->answer)
		return refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL,
			"it was answered already");
	o->answer = g_strdup(in_text(in, "text"));
	o->answered_us = a->legal_us;
	out_int(out, "objection_no", no);
	r = store_fault(opening_store_answer(a->txn, c.lot->lot_id, o));
	return r ? r
		 : act_event(a, "opening.answered", "lot", c.lot->lot_id, record(&c, o, o->answer));
}

const struct act_kind opening_object_act = {
	.name = "opening.object", .fields = object_fields, .run = run_object, .flags = ACT_CREATES};
const struct act_kind opening_answer_act = {
	.name = "opening.answer", .fields = answer_fields, .run = run_answer};
