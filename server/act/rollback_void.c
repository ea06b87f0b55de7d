/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/rollback_void.h"

#include <errno.h>
#include <string.h>

#include "server/act/rollback_act.h"
#include "server/act/session_act.h"
#include "server/store/deposit_store.h"
#include "server/store/low_price_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_return_store.h"
#include "server/store/sheet_store.h"

struct voiding {
	struct act *a;
	const struct eval_session *session;
	const struct undoing *why;
	unsigned voids;     /* of enum rollback_void */
	GPtrArray *ballots; /* struct review_ballot: all of the session */
	GPtrArray *counts;  /* struct review_count_row */
	GPtrArray *sheets;  /* struct sheet_row */
	struct lot *lot;    /* one of its lots, borrowed */
	bool undone;        /* something that was decided about this lot */
};

static void voiding_clear(struct voiding *v)
{
	g_clear_pointer(&v->ballots, g_ptr_array_unref);
	g_clear_pointer(&v->counts, g_ptr_array_unref);
	g_clear_pointer(&v->sheets, g_ptr_array_unref);
}

static int say(struct voiding *v, const char *kind, json_t *body)
{
	out_text(body, v->why->cause, v->why->id);
	return act_event(v->a, kind, "session", v->session->session_id, body);
}

static bool is_void_stage(const struct voiding *v, enum review_stage stage)
{
	return flow_step_of_stage(stage) >= v->why->to;
}

/* Found by the review of a stage, or by votes at a step, that is done again. */
static bool is_void_rejection(const struct voiding *v, const struct rejection *r)
{
	if (r->stage)
		return is_void_stage(v, r->stage);
	if (!(v->voids & ROLLBACK_DECISIONS))
		return false;
	return (r->step ? r->step : r->scored ? FLOW_SCORING : FLOW_QUALIFICATION) >= v->why->to;
}

static int reinstate(struct voiding *v, const struct rejection *row)
{
	json_t *body = json_pack("{s:s, s:s}", "lot", v->lot->lot_id, "bid", row->bid_id);
	int r = review_store_reinstate(v->a->txn, row->bid_id, v->a->legal_us);

	if (row->stage)
		out_text(body, "stage", review_stage_name(row->stage));
	v->undone = true;
	if (!r)
		return say(v, "bid.reinstated", body);
	json_decref(body);
	return r < 0 ? r : -EIO;
}

static int void_rejections(struct voiding *v)
{
	g_autoptr(GPtrArray) rejections = NULL;
	int r = review_store_rejections(v->a->txn, v->lot->lot_id, &rejections);

	for (guint i = 0; !r && i < rejections->len; i++) {
		const struct rejection *row = g_ptr_array_index(rejections, i);

		if (is_void_rejection(v, row))
			r = reinstate(v, row);
	}
	return r;
}

static int void_ballots(struct voiding *v)
{
	int r = 0;

	for (guint i = 0; !r && i < v->ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(v->ballots, i);

		if (b->submitted && is_void_stage(v, b->stage) &&
			strcmp(b->lot_id, v->lot->lot_id) == 0)
			r = review_store_reopen_ballot(
				v->a->txn, v->session->session_id, b, v->a->legal_us);
	}
	return r <= 0 ? r : -EIO;
}

/* From the first one on that is done again. */
static int void_counts(struct voiding *v)
{
	enum review_stage first = 0;
	int r = 0;

	for (int s = REVIEW_QUALIFICATION; !r && s <= REVIEW_RESPONSIVENESS; s++) {
		if (!is_void_stage(v, (enum review_stage)s) ||
			!review_count_find(v->counts, v->lot->lot_id, (enum review_stage)s))
			continue;
		if (!first)
			first = (enum review_stage)s;
		r = review_store_undo_count(v->a->txn, v->session->session_id, v->lot->lot_id,
			(enum review_stage)s, v->a->legal_us);
	}
	if (r || !first)
		return r <= 0 ? r : -EIO;
	v->undone = true;
	return say(v, "review.reopened",
		json_pack("{s:s, s:s}", "lot", v->lot->lot_id, "stage", review_stage_name(first)));
}

static int void_sheets(struct voiding *v)
{
	json_t *members = json_array();
	int r = sheet_return_store_end(v->a->txn, v->session->session_id, v->lot->lot_id);

	for (guint i = 0; !r && i < v->sheets->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(v->sheets, i);

		if (!s->submitted || strcmp(s->lot_id, v->lot->lot_id) != 0)
			continue;
		r = sheet_store_void(
			v->a->txn, v->session->session_id, s->lot_id, s->member_no, v->a->legal_us);
		json_array_append_new(members, json_integer(s->member_no));
	}
	if (!r && json_array_size(members))
		return say(v, "sheet.reopened",
			json_pack("{s:s, s:o}", "lot", v->lot->lot_id, "members", members));
	json_decref(members);
	return r <= 0 ? r : -EIO;
}

/* Who was awarded it is open again, too; the letter and the contract of before are kept. */
static int void_settlement(struct voiding *v)
{
	bool undone = false;
	json_t *body;
	int r = deposit_store_void_settlement(v->a->txn, v->lot->lot_id, v->a->legal_us, &undone);

	if (r || !undone)
		return r;
	body = json_pack("{s:s}", "lot_code", v->lot->code);
	out_text(body, v->why->cause, v->why->id);
	return act_event(v->a, "lot.settlement_void", "lot", v->lot->lot_id, body);
}

/*
 * The lot is judged again. It failed by a count or a rejection, and nothing was decided about it
 * after that: if something was undone, that was, too. Everybody who was told it failed is told.
 */
static int reopen_lot(struct voiding *v)
{
	bool failed = v->lot->state == LOT_FAILED;
	enum lot_state next;
	int r;

	if (failed ? !v->undone : v->lot->state != LOT_RANKED || !(v->voids & ROLLBACK_RANKING))
		return 0;
	r = lot_step(v->lot->state, LOT_STEP_REOPEN, &next);
	if (!r)
		r = rollback_store_void_result(
			v->a->txn, v->session->session_id, v->lot->lot_id, v->a->legal_us);
	if (!r)
		r = project_store_set_lot_state(v->a->txn, v->lot->lot_id, next);
	if (!r)
		r = void_settlement(v);
	if (r || !failed)
		return r <= 0 ? r : -EIO;
	return act_event(v->a, "lot.reopened", "lot", v->lot->lot_id,
		json_pack("{s:s}", "lot_code", v->lot->code));
}

static int void_in_lot(struct voiding *v)
{
	int r = 0;

	v->undone = false;
	r = void_rejections(v);
	if (!r)
		r = void_ballots(v);
	if (!r)
		r = void_counts(v);
	if (!r && v->voids & ROLLBACK_SHEETS)
		r = void_sheets(v);
	return r ? r : reopen_lot(v);
}

static int void_votes(struct voiding *v)
{
	int r = 0;

	for (int step = v->why->to; !r && v->voids & ROLLBACK_DECISIONS && step <= FLOW_SUMMARY;
		step++)
		r = rollback_store_void_reject_votes(
			v->a->txn, v->session->session_id, (enum flow_step)step, v->a->legal_us);
	return r <= 0 ? r : -EIO;
}

static int void_in_session(struct voiding *v)
{
	const char *id = v->session->session_id;
	int r = void_votes(v);

	if (!r && v->voids & ROLLBACK_REPORT)
		r = rollback_store_void_report(v->a->txn, id, v->a->legal_us);
	if (!r && v->voids & ROLLBACK_DECISIONS)
		r = low_price_store_void(v->a->txn, id, NULL, v->a->legal_us);
	if (!r && v->voids & ROLLBACK_LEADER)
		r = rollback_store_void_leader(v->a->txn, id, v->a->legal_us);
	if (!r && v->voids & ROLLBACK_LEADER)
		r = session_store_set_leader(v->a->txn, id, 0);
	return r <= 0 ? r : -EIO;
}

static int read_all(struct voiding *v)
{
	const char *id = v->session->session_id;
	int r = review_store_ballots(v->a->txn, id, &v->ballots);

	if (!r)
		r = review_store_counts(v->a->txn, id, &v->counts);
	return r ? r : sheet_store_of_session(v->a->txn, id, &v->sheets);
}

int undo_work(struct act *a, const struct eval_session *s, const struct undoing *why)
{
	struct voiding v = {.a = a,
		.session = s,
		.why = why,
		.voids = rollback_voids(why->to, why->reevaluating)};
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, s->session_id, &lots);

	if (!r)
		r = read_all(&v);
	for (guint i = 0; !r && i < lots->len; i++) {
		v.lot = g_ptr_array_index(lots, i);
		r = void_in_lot(&v);
	}
	if (!r)
		r = void_in_session(&v);
	voiding_clear(&v);
	return r;
}

int rollback_void(struct act *a, const struct eval_session *s, const struct rollback_row *row)
{
	struct undoing why = {row->to, "rollback", row->rollback_id, false};
	int64_t since_us = 0;
	int r = rollback_reopened(a, s->session_id, &since_us);

	why.reevaluating = since_us != 0;
	if (!r)
		r = undo_work(a, s, &why);

	if (!r)
		r = session_set_step(a, s, row->to, row->rollback_id);
	return r || row->from != FLOW_CLOSED ? r : rollback_reopen(a, s, row);
}
