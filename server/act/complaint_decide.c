/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the regulator does about a complaint (投诉): accepts or declines it (受理、不予受理),
 * suspends the trading and lets it go on, decides, or records that it was withdrawn.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/complaint_act.h"

/* One step: what the row becomes, and what of it is said. */
struct complaint_move {
	enum complaint_step step;
	const char *event, *said;
	/* 0, REFUSED or negative errno; changes row and body. NULL: only the state. */
	int (*change)(struct act *a, const json_t *in, struct complaint_row *c, json_t *body);
};

static int refuse_as(struct act *a, int refusal, const char *field, const char *why)
{
	return refuse(a->refusal, complaint_refusal_code(refusal), field, "%s", why);
}

/* The regulator may write it down later than it was; not before what it follows. */
static int read_at(struct act *a, const json_t *in, int64_t not_before_us, int64_t *ret)
{
	int64_t at_us = in_time_us(in, "at", a->legal_us);

	*ret = at_us;
	return at_us >= not_before_us && at_us <= a->legal_us
		       ? 0
		       : refuse_as(a, COMPLAINT_E_TIME, "at", "before what it follows, or to come");
}

/* Whether a clock of the complaint had run out by then is on the record. */
static void note_late(
	struct act *a, const struct complaint_row *c, const char *what, int64_t at_us, json_t *body)
{
	const struct rulebook *book = rulebook_by_version(c->rulebook_version);
	g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));

	complaint_clocks(book, a->env->calendar, &c->times, clocks);
	for (guint i = 0; i < clocks->len; i++) {
		const struct legal_clock_row *row =
			&g_array_index(clocks, struct legal_clock_row, i);

		if (strcmp(row->what, what) != 0)
			continue;
		out_text(body, "rule", row->rule);
		out_time(body, "due", row->end_us);
		json_object_set_new(body, "late", json_boolean(at_us >= row->end_us));
	}
}

static int accept(struct act *a, const json_t *in, struct complaint_row *c, json_t *body)
{
	g_autoptr(GArray) verdicts = verdicts_new();
	int64_t at_us;
	int r = read_at(a, in, c->times.received_us, &at_us);

	if (!r)
		r = complaint_verdicts(a, c, verdicts);
	if (r)
		return r;
	const struct rule_verdict *first = verdicts_first_refusal(verdicts);
	if (first)
		return verdict_refuse(first, a->refusal);
	note_late(a, c, "complaint_accept", at_us, body);
	c->times.accepted_us = at_us;
	out_time(body, "accepted_at", at_us);
	return 0;
}

static int end(struct act *a, const json_t *in, struct complaint_row *c, json_t *body)
{
	int64_t since_us = c->times.accepted_us ? c->times.accepted_us : c->times.received_us;
	int r = read_at(a, in, since_us, &c->ended_us);

	if (!r)
		out_time(body, "ended_at", c->ended_us);
	return r;
}

static int decline(struct act *a, const json_t *in, struct complaint_row *c, json_t *body)
{
	int r = end(a, in, c, body);

	if (!r)
		note_late(a, c, "complaint_accept", c->ended_us, body);
	return r;
}

static int decide(struct act *a, const json_t *in, struct complaint_row *c, json_t *body)
{
	const char *outcome = in_text(in, "outcome");
	int r;

	if (strcmp(outcome, "upheld") != 0 && strcmp(outcome, "dismissed") != 0)
		return refuse(a->refusal, "input.invalid", "outcome", "upheld or dismissed");
	r = end(a, in, c, body);
	if (r)
		return r;
	g_strlcpy(c->outcome, outcome, sizeof(c->outcome));
	out_text(body, "outcome", outcome);
	note_late(a, c, "complaint_decide", c->ended_us, body);
	return 0;
}

/* From now on; a second time it is made longer or shorter. */
static int suspend(struct act *a, const json_t *in, struct complaint_row *c, json_t *body)
{
	const struct rulebook *book = rulebook_by_version(c->rulebook_version);
	int64_t until_us = in_time_us(in, "until", 0);

	if (!c->times.suspended_us)
		c->times.suspended_us = a->legal_us;
	int64_t most_us = complaint_suspension_end(book, c->times.regime, c->times.suspended_us);
	if (until_us <= a->legal_us)
		return refuse_as(a, COMPLAINT_E_TIME, "until", "it is over already");
	if (most_us && until_us > most_us)
		return refuse_rule(a->refusal, complaint_refusal_code(COMPLAINT_E_SUSPENSION),
			"G06", "until", NULL);
	c->times.suspended_until_us = until_us;
	out_time(body, "until", until_us);
	return 0;
}

static int go_on(struct act *a, const json_t *in, struct complaint_row *c, json_t *body)
{
	(void)in;
	(void)body;
	if (c->times.suspended_until_us <= a->legal_us)
		return refuse_as(a, COMPLAINT_E_STATE, NULL, "it is not suspended");
	c->times.suspended_until_us = a->legal_us;
	return 0;
}

static int move(struct act *a, const json_t *in, json_t *out, const struct complaint_move *m)
{
	COMPLAINT_AUTO struct complaint_row *c = NULL;
	PROJECT_AUTO struct project *locked = NULL;
	json_auto_t *told = NULL, *body = NULL;
	enum complaint_state state;
	int r = act_found(
		a, complaint_store_lock(a->txn, in_text(in, "complaint_id"), &c), "complaint_id");

	/* What it suspends, or lets go on, waits for its end or is done before. */
	if (!r)
		r = act_found(a, project_store_lock(a->txn, c->project_id, &locked), "project_id");
	if (!r)
		r = act_require_version(a, c->version);
	if (!r && complaint_step(c->times.state, m->step, &state))
		r = refuse_as(a, COMPLAINT_E_STATE, NULL, complaint_state_name(c->times.state));
	if (!r)
		r = complaint_open_told(a, c, &told);
	if (r)
		return r;
	body = json_pack("{s:s}", "project", c->project_id);
	r = m->change(a, in, c, body);
	if (r)
		return r;
	c->times.state = state;
	r = complaint_say(a, c, told, m->said, in_text(in, "reason"), body);
	if (!r)
		r = complaint_store_update(a->txn, c);
	out_int(out, "version", c->version + 1);
	return r ? r : act_event(a, m->event, "complaint", c->complaint_id, json_incref(body));
}

#define COMMON_FIELDS(reason_needed)                                       \
	{"complaint_id", FIELD_ID, true}, {"at", FIELD_TIME, false},       \
	{                                                                  \
		"reason", FIELD_TEXT, reason_needed, 1, COMPLAINT_TEXT_MAX \
	}

static const struct field accept_fields[] = {COMMON_FIELDS(false), {NULL}};
static const struct field end_fields[] = {COMMON_FIELDS(true), {NULL}};
static const struct field decide_fields[] = {
	COMMON_FIELDS(true), {"outcome", FIELD_NAME, true, 1, 16}, {NULL}};
static const struct field suspend_fields[] = {{"complaint_id", FIELD_ID, true},
	{"until", FIELD_TIME, true}, {"reason", FIELD_TEXT, true, 1, COMPLAINT_TEXT_MAX}, {NULL}};
static const struct field resume_fields[] = {{"complaint_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, COMPLAINT_TEXT_MAX}, {NULL}};

#define COMPLAINT_ACT(name_, step_, event_, said_, change_, fields_)                    \
	static int run_##name_(struct act *a, const json_t *in, json_t *out)            \
	{                                                                               \
		static const struct complaint_move m = {step_, event_, said_, change_}; \
                                                                                        \
		return move(a, in, out, &m);                                            \
	}                                                                               \
	const struct act_kind complaint_##name_##_act = {                               \
		.name = "complaint." #name_, .fields = fields_, .run = run_##name_}

COMPLAINT_ACT(
	accept, COMPLAINT_STEP_ACCEPT, "complaint.accepted", "accepted", accept, accept_fields);
COMPLAINT_ACT(
	decline, COMPLAINT_STEP_DECLINE, "complaint.declined", "declined", decline, end_fields);
COMPLAINT_ACT(decide, COMPLAINT_STEP_DECIDE, "complaint.decided", "decided", decide, decide_fields);
COMPLAINT_ACT(
	withdraw, COMPLAINT_STEP_WITHDRAW, "complaint.withdrawn", "withdrawn", end, end_fields);
COMPLAINT_ACT(suspend, COMPLAINT_STEP_SUSPEND, "complaint.suspended", "suspended", suspend,
	suspend_fields);
COMPLAINT_ACT(resume, COMPLAINT_STEP_SUSPEND, "complaint.resumed", "resumed", go_on, resume_fields);
