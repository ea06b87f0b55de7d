/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Closing a lot for bids at its deadline: the digests of all bids are fixed and published, so that
 * nothing can be added or taken away later, and the time for decryption begins. With fewer than
 * three bids the lot has failed (流标) and nothing is opened (E01). The house does it by itself
 * when the time has come (lot_due.c); a host who does it too is answered the same.
 */
#include "server/act/acts.h"

#include "server/act/bid_case.h"
#include "server/act/clock_sure.h"
#include "server/act/complaint_act.h"
#include "server/act/lot_close.h"
#include "server/act/tender_case.h"
#include "server/core/arrivals.h"
#include "server/sign/bid_key.h"
#include "server/store/project_key_store.h"

/* Above, the event names the digest set alone; a ledger entry has at most 64 KiB. */
#define DIGESTS_IN_EVENT 500

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static int end_as_failed(
	struct act *a, struct bid_case *c, uint64_t n, const char *rule, json_t *out)
{
	json_t *body = bid_case_body(c);
	int r;

	c->lot->closed_us = a->legal_us;
	r = lot_step(c->lot->state, LOT_STEP_FAIL, &c->lot->state);
	if (r > 0) {
		json_decref(body);
		return refuse(a->refusal, lot_refusal_code(r), NULL, NULL);
	}
	r = store_fault(project_store_close_lot(a->txn, c->lot));
	out_text(out, "state", lot_state_name(c->lot->state));
	out_text(body, "rule", rule);
	out_int(body, "count", (int64_t)n);
	out_time(body, "deadline", c->lot->deadline_us);
	if (!r)
		return act_event(a, "lot.failed", "lot", c->lot->lot_id, body);
	json_decref(body);
	return r;
}

/* From now on its bids are opened. */
static int make_project_key(struct act *a, const char *project_id)
{
	g_autoptr(GBytes) key = NULL;
	int r = bid_key_new_project(a->env->cipher, project_id, &key);

	return r ? r : project_key_store_settle(a->txn, project_id, key);
}

static int close_lot(struct act *a, struct bid_case *c, json_t *out)
{
	struct lot *lot = c->lot;
	g_autoptr(GPtrArray) bids = NULL;
	int r = store_fault(bid_store_seal(a->txn, lot->lot_id));

	if (!r)
		r = bid_store_of_lot(a->txn, lot->lot_id, &bids);
	if (r)
		return r;
	r = lot_step(lot->state, LOT_STEP_CLOSE, &lot->state);
	if (r > 0)
		return refuse(a->refusal, lot_refusal_code(r), NULL, NULL);
	lot->closed_us = a->legal_us;
	lot->window_ends_us =
		opening_window_from(c->book, lot->closed_us, (unsigned)c->project->window_minutes)
			.end_us;
	json_t *body = bid_case_body(c);
	json_t *digests = bid_digests(bids, lot->digest_set);
	lot->has_digest_set = true;
	out_int(body, "count", bids->len);
	out_hex(body, "digest_set", lot->digest_set, sizeof(lot->digest_set));
	out_time(body, "deadline", lot->deadline_us);
	out_time(body, "window_ends", lot->window_ends_us);
	if (bids->len <= DIGESTS_IN_EVENT)
		json_object_set(body, "digests", digests);
	json_decref(digests);
	out_text(out, "state", lot_state_name(lot->state));
	out_hex(out, "digest_set", lot->digest_set, sizeof(lot->digest_set));
	out_time(out, "window_ends", lot->window_ends_us);
	r = act_event(a, "lot.closed", "lot", lot->lot_id, body);
	if (!r)
		r = make_project_key(a, lot->project_id);
	return r ? r : store_fault(project_store_close_lot(a->txn, lot));
}

/* What was not handed in never was a bid; its bidder has a receipt for that, and nobody a use for
 * the file. Where not one byte arrived, nothing is turned away. */
static int turn_away(struct act *a, const struct bid_case *c, GPtrArray *unfinished)
{
	int r = 0;

	for (guint i = 0; !r && i < unfinished->len; i++) {
		const struct bid_row *b = g_ptr_array_index(unfinished, i);
		struct refusal why;

		if (!b->received)
			continue;
		refuse(&why, "bid.not_finalised", NULL,
			"%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " bytes were here", b->received,
			b->size);
		r = bid_record_refusal(a, c, b->bid_id, &why);
		bid_forget_file(a, b->bid_id);
	}
	return r;
}

/* Until an objection to the tender file is answered, the tender stands still (T06); also while a
 * complaint suspends it. */
static int check_objections(struct act *a, const struct bid_case *c)
{
	char question_id[ID_SIZE];
	int r = tender_open_objection(a, c->project, question_id);

	if (!r && *question_id)
		r = refuse_rule(a->refusal, opening_refusal_code(OPENING_E_OBJECTION), "T06", NULL,
			"%s", question_id);
	return r ? r : complaint_require_not_suspended(a, c->project);
}

/* A withdrawn notice takes its lots' deadline with it: until another one invites, or ends them,
 * they neither fail nor are opened. */
static int check_invited(struct act *a, const struct bid_case *c)
{
	TENDER_CASE_AUTO struct tender_case t = {0};
	int r = tender_case_read(a, c->project->project_id, false, &t);

	for (guint i = 0; !r && i < t.notices->len; i++)
		if (tender_invites(g_ptr_array_index(t.notices, i), c->lot->no))
			return 0;
	return r ? r
		 : refuse(a->refusal, tender_refusal_code(TENDER_E_NOT_OFFERED), NULL,
			   "the notice of the lot was withdrawn");
}

/* Who handed in before the deadline is in time, however long the server takes to look at it. */
static int check_arrived(struct act *a, const struct lot *lot)
{
	return a->env->arrivals && arrivals_earliest(a->env->arrivals) < lot->deadline_us
		       ? refuse(a->refusal, opening_refusal_code(OPENING_E_ARRIVING), NULL, NULL)
		       : 0;
}

/* What closing it was answered with. */
static int tell_closed(const struct lot *lot, json_t *out)
{
	out_text(out, "state", lot_state_name(lot->state));
	if (lot->has_digest_set)
		out_hex(out, "digest_set", lot->digest_set, sizeof(lot->digest_set));
	out_time(out, "window_ends", lot->window_ends_us);
	json_object_set_new(out, "events", json_array());
	return 0;
}

int lot_close(struct act *a, const char *lot_id, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GPtrArray) unfinished = NULL;
	struct rule_verdict verdict;
	uint64_t n = 0;
	const char *unsure = NULL;
	int r = bid_case_lock_project(a, lot_id);

	/* Before the lot's row, as every act on a bid does. */
	if (!r)
		r = bid_store_unfinished(a->txn, lot_id, &unfinished);
	if (!r)
		r = bid_case_lot(a, lot_id, true, &c);
	if (!r && c.lot->closed_us)
		return tell_closed(c.lot, out);
	if (!r)
		r = store_fault(bid_store_hold(a->txn, c.lot->lot_id, &n));
	if (!r)
		r = clock_sure(a, &unsure);
	if (r)
		return r;
	r = opening_may_begin(c.book, c.project->regime, c.lot->state, (unsigned)n,
		c.lot->deadline_us, a->legal_us, !unsure, &verdict);
	bool too_few = r == OPENING_E_TOO_FEW;
	if (r && !too_few)
		return verdict_refuse(&verdict, a->refusal);
	r = check_arrived(a, c.lot);
	if (!r)
		r = check_invited(a, &c);
	if (!r)
		r = check_objections(a, &c);
	if (r)
		return r;
	r = too_few ? end_as_failed(a, &c, n, verdict.rule, out) : close_lot(a, &c, out);
	return r ? r : turn_away(a, &c, unfinished);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	return lot_close(a, in_text(in, "lot_id"), out);
}

const struct act_kind lot_close_act = {.name = "lot.close", .fields = fields, .run = run};
