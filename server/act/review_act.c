/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/review_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/session_act.h"
#include "server/eval/score.h"
#include "server/sign/sheet_cipher.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

void review_case_clear(struct review_case *c)
{
	eval_session_free(c->session);
	member_row_free(c->member);
	sheet_lot_clear(&c->lot);
	review_ballot_free(c->ballot);
	g_free(c->ids);
}

/*
 * Whom something rejected before this stage is counted it does not look at; at who is rejected by
 * it, or later, it did.
 */
static void take_ids(struct review_case *c)
{
	c->ids = g_new0(const char *, c->lot.bids->len + 1);
	for (guint i = 0; i < c->lot.bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(c->lot.bids, i);
		const struct rejection *r = sheet_lot_rejection(&c->lot, b->bid_id);

		if (!r || (c->counted && ((r->stage && r->stage >= c->stage) || r->scored)))
			c->ids[c->n_ids++] = b->bid_id;
	}
}

static int read_stage(struct act *a, const json_t *in, struct review_case *c)
{
	g_autoptr(GPtrArray) counts = NULL;
	bool has = false;
	int r = review_store_counts(a->txn, c->session->session_id, &counts);

	c->stage = review_stage_from_name(in_text(in, "stage"));
	for (guint i = 0; i < c->lot.criteria->review->len; i++) {
		const struct review_item *item = g_ptr_array_index(c->lot.criteria->review, i);
		has |= item->stage == c->stage;
	}
	if (!r && !has)
		r = act_found(a, STORE_E_NONE, "stage");
	if (!r)
		c->counted = review_count_find(counts, c->lot.lot->lot_id, c->stage) != NULL;
	return r;
}

int review_case_read(
	struct act *a, const json_t *in, const char *name, bool lock, struct review_case *ret)
{
	REVIEW_CASE_AUTO struct review_case c = {0};
	int r = sheet_lot_enter(a, in, name, lock, &c.session, &c.member, &c.lot);

	if (!r)
		r = read_stage(a, in, &c);
	if (r)
		return r;
	take_ids(&c);
	r = review_store_ballot(a->txn, in_text(in, "session_id"), in_text(in, "lot_id"), c.stage,
		c.member->no, &c.ballot);
	if (r && r != STORE_E_NONE)
		return r;
	*ret = c;
	c = (struct review_case){0};
	return 0;
}

/* The first stage of the lot that is not counted. */
static int current_stage(struct act *a, const struct review_case *c, enum review_stage *ret)
{
	g_autoptr(GPtrArray) counts = NULL;
	int r = review_store_counts(a->txn, c->session->session_id, &counts);

	if (r)
		return r;
	*ret = 0;
	for (guint i = 0; !*ret && i < c->lot.criteria->review->len; i++) {
		const struct review_item *item = g_ptr_array_index(c->lot.criteria->review, i);
		if (!review_count_find(counts, c->lot.lot->lot_id, item->stage))
			*ret = item->stage;
	}
	return 0;
}

int review_check_open(struct act *a, const struct review_case *c)
{
	enum review_stage current = 0;
	int r = current_stage(a, c, &current);

	if (r)
		return r;
	if (c->counted || (c->ballot && c->ballot->submitted))
		return refuse(
			a->refusal, "review.submitted", NULL, "it cannot be changed any more");
	if (c->session->step != flow_step_of_stage(c->stage) || c->stage != current ||
		c->lot.lot->state != LOT_OPENED)
		return refuse(a->refusal, flow_refusal_code(FLOW_E_STEP), "stage",
			"the lot is not at this stage");
	return 0;
}

int review_check_votes(
	struct act *a, const struct review_case *c, const json_t *votes, bool complete)
{
	struct review_place place = {0};
	int r = review_check(
		c->lot.criteria->review, c->stage, c->ids, c->n_ids, votes, complete, &place);

	return r <= 0 ? r
		      : refuse(a->refusal, review_refusal_code(r), "votes", "bid %s, item %s",
				place.bid_id ? place.bid_id : "-",
				place.item_id ? place.item_id : "-");
}

int review_put(struct act *a, const struct review_case *c, const json_t *votes, bool submitted,
	const char *salt)
{
	const struct sheet_place place = {c->session->session_id, c->lot.lot->lot_id, c->member->no,
		review_stage_name(c->stage)};
	g_autoptr(GBytes) wrapped = NULL;
	struct review_ballot b = {
		.stage = c->stage,
		.member_no = c->member->no,
		.submitted = submitted,
		.n_votes = (int)score_count(votes),
		.submitted_us = submitted ? a->legal_us : 0,
		.version = (c->ballot ? c->ballot->version : 1) + 1,
	};
	json_t *content = json_pack("{s:O, s:s}", "votes", votes, "salt", salt);
	int r = sheet_cipher_seal(a->env->scores, &place, content, &wrapped);

	json_decref(content);
	if (r)
		return r;
	g_strlcpy(b.lot_id, c->lot.lot->lot_id, sizeof(b.lot_id));
	b.votes_enc = wrapped;
	r = review_store_put(a->txn, c->session->session_id, &b);
	return r <= 0 ? r : -EIO;
}

int review_open(struct act *a, const char *session_id, const struct review_ballot *b, json_t **ret)
{
	const struct sheet_place place = {
		session_id, b->lot_id, b->member_no, review_stage_name(b->stage)};

	return sheet_cipher_open(a->env->scores, &place, b->votes_enc, ret);
}

int review_votes_counting(
	struct act *a, const char *session_id, const char *bid_id, GPtrArray **ret)
{
	g_autoptr(GPtrArray) members = NULL, votes = NULL;
	int r = member_store_of_session(a->txn, session_id, &members);

	if (!r)
		r = review_store_votes(a->txn, session_id, bid_id, &votes);
	if (r)
		return r;
	for (guint i = votes->len; i-- > 0;) {
		const struct rejection_vote *v = g_ptr_array_index(votes, i);
		const struct member_row *m = member_row_find(members, v->member_no);

		if (!m || !member_counts(m->state))
			g_ptr_array_remove_index(votes, i);
	}
	*ret = g_steal_pointer(&votes);
	return 0;
}
