/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A member finds that a bid must be rejected (否决投标, E08) outside the items of a review. More
 * than half of the members decide; a lot that was ranked is then ranked anew, and the result before
 * stays in the ledger as the digest it was. With too few bids left the lot fails.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "db/fault.h"
#include "server/act/review_act.h"
#include "server/act/session_act.h"
#include "server/act/sheet_act.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/report_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"bid_id", FIELD_ID, true},
	{"clause", FIELD_TEXT, true, 1, 500},
	{"reason", FIELD_TEXT, true, 1, 2000},
	{NULL},
};

/* What is said to everybody who reads the report. */
static char *reason_of(const GPtrArray *votes)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < votes->len; i++) {
		const struct rejection_vote *v = g_ptr_array_index(votes, i);

		review_reason_add(text, v->clause, v->reason);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static int check(
	struct act *a, const struct eval_session *s, const struct sheet_lot *l, const char *bid_id)
{
	REPORT_ROW_AUTO struct report_row *report = NULL;
	bool known = false;
	int r = report_store_get(a->txn, s->session_id, &report);

	if (r < 0)
		return r;
	if (!r)
		return refuse(a->refusal, "report.made", NULL, "the report is made already");
	for (guint i = 0; i < l->bids->len; i++)
		known |= strcmp(((struct bid_row *)g_ptr_array_index(l->bids, i))->bid_id,
				 bid_id) == 0;
	if (!known)
		return act_found(a, STORE_E_NONE, "bid_id");
	if (l->lot->state != LOT_OPENED && l->lot->state != LOT_RANKED)
		return refuse(a->refusal, "lot.state", "lot_id", "the lot is %s",
			lot_state_name(l->lot->state));
	if (sheet_lot_rejection(l, bid_id))
		return refuse(
			a->refusal, "review.rejected", "bid_id", "the bid is rejected already");
	return 0;
}

/* From the scoring on, and while sheets of the lot are in: they hold scores of the bid, too. */
static int is_scored(
	struct act *a, const struct eval_session *s, const struct sheet_lot *l, bool *ret_scored)
{
	g_autoptr(GPtrArray) sheets = NULL;
	int r = sheet_store_of_session(a->txn, s->session_id, &sheets);

	*ret_scored = s->step >= FLOW_SCORING;
	for (guint i = 0; !r && i < sheets->len; i++) {
		const struct sheet_row *sheet = g_ptr_array_index(sheets, i);

		*ret_scored |= sheet->submitted && strcmp(sheet->lot_id, l->lot->lot_id) == 0;
	}
	return r;
}

int bid_reject_now(struct act *a, const struct eval_session *s, struct sheet_lot *l,
	const char *bid_id, const char *reason, const char *cause)
{
	struct rejection row = {.reason = (char *)reason,
		.priced = l->lot->state == LOT_RANKED,
		.step = s->step,
		.rejected_us = a->legal_us};

	g_strlcpy(row.bid_id, bid_id, sizeof(row.bid_id));
	g_strlcpy(row.lot_id, l->lot->lot_id, sizeof(row.lot_id));
	g_strlcpy(row.cause, cause, sizeof(row.cause));
	int r = is_scored(a, s, l, &row.scored);
	if (!r)
		r = review_reject(a, s->session_id, l->lot, &row, NULL);
	if (!r)
		g_clear_pointer(&l->rejections, g_ptr_array_unref);
	if (!r)
		r = review_store_rejections(a->txn, l->lot->lot_id, &l->rejections);
	/* In the scoring it may be what the ranking waited for. */
	if (!r && (l->lot->state == LOT_RANKED || s->step == FLOW_SCORING))
		r = sheet_rank(a, s->session_id, l);
	return r ? r : review_check_left(a, s, l->lot, 0, l->bids->len - l->rejections->len);
}

int bid_reject_vote(struct act *a, const struct eval_session *s, struct sheet_lot *l,
	const struct reject_vote *given, unsigned *ret_n, bool *ret_rejected)
{
	struct rejection_vote vote = {.member_no = given->member_no,
		.step = s->step,
		.clause = (char *)given->clause,
		.reason = (char *)given->reason};
	g_autoptr(GPtrArray) votes = NULL;
	g_autofree char *reason = NULL;

	g_strlcpy(vote.bid_id, given->bid_id, sizeof(vote.bid_id));
	int r = review_store_add_vote(a->txn, s->session_id, &vote, a->legal_us);
	if (r > 0)
		return refuse(a->refusal, "review.voted", "bid_id", "a vote is given once");
	if (!r)
		r = act_event(a, "bid.reject_voted", "session", s->session_id,
			json_pack("{s:s, s:s, s:i, s:s, s:s}", "lot", l->lot->lot_id, "bid",
				vote.bid_id, "member_no", vote.member_no, "clause", vote.clause,
				"reason", vote.reason));
	if (!r)
		r = review_votes_counting(a, s->session_id, vote.bid_id, &votes);
	if (r)
		return r;
	*ret_n = votes->len;
	*ret_rejected = 2 * (int64_t)votes->len > s->panel_size;
	reason = reason_of(votes);
	return *ret_rejected ? bid_reject_now(a, s, l, vote.bid_id, reason, "") : 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	struct reject_vote vote = {
		in_text(in, "bid_id"), in_text(in, "clause"), in_text(in, "reason"), 0};
	bool rejected = false;
	unsigned n = 0;
	int r = session_for_act(a, session_id, "bid.reject", true, &s);

	if (!r)
		r = session_promised_member(a, session_id, &m);
	if (!r)
		r = sheet_lot_read(a, session_id, in_text(in, "lot_id"), &l);
	if (!r)
		r = check(a, s, &l, vote.bid_id);
	if (r)
		return r;
	vote.member_no = m->no;
	r = bid_reject_vote(a, s, &l, &vote, &n, &rejected);
	if (r)
		return r;
	out_int(out, "votes", n);
	json_object_set_new(out, "rejected", json_boolean(rejected));
	return 0;
}

const struct act_kind bid_reject_act = {.name = "bid.reject", .fields = fields, .run = run};
