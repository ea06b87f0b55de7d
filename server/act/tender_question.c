/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions about and objections to the tender file (答疑、异议、质疑). The agency and later
 * everybody see what was asked, never by whom; until it is answered an objection under the tender
 * law stops the opening (T06).
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/project_party.h"
#include "server/act/tender_hand.h"

static const struct field ask_fields[] = {
	{"project_id", FIELD_ID, true},
	{"kind", FIELD_NAME, true, 1, 16},
	{"text", FIELD_TEXT, true, 1, 2000},
	{NULL},
};

static int refuse_as(struct act *a, int refusal, const char *field, const char *detail)
{
	return refuse(a->refusal, tender_refusal_code(refusal), field, "%s", detail);
}

/* Whether a text gives its writer away. Asked of the writer alone: of others it would be a way to
 * find out who asked. */
static int check_nameless(struct act *a, const char *text)
{
	ACCOUNT_AUTO struct account *who = NULL;
	int r = account_store_get(a->txn, a->actor->account_id, &who);

	if (r)
		return store_fault(r);
	const char *const names[] = {who->org_name, who->credit_code};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i] && *names[i] && strstr(text, names[i]))
			return refuse_as(a, TENDER_E_NAMES_ASKER, "text",
				"it names the one who asks; everybody will read it");
	return 0;
}

static int check_number(struct act *a, const char *project_id)
{
	g_autoptr(GPtrArray) list = NULL;
	unsigned n = 0;
	int r = tender_store_questions(a->txn, project_id, &list);

	if (r)
		return r;
	for (guint i = 0; i < list->len; i++) {
		const struct tender_question *q = g_ptr_array_index(list, i);
		n += strcmp(q->account_id, a->actor->account_id) == 0;
	}
	return n < TENDER_QUESTIONS_MAX ? 0
					: refuse(a->refusal, tender_refusal_code(TENDER_E_TOO_MANY),
						  NULL, "at most %d", TENDER_QUESTIONS_MAX);
}

static bool offers_files(const struct tender_case *c)
{
	for (guint i = 0; i < c->notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(c->notices, i);
		if (tender_is_part(n) && n->has_attachments)
			return true;
	}
	return false;
}

static int refuse_late(
	struct act *a, const struct rule_verdict *verdict, enum regime regime, int64_t since_us)
{
	char since[CLOCK_TEXT_SIZE];

	return regime == REGIME_GP && verdict->refusal == TENDER_E_OBJECTION_LATE
		       ? refuse_rule(a->refusal, verdict->code, verdict->rule, verdict->field,
				 "it counts from %s", clock_format_beijing(since_us, since))
		       : verdict_refuse(verdict, a->refusal);
}

/* Who asks has read it: since when (*ret_us) counts the purchase law's clock. */
static int check_time(
	struct act *a, const struct tender_case *c, enum tender_ask kind, int64_t *ret_us)
{
	TENDER_HAND_AUTO struct tender_hand hand = {0};
	struct rule_verdict verdict;
	int64_t since_us;
	int r = tender_hand_read(a, c, &hand);

	if (r)
		return r;
	since_us = hand.file_us ? hand.file_us : hand.first_us;
	if (!since_us && offers_files(c))
		return refuse_as(a, TENDER_E_NOT_FETCHED, NULL, "fetch the tender file first");
	if (!since_us)
		since_us = c->announced->published_us;
	*ret_us = since_us;
	r = tender_may_ask(
		c->book, a->env->calendar, &c->times, kind, since_us, a->legal_us, &verdict);
	return r ? refuse_late(a, &verdict, c->times.regime, since_us) : 0;
}

static int check_ask(struct act *a, const json_t *in, const struct tender_case *c,
	enum tender_ask kind, int64_t *ret_since_us)
{
	int r = tender_case_require_offer(a, c);

	if (!r)
		r = check_time(a, c, kind, ret_since_us);
	if (!r)
		r = check_number(a, c->project->project_id);
	return r ? r : check_nameless(a, in_text(in, "text"));
}

static int run_ask(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	struct tender_question q = {.kind = tender_ask_from_name(in_text(in, "kind")),
		.said = (char *)in_text(in, "text"),
		.asked_us = a->legal_us};
	int64_t since_us = 0;
	int r = q.kind ? tender_case_read(a, in_text(in, "project_id"), true, &c)
		       : refuse(a->refusal, "input.invalid", "kind", "question or objection");

	if (!r)
		r = check_ask(a, in, &c, q.kind, &since_us);
	if (r)
		return r;
	id_new(q.question_id);
	g_strlcpy(q.project_id, c.project->project_id, sizeof(q.project_id));
	g_strlcpy(q.account_id, a->actor->account_id, sizeof(q.account_id));
	r = store_fault(tender_store_add_question(a->txn, &q));
	if (r)
		return r;
	int64_t due_us =
		tender_answer_due(c.book, a->env->calendar, c.times.regime, q.kind, q.asked_us);
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s*}", "project", q.project_id, "question",
		q.question_id, "kind", tender_ask_name(q.kind), "text", q.said, "rule",
		tender_answer_rule(c.times.regime, q.kind));
	out_time(body, "due", due_us);
	if (q.kind == TENDER_OBJECTION && c.times.regime == REGIME_GP)
		out_time(body, "since", since_us);
	out_text(out, "question_id", q.question_id);
	out_time(out, "due", due_us);
	return act_event(a, "tender.asked", "question", q.question_id, body);
}

const struct act_kind tender_ask_act = {
	.name = "tender.ask", .fields = ask_fields, .run = run_ask, .flags = ACT_CREATES};

static const struct field answer_fields[] = {
	{"question_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, 4000},
	{"question", FIELD_TEXT, false, 1, 2000}, /* as it is shown; not given: as it was asked */
	{"affects_bids", FIELD_BOOL, false},
	{NULL},
};

/* The question, unanswered, with its tender; the project is locked before the row is believed. */
static int load(
	struct act *a, const json_t *in, struct tender_case *c, struct tender_question **ret)
{
	TENDER_QUESTION_AUTO struct tender_question *before = NULL;
	const char *id = in_text(in, "question_id");
	int r = act_found(a, tender_store_question(a->txn, id, &before), "question_id");

	if (!r)
		r = project_require_party(a, before->project_id);
	if (!r)
		r = tender_case_read(a, before->project_id, true, c);
	if (!r)
		r = store_fault(tender_store_question(a->txn, id, ret));
	if (!r && (*ret)->answer)
		r = refuse(a->refusal, tender_refusal_code(TENDER_E_ANSWERED), NULL, NULL);
	return r;
}

static int check_answer(struct act *a, const struct tender_case *c, const struct tender_question *q)
{
	struct rule_verdict verdict;
	int r = tender_may_answer(
		c->book, a->env->calendar, &c->times, q->affects_bids, a->legal_us, &verdict);

	return r ? verdict_refuse(&verdict, a->refusal) : 0;
}

static json_t *answer_body(
	const struct act *a, const struct tender_case *c, const struct tender_question *q)
{
	json_t *body = tender_question_json(q);
	int64_t due_us =
		tender_answer_due(c->book, a->env->calendar, c->times.regime, q->kind, q->asked_us);

	if (!due_us)
		return body;
	out_text(body, "rule", tender_answer_rule(c->times.regime, q->kind));
	out_time(body, "due", due_us);
	json_object_set_new(body, "late", json_boolean(a->legal_us >= due_us));
	return body;
}

static int run_answer(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	TENDER_QUESTION_AUTO struct tender_question *q = NULL;
	int r = load(a, in, &c, &q);

	if (r)
		return r;
	q->shown = g_strdup(in_has(in, "question") ? in_text(in, "question") : q->said);
	q->answer = g_strdup(in_text(in, "text"));
	q->affects_bids = in_bool(in, "affects_bids", false);
	q->answered_us = a->legal_us;
	r = check_answer(a, &c, q);
	if (!r)
		r = store_fault(tender_store_answer(a->txn, q));
	out_text(out, "question_id", q->question_id);
	return r ? r
		 : act_event(a, "tender.answered", "project", q->project_id, answer_body(a, &c, q));
}

const struct act_kind tender_answer_act = {
	.name = "tender.answer", .fields = answer_fields, .run = run_answer};
