/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handing in a bid (递交): the file is checked as a whole without any key and its receipt digest
 * computed anew, before the bidder gets the receipt. The time that counts is the arrival of this
 * request; the row of the bid stays written while its file is read, so nothing changes in between.
 *
 * A sealed file is good for one handing in. Whoever wants to offer the same again seals it again;
 * so nobody who got hold of an older file, or of a rival's, can bring it back.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/clock_sure.h"
#include "server/store/bid_file.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{"receipt_digest", FIELD_HEX, true, SEALED_DIGEST_LEN, SEALED_DIGEST_LEN},
	{NULL},
};

static int refuse_step(struct act *a, const struct bid_case *c, int refusal)
{
	switch (refusal) {
	case BID_E_LATE:
		return bid_turn_away_late(a, c, c->bid->bid_id);
	case BID_E_INCOMPLETE:
		return refuse(a->refusal, bid_refusal_code(refusal), NULL,
			"%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " bytes are here",
			c->bid->received, c->bid->size);
	}
	return refuse(a->refusal, bid_refusal_code(refusal), NULL, "it is %s",
		bid_state_name(c->bid->state));
}

static int check_step(struct act *a, const struct bid_case *c)
{
	enum bid_state state;
	int r = bid_step(c->bid->state, BID_STEP_FINALISE, c->bid->received == c->bid->size,
		c->lot->deadline_us, bid_case_now(a, c), &state);

	return r ? refuse_step(a, c, r) : 0;
}

/* Sealed so that this project's holders, and only they, can come to the rescue. */
static int check_holders(struct act *a, const struct bid_case *c, const struct sealed_slots *slots)
{
	g_autoptr(GPtrArray) holders = NULL;
	int r = project_store_holders(a->txn, c->project->project_id, &holders);

	if (r)
		return r;
	bool same = slots->n == holders->len && slots->k == c->project->holder_threshold;
	for (guint i = 0; same && i < holders->len; i++) {
		const struct project_holder *h = g_ptr_array_index(holders, i);
		same = h->no == i + 1 && strcmp(h->key_id, slots->holders[i].kid) == 0;
	}
	return same ? 0
		    : refuse_rule(a->refusal, "bid.wrong_holders", bid_case_rule(c, "E02"), NULL,
			      "seal it for the key holders of the tender");
}

/* 0, REFUSED with a refusal that belongs on the record, or a fault. */
static int check_file(struct act *a, const struct bid_case *c, struct bid_inspection *ret)
{
	int r = bid_file_inspect(a->env->data_dir, c->bid->bid_id, ret);

	if (r > 0)
		return refuse_rule(a->refusal, "bid.not_sealed", bid_case_rule(c, "E02"), NULL,
			"%s", sealed_refusal_code(r));
	if (r)
		return r;
	if (sealed_header_belongs(&ret->header, c->project->project_id, c->lot->lot_id))
		return refuse(a->refusal, "bid.wrong_lot", NULL, "it was sealed for lot %s",
			ret->header.lot);
	return check_holders(a, c, &ret->header.holders);
}

/* Whoever hands in another bid takes the one before back. */
static int replace_rivals(struct act *a, const struct bid_case *c)
{
	g_autoptr(GPtrArray) rivals = NULL;
	int r = bid_store_rivals(a->txn, c->bid, &rivals);

	for (guint i = 0; !r && i < rivals->len; i++) {
		const struct bid_row *old = g_ptr_array_index(rivals, i);
		r = store_fault(bid_store_set_state(a->txn, old->bid_id, BID_WITHDRAWN));
		if (!r)
			r = act_event(a, "bid.withdrawn", "bid", old->bid_id,
				json_pack("{s:s, s:s}", "lot_code", c->lot->code, "replaced_by",
					c->bid->bid_id));
		if (!r)
			bid_forget_file(a, old->bid_id);
	}
	return r;
}

static int take(struct act *a, struct bid_case *c, const struct bid_inspection *file, json_t *out)
{
	struct bid_row *bid = c->bid;
	json_t *body = bid_case_body(c);
	int r = replace_rivals(a, c);

	out_hex(body, "receipt_digest", file->receipt_digest, SEALED_DIGEST_LEN);
	out_int(body, "size", bid->size);
	if (r) {
		json_decref(body);
		return r;
	}
	r = act_event(a, "bid.finalised", "bid", bid->bid_id, body);
	if (r)
		return r;
	const struct event *receipt = g_ptr_array_index(a->events, a->events->len - 1);
	g_strlcpy(bid->receipt_event, receipt->event_id, sizeof(bid->receipt_event));
	memcpy(bid->receipt_digest, file->receipt_digest, SEALED_DIGEST_LEN);
	bid->header = g_bytes_ref(file->header_bytes);
	bid->finalised_us = a->legal_us;
	out_text(out, "bid_id", bid->bid_id);
	out_hex(out, "receipt_digest", bid->receipt_digest, SEALED_DIGEST_LEN);
	out_time(out, "finalised_at", bid->finalised_us);
	return store_fault(bid_store_finalise(a->txn, bid));
}

/* The lot may have been closed, or its deadline moved, while the file was read. */
static int lock_open_lot(struct act *a, struct bid_case *c)
{
	LOT_AUTO struct lot *lot = NULL;
	int r = store_fault(project_store_lock_lot(a->txn, c->bid->lot_id, &lot));

	if (!r)
		r = bid_case_not_ended(a, lot);
	if (r)
		return r;
	c->lot->deadline_us = lot->deadline_us;
	c->lot->late_us = lot->late_us;
	if (lot->state == LOT_BIDDING && bid_case_now(a, c) < lot->deadline_us)
		return 0;
	return refuse_step(a, c, BID_E_LATE);
}

/* The lot is locked, so two uploads of one file do not pass each other. */
static int check_first_time(
	struct act *a, const struct bid_case *c, const struct bid_inspection *file)
{
	bool again;
	int r = bid_store_was_handed_in(a->txn, c->lot->lot_id, file->receipt_digest, &again);

	if (r || !again)
		return store_fault(r);
	refuse(a->refusal, "bid.replayed", NULL,
		"this file was handed in before; seal your offer again");
	return bid_refuse_on_record(a, c, c->bid->bid_id);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	BID_INSPECTION_AUTO struct bid_inspection file = {0};
	g_autoptr(GBytes) claimed = in_hex(in, "receipt_digest");
	int r = bid_case_lock(a, in, &c);

	if (!r)
		r = bid_case_own(a, &c);
	if (!r)
		r = clock_require_sure(a);
	if (!r)
		r = check_step(a, &c);
	if (r)
		return r;
	r = check_file(a, &c, &file);
	if (r == REFUSED)
		return bid_refuse_on_record(a, &c, c.bid->bid_id);
	if (!r && memcmp(g_bytes_get_data(claimed, NULL), file.receipt_digest, SEALED_DIGEST_LEN) !=
			  0)
		r = refuse(a->refusal, bid_refusal_code(BID_E_INCOMPLETE), "receipt_digest",
			"what arrived has another digest; upload it again");
	if (!r)
		r = lock_open_lot(a, &c);
	if (!r)
		r = check_first_time(a, &c, &file);
	return r ? r : take(a, &c, &file, out);
}

const struct act_kind bid_finalise_act = {.name = "bid.finalise", .fields = fields, .run = run};
