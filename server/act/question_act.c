/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/question_act.h"

#include <string.h>

#include "server/act/low_price_act.h"
#include "server/act/session_act.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

struct question_state question_state_of(const struct question_row *q)
{
	return (struct question_state){.reviewed = q->reviewed_us != 0,
		.passed = q->passed,
		.answered = q->answer != NULL,
		.explains = q->low_price,
		.deadline_us = q->deadline_us,
		.outcome = question_outcome_from_name(q->outcome)};
}

int question_read(struct act *a, const json_t *in, struct question_row **ret)
{
	QUESTION_AUTO struct question_row *q = NULL;
	const char *session_id = in_text(in, "session_id");
	int r = act_found(
		a, question_store_lock(a->txn, in_text(in, "question_id"), &q), "question_id");

	if (r)
		return r;
	if (session_id && strcmp(q->session_id, session_id) != 0)
		return act_found(a, STORE_E_NONE, "question_id");
	*ret = g_steal_pointer(&q);
	return 0;
}

int question_check(struct act *a, const struct eval_session *s, int refusal)
{
	const char *rule = NULL;
	int r;

	if (refusal <= 0)
		return refusal;
	r = session_rule(a, s, "E09", &rule);
	return r ? r : refuse_rule(a->refusal, question_refusal_code(refusal), rule, NULL, NULL);
}

int question_keep(struct act *a, const struct question_row *q, const char *kind, json_t *body)
{
	int r = question_store_update(a->txn, q);

	if (r) {
		json_decref(body);
		return r;
	}
	out_text(body, "question", q->question_id);
	out_text(body, "lot", q->lot_id);
	out_text(body, "bid", q->bid_id);
	return act_event(a, kind, "session", q->session_id, body);
}

int question_settle(struct act *a, const struct eval_session *s, struct question_row *q,
	enum question_outcome outcome, const char *note)
{
	const char *rule = NULL;
	int r = session_rule(a, s, "E09", &rule);

	if (r)
		return r;
	g_strlcpy(q->outcome, question_outcome_name(outcome), sizeof(q->outcome));
	q->outcome_note = g_strdup(note);
	q->settled_us = a->legal_us;
	r = question_keep(a, q, "question.settled",
		json_pack("{s:s, s:s*, s:s*}", "outcome", q->outcome, "rule", rule, "note", note));
	return r || outcome != QUESTION_SILENT || !q->low_price ? r
								 : low_price_silent(a, s, q);
}

int question_settle_silent(struct act *a, const struct eval_session *s)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = question_store_of_session(a->txn, s->session_id, &rows);

	for (guint i = 0; !r && i < rows->len; i++) {
		QUESTION_AUTO struct question_row *q = NULL;
		const struct question_row *seen = g_ptr_array_index(rows, i);
		struct question_state state = question_state_of(seen);

		if (!question_is_silent(&state, a->legal_us))
			continue;
		r = question_store_lock(a->txn, seen->question_id, &q);
		if (!r)
			r = question_settle(a, s, q, QUESTION_SILENT, NULL);
	}
	return r;
}

/* Nothing hangs on the answer any more: the bid is rejected, or its lot failed. */
static int is_moot(struct act *a, const struct question_row *q, bool *ret)
{
	g_autoptr(GPtrArray) rejections = NULL;
	LOT_AUTO struct lot *lot = NULL;
	int r = project_store_lot(a->txn, q->lot_id, &lot);

	if (!r)
		r = review_store_rejections(a->txn, q->lot_id, &rejections);
	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret = lot->state == LOT_FAILED;
	for (guint i = 0; i < rejections->len; i++)
		*ret |= strcmp(((const struct rejection *)g_ptr_array_index(rejections, i))->bid_id,
				q->bid_id) == 0;
	return 0;
}

int question_count_open(struct act *a, const char *session_id, unsigned *ret)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = question_store_of_session(a->txn, session_id, &rows);

	*ret = 0;
	for (guint i = 0; !r && i < rows->len; i++) {
		const struct question_row *q = g_ptr_array_index(rows, i);
		const struct question_state state = question_state_of(q);
		bool moot = false;

		if (!question_is_open(&state))
			continue;
		r = is_moot(a, q, &moot);
		*ret += !moot;
	}
	return r;
}

static const char *state_name(const struct question_row *q)
{
	if (q->outcome[0])
		return "settled";
	if (q->answer)
		return "answered";
	if (q->passed)
		return "passed";
	return q->reviewed_us ? "returned" : "asked";
}

static void maybe_text(json_t *out, const char *name, const char *text)
{
	if (text && *text)
		out_text(out, name, text);
}

json_t *question_json(const struct question_row *q, bool full)
{
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s}", "question_id", q->question_id,
		"lot_id", q->lot_id, "bid_id", q->bid_id, "state", state_name(q), "text", q->text);

	out_time(out, "asked_at", q->asked_us);
	out_time(out, "deadline", q->deadline_us);
	out_time(out, "answered_at", q->answered_us);
	maybe_text(out, "answer", q->answer);
	if (q->low_price)
		json_object_set_new(out, "low_price", json_true());
	if (!full)
		return out;
	out_text(out, "session_id", q->session_id);
	out_int(out, "member_no", q->member_no);
	maybe_text(out, "note", q->note);
	maybe_text(out, "outcome", q->outcome);
	maybe_text(out, "outcome_note", q->outcome_note);
	out_time(out, "reviewed_at", q->reviewed_us);
	out_time(out, "settled_at", q->settled_us);
	return out;
}
