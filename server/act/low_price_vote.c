/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A member finds a price abnormally low by professional judgement (异常低价), and each member says
 * whether the explanation convinced him; more than half of the panel decides. */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/low_price_act.h"
#include "server/act/review_act.h"
#include "server/act/session_act.h"
#include "server/act/sheet_act.h"
#include "server/store/bid_store.h"
#include "server/store/low_price_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/question_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

static const struct field raise_fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"bid_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static const struct field vote_fields[] = {
	{"session_id", FIELD_ID, true},
	{"bid_id", FIELD_ID, true},
	{"convinced", FIELD_BOOL, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int enter(struct act *a, const json_t *in, const char *name, struct eval_session **ret_s,
	struct member_row **ret_m)
{
	int r = session_for_act(a, in_text(in, "session_id"), name, true, ret_s);

	return r ? r : session_promised_member(a, (*ret_s)->session_id, ret_m);
}

/* An opened bid with a price that is still judged. */
static int check_bid(struct act *a, const struct sheet_lot *l, const char *bid_id)
{
	bool known = false;

	for (guint i = 0; i < l->bids->len; i++)
		known |= strcmp(((const struct bid_row *)g_ptr_array_index(l->bids, i))->bid_id,
				 bid_id) == 0;
	if (!known)
		return act_found(a, STORE_E_NONE, "bid_id");
	if (l->lot->state != LOT_OPENED && l->lot->state != LOT_RANKED)
		return refuse(a->refusal, "lot.state", "lot_id", "the lot is %s",
			lot_state_name(l->lot->state));
	if (strcmp(l->lot->price_form, "amount") != 0)
		return refuse(a->refusal, "low_price.no_price", "lot_id",
			"its bids have no amount to compare");
	if (sheet_lot_rejection(l, bid_id))
		return refuse(
			a->refusal, "review.rejected", "bid_id", "the bid is rejected already");
	return 0;
}

static int run_raise(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	struct low_price_row row = {.by = LOW_PRICE_BY_JUDGEMENT,
		.reason = (char *)in_text(in, "reason"),
		.raised_us = a->legal_us};
	int r = enter(a, in, "low_price.raise", &s, &m);

	if (!r)
		r = sheet_lot_read(a, s->session_id, in_text(in, "lot_id"), &l);
	if (!r)
		r = check_bid(a, &l, in_text(in, "bid_id"));
	if (r)
		return r;
	row.member_no = m->no;
	g_strlcpy(row.bid_id, in_text(in, "bid_id"), sizeof(row.bid_id));
	g_strlcpy(row.lot_id, l.lot->lot_id, sizeof(row.lot_id));
	r = low_price_store_add(a->txn, s->session_id, &row);
	if (r > 0)
		return refuse(a->refusal, "low_price.raised", "bid_id",
			"it must explain its price already");
	return r ? r
		 : act_event(a, "low_price.raised", "session", s->session_id,
			   json_pack("{s:s, s:s, s:i, s:s}", "lot", row.lot_id, "bid", row.bid_id,
				   "member_no", m->no, "reason", row.reason));
}

/* There is an explanation to be judged, and he has not. */
static int check_votable(struct act *a, const struct low_price_case *c)
{
	if (c->outcome == LOW_PRICE_REJECTED)
		return refuse(
			a->refusal, "review.rejected", "bid_id", "the bid is rejected already");
	if (c->outcome == LOW_PRICE_KEPT)
		return refuse(a->refusal, "low_price.kept", "bid_id",
			"the explanation was found sufficient");
	if (!c->question || !c->question->answer)
		return refuse(a->refusal, "low_price.unexplained", "bid_id",
			"there is no explanation yet");
	if (c->voted)
		return refuse(a->refusal, "review.voted", "bid_id", "a vote is given once");
	return 0;
}

/* With his vote the explanation may be sufficient, and the lot be ranked. */
static int convince(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const struct low_price_row *row, int member_no, const char *reason)
{
	struct low_price_vote vote = {.member_no = member_no, .reason = (char *)reason};
	LOW_PRICE_CASE_AUTO struct low_price_case c = {0};

	g_strlcpy(vote.bid_id, row->bid_id, sizeof(vote.bid_id));
	int r = low_price_store_add_vote(a->txn, s->session_id, &vote, a->legal_us);
	if (!r)
		r = act_event(a, "low_price.convinced", "session", s->session_id,
			json_pack("{s:s, s:s, s:i, s:s}", "lot", row->lot_id, "bid", row->bid_id,
				"member_no", member_no, "reason", reason));
	if (!r)
		r = low_price_look(a, s, row, 0, &c);
	if (r || c.outcome != LOW_PRICE_KEPT)
		return r <= 0 ? r : -EIO;
	r = act_event(a, "low_price.kept", "session", s->session_id,
		json_pack("{s:s, s:s, s:i}", "lot", row->lot_id, "bid", row->bid_id, "votes",
			(int)c.votes.convinced));
	return r ? r : sheet_rank(a, s->session_id, l);
}

static int vote(struct act *a, const json_t *in, const struct eval_session *s, int member_no,
	const struct low_price_row *row)
{
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	const char *reason = in_text(in, "reason");
	g_autofree char *clause = low_price_clause(row->by);
	struct reject_vote against = {row->bid_id, clause, reason, member_no};
	bool rejected;
	unsigned n;
	int r = sheet_lot_read(a, s->session_id, row->lot_id, &l);

	if (!r)
		r = check_bid(a, &l, row->bid_id);
	if (r)
		return r;
	return in_bool(in, "convinced", false) ? convince(a, s, &l, row, member_no, reason)
					       : bid_reject_vote(a, s, &l, &against, &n, &rejected);
}

static int run_vote(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	LOW_PRICE_ROW_AUTO struct low_price_row *row = NULL;
	LOW_PRICE_CASE_AUTO struct low_price_case before = {0}, after = {0};
	int r = enter(a, in, "low_price.vote", &s, &m);

	if (!r)
		r = act_found(a,
			low_price_store_get(a->txn, s->session_id, in_text(in, "bid_id"), &row),
			"bid_id");
	if (!r)
		r = low_price_look(a, s, row, m->no, &before);
	if (!r)
		r = check_votable(a, &before);
	if (!r)
		r = vote(a, in, s, m->no, row);
	if (!r)
		r = low_price_look(a, s, row, m->no, &after);
	if (!r)
		out_text(out, "outcome", low_price_outcome_name(after.outcome));
	return r;
}

const struct act_kind low_price_raise_act = {
	.name = "low_price.raise", .fields = raise_fields, .run = run_raise, .flags = ACT_CREATES};
const struct act_kind low_price_vote_act = {
	.name = "low_price.vote", .fields = vote_fields, .run = run_vote};
