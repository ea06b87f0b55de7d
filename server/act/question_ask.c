/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leader asks a bidder for the committee (澄清, E09): in writing; it goes to the supervisor. */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/low_price_act.h"
#include "server/act/question_act.h"
#include "server/act/session_act.h"
#include "server/act/sheet_act.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"bid_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, 2000},
	{"low_price", FIELD_BOOL, false},
	{NULL},
};

/* An opened bid of a lot of the session that is not rejected. */
static int find_bid(
	struct act *a, const json_t *in, const struct eval_session *s, struct question_row *q)
{
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	const char *bid_id = in_text(in, "bid_id");
	int r = sheet_lot_read(a, s->session_id, in_text(in, "lot_id"), &l);

	for (guint i = 0; !r && i < l.bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(l.bids, i);

		if (strcmp(b->bid_id, bid_id) != 0)
			continue;
		if (sheet_lot_rejection(&l, bid_id))
			return question_check(a, s, QUESTION_E_STATE);
		g_strlcpy(q->bid_id, b->bid_id, sizeof(q->bid_id));
		g_strlcpy(q->account_id, b->account_id, sizeof(q->account_id));
		return 0;
	}
	return r ? r : act_found(a, STORE_E_NONE, "bid_id");
}

/* A bid whose low price must be explained is asked whatever was asked before. */
static int check_count(struct act *a, const struct eval_session *s)
{
	g_autoptr(GPtrArray) rows = NULL;
	unsigned n = 0;
	int r = question_store_of_session(a->txn, s->session_id, &rows);

	for (guint i = 0; !r && i < rows->len; i++)
		n += !((const struct question_row *)g_ptr_array_index(rows, i))->low_price;
	return r || n < QUESTIONS_MAX ? r : question_check(a, s, QUESTION_E_TOO_MANY);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	struct question_row q = {.text = (char *)in_text(in, "text"),
		.asked_us = a->legal_us,
		.low_price = in_bool(in, "low_price", false)};
	const char *rule = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), "question.ask", true, &s);

	if (!r)
		r = session_promised_member(a, s->session_id, &m);
	if (!r && m->no != s->leader_no)
		r = refuse(a->refusal, flow_refusal_code(FLOW_E_ROLE), NULL,
			"the leader asks for the committee");
	if (!r && !q.low_price)
		r = check_count(a, s);
	if (!r)
		r = find_bid(a, in, s, &q);
	if (!r && q.low_price)
		r = low_price_may_ask(a, s, q.bid_id);
	if (!r)
		r = session_rule(a, s, "E09", &rule);
	if (r)
		return r;
	id_new(q.question_id);
	q.member_no = m->no;
	g_strlcpy(q.session_id, s->session_id, sizeof(q.session_id));
	g_strlcpy(q.lot_id, in_text(in, "lot_id"), sizeof(q.lot_id));
	r = question_store_insert(a->txn, &q);
	if (r)
		return r;
	out_text(out, "question_id", q.question_id);
	json_t *body = json_pack("{s:s, s:s, s:s, s:i, s:s, s:s*}", "question", q.question_id,
		"lot", q.lot_id, "bid", q.bid_id, "member_no", q.member_no, "text", q.text, "rule",
		rule);
	if (q.low_price)
		json_object_set_new(body, "low_price", json_true());
	return act_event(a, "question.asked", "session", q.session_id, body);
}

const struct act_kind question_ask_act = {
	.name = "question.ask", .fields = fields, .run = run, .flags = ACT_CREATES};
