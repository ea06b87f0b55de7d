/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the committee makes of a question, said by its leader: the answer explains the bid, or would
 * change its substance and is ignored, or none came by the deadline (E09). */
#include "server/act/acts.h"

#include "server/act/question_act.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"question_id", FIELD_ID, true},
	{"outcome", FIELD_NAME, true, 1, 16},
	{"note", FIELD_TEXT, false, 1, 500},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	QUESTION_AUTO struct question_row *q = NULL;
	enum question_outcome outcome = question_outcome_from_name(in_text(in, "outcome"));
	int r = session_for_act(a, in_text(in, "session_id"), "question.ask", true, &s);

	if (!r)
		r = session_promised_member(a, s->session_id, &m);
	if (!r && m->no != s->leader_no)
		r = refuse(a->refusal, flow_refusal_code(FLOW_E_ROLE), NULL,
			"the leader speaks for the committee");
	if (!r)
		r = question_read(a, in, &q);
	if (r)
		return r;
	/* Silence rejects the bid, which is for the scoring (low_price_act.h). */
	if (q->low_price && s->step != FLOW_SCORING)
		return refuse(a->refusal, flow_refusal_code(FLOW_E_STEP), NULL,
			"a low price is judged at the scoring");
	const struct question_state state = question_state_of(q);
	r = question_check(a, s, question_may_settle(&state, outcome, a->legal_us));
	if (!r && outcome == QUESTION_SUBSTANCE && !in_has(in, "note"))
		r = refuse(a->refusal, "input.missing", "note", "say what it would change");
	return r ? r : question_settle(a, s, q, outcome, in_text(in, "note"));
}

const struct act_kind question_settle_act = {
	.name = "question.settle", .fields = fields, .run = run};
