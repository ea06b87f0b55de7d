/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supervisor reads a question before the bidder does: he passes it on, which starts the clock
 * of the answer, or gives it back with his reason, e.g. because it leads. */
#include "server/act/acts.h"

#include "server/act/low_price_act.h"
#include "server/act/question_act.h"
#include "server/act/session_act.h"
#include "server/store/session_store.h"

#define MINUTES_MIN 5
#define MINUTES_MAX (7 * 24 * 60)

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"question_id", FIELD_ID, true},
	{"pass", FIELD_BOOL, true},
	{"minutes", FIELD_INT, false, MINUTES_MIN, MINUTES_MAX},
	{"note", FIELD_TEXT, false, 1, 500},
	{NULL},
};

/* For an explanation of a low price the tender file may say how long: the bidder has that, or more. */
static int read_minutes(
	struct act *a, const json_t *in, const struct question_row *q, int64_t *ret_minutes)
{
	unsigned minutes = 0;
	int r = q->low_price ? low_price_minutes(a, q->lot_id, &minutes) : 0;

	*ret_minutes = in_int(in, "minutes", minutes);
	if (!r && *ret_minutes < minutes)
		return refuse(a->refusal, "low_price.minutes", "minutes",
			"the tender file gives %u minutes", minutes);
	return r || *ret_minutes ? r : refuse(a->refusal, "input.missing", "minutes", NULL);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	QUESTION_AUTO struct question_row *q = NULL;
	bool pass = in_bool(in, "pass", false);
	int64_t minutes = 0;
	int r = session_for_act(a, in_text(in, "session_id"), "question.pass", true, &s);

	if (!r && !pass && !in_has(in, "note"))
		r = refuse(a->refusal, "input.missing", "note", NULL);
	if (!r)
		r = question_read(a, in, &q);
	if (!r && pass)
		r = read_minutes(a, in, q, &minutes);
	if (r)
		return r;
	const struct question_state state = question_state_of(q);
	r = question_check(a, s, question_may_review(&state));
	if (r)
		return r;
	q->passed = pass;
	q->note = g_strdup(in_text(in, "note"));
	q->reviewed_us = a->legal_us;
	g_strlcpy(q->reviewed_by, a->actor->account_id, sizeof(q->reviewed_by));
	json_t *body = json_object();
	if (pass) {
		q->deadline_us = a->legal_us + minutes * 60 * CLOCK_SECOND_US;
		out_time(body, "deadline", q->deadline_us);
		out_time(out, "deadline", q->deadline_us);
	}
	if (q->note)
		out_text(body, "note", q->note);
	return question_keep(a, q, pass ? "question.passed" : "question.returned", body);
}

const struct act_kind question_review_act = {
	.name = "question.review", .fields = fields, .run = run};
