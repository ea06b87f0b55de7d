/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/flow.h"

#include <string.h>

#include <glib.h>

#include "server/eval/panel.h"

static const struct {
	const char *name, *label;
} steps[] = {
	[FLOW_CREATED] = {"created", "已创建"},
	[FLOW_CHECKIN] = {"checkin", "签到"},
	[FLOW_PROMISE] = {"promise", "承诺与回避"},
	[FLOW_LEADER] = {"leader", "推选组长"},
	[FLOW_QUALIFICATION] = {"qualification", "资格审查"},
	[FLOW_PRELIMINARY] = {"preliminary", "初步评审"},
	[FLOW_SCORING] = {"scoring", "评审打分"},
	[FLOW_SUMMARY] = {"summary", "汇总"},
	[FLOW_SIGNING] = {"signing", "签署报告"},
	[FLOW_CLOSED] = {"closed", "已结束"},
	[FLOW_DISSOLVED] = {"dissolved", "已解散"},
};

static const struct {
	const char *name, *label;
	int refusal; /* of what it forbids */
} holds[] = {
	[FLOW_RUNNING] = {"running", "进行中", FLOW_E_NOT_HELD},
	[FLOW_PAUSED] = {"paused", "暂停", FLOW_E_PAUSED},
	[FLOW_SUSPENDED] = {"suspended", "休会", FLOW_E_SUSPENDED},
	[FLOW_FAULTED] = {"faulted", "故障处置", FLOW_E_FAULTED},
	[FLOW_ROLLING] = {"rolling", "回退待批", FLOW_E_ROLLING},
};

static const char *const roles[N_FLOW_ROLES] = {
	"member", "chair", "host", "witness", "supervisor", "venue", "tenderer", "bidder"};

static bool is_drawn(const struct flow_counts *c)
{
	return c->drawn;
}

static bool venues_confirmed(const struct flow_counts *c)
{
	return !c->venues_open;
}

static bool all_arrived(const struct flow_counts *c)
{
	return c->members && c->arrived >= c->members;
}

static bool all_promised(const struct flow_counts *c)
{
	return c->members && c->promised >= c->members;
}

static bool has_leader(const struct flow_counts *c)
{
	return c->has_leader;
}

static bool lots_opened(const struct flow_counts *c)
{
	return c->lots_opened >= c->lots;
}

static bool all_qualified(const struct flow_counts *c)
{
	return !c->bids_open_qualification;
}

static bool all_reviewed(const struct flow_counts *c)
{
	return !c->bids_open_qualification && !c->bids_open_preliminary;
}

static bool no_questions(const struct flow_counts *c)
{
	return !c->questions_open;
}

static bool no_low_prices(const struct flow_counts *c)
{
	return !c->low_prices_open;
}

static bool all_submitted(const struct flow_counts *c)
{
	return c->members && c->sheets_submitted >= c->members * c->lots;
}

static bool all_ranked(const struct flow_counts *c)
{
	return c->lots_ranked >= c->lots;
}

static bool has_report(const struct flow_counts *c)
{
	return c->has_report;
}

static bool all_signed(const struct flow_counts *c)
{
	return c->members && c->signed_off >= c->members;
}

/* What must hold to enter a step; several rows for one step must all hold, in their order. */
static const struct {
	enum flow_step to;
	bool (*holds)(const struct flow_counts *);
	int refusal;
} conditions[] = {
	{FLOW_CHECKIN, is_drawn, FLOW_E_NOT_DRAWN},
	{FLOW_PROMISE, venues_confirmed, FLOW_E_VENUES},
	{FLOW_PROMISE, all_arrived, FLOW_E_NOT_ALL_ARRIVED},
	{FLOW_LEADER, all_promised, FLOW_E_NOT_ALL_PROMISED},
	{FLOW_QUALIFICATION, has_leader, FLOW_E_NO_LEADER},
	{FLOW_QUALIFICATION, lots_opened, FLOW_E_NOT_OPENED},
	{FLOW_PRELIMINARY, has_leader, FLOW_E_NO_LEADER},
	{FLOW_PRELIMINARY, lots_opened, FLOW_E_NOT_OPENED},
	{FLOW_PRELIMINARY, all_qualified, FLOW_E_NOT_REVIEWED},
	{FLOW_SCORING, has_leader, FLOW_E_NO_LEADER},
	{FLOW_SCORING, lots_opened, FLOW_E_NOT_OPENED},
	{FLOW_SCORING, all_promised, FLOW_E_NOT_ALL_PROMISED},
	{FLOW_SCORING, all_reviewed, FLOW_E_NOT_REVIEWED},
	{FLOW_SUMMARY, all_submitted, FLOW_E_NOT_ALL_SUBMITTED},
	{FLOW_SUMMARY, has_leader, FLOW_E_NO_LEADER},
	{FLOW_SUMMARY, no_questions, FLOW_E_OPEN_QUESTIONS},
	{FLOW_SUMMARY, no_low_prices, FLOW_E_LOW_PRICES},
	{FLOW_SIGNING, all_ranked, FLOW_E_NOT_RANKED},
	{FLOW_SIGNING, has_report, FLOW_E_NO_REPORT},
	{FLOW_CLOSED, all_signed, FLOW_E_NOT_ALL_SIGNED},
};

#define FROM(step) (~(FLOW_BIT(step) - 1) & UNTIL(FLOW_CLOSED))
#define UNTIL(step) ((FLOW_BIT(step) << 1) - 1)
#define BETWEEN(a, b) (FROM(a) & UNTIL(b))
#define AT(step) FLOW_BIT(step)
/* The session is under way, and what lies before the members. */
#define UNDER_WAY BETWEEN(FLOW_CHECKIN, FLOW_SIGNING)
#define REVIEWING BETWEEN(FLOW_QUALIFICATION, FLOW_PRELIMINARY)
#define JUDGING BETWEEN(FLOW_QUALIFICATION, FLOW_SCORING)

#define RUN FLOW_BIT(FLOW_RUNNING)
#define PAUSE FLOW_BIT(FLOW_PAUSED)
#define SUSPEND FLOW_BIT(FLOW_SUSPENDED)
#define FAULT FLOW_BIT(FLOW_FAULTED)
#define ROLL FLOW_BIT(FLOW_ROLLING)
/* Looking and speaking go on in a break, and while the supervisor considers a step back. */
#define AWAKE (RUN | PAUSE | ROLL)
#define ALWAYS (AWAKE | SUSPEND | FAULT)

#define MEMBER FLOW_ROLE(FLOW_MEMBER)
#define CHAIR FLOW_ROLE(FLOW_CHAIR)
#define HOST FLOW_ROLE(FLOW_HOST)
#define WITNESS FLOW_ROLE(FLOW_WITNESS)
#define SUPERVISOR FLOW_ROLE(FLOW_SUPERVISOR)
#define VENUE FLOW_ROLE(FLOW_VENUE)
#define TENDERER FLOW_ROLE(FLOW_TENDERER)
#define BIDDER FLOW_ROLE(FLOW_BIDDER)
/* The leader is a member and does what every member does. */
#define MEMBERS (MEMBER | CHAIR)
#define STAFF (HOST | WITNESS | SUPERVISOR)

/*
 * Sorted by act. Whoever comes in place of a member that left arrives, promises, and votes if it
 * was the leader, while the others judge. A supervisor never touches a vote or a score. A room may
 * be open before anybody checks in, so that devices can be tried.
 */
static const struct flow_act acts[] = {
	{"bid.file", MEMBERS, FROM(FLOW_QUALIFICATION), AWAKE, 0},
	{"bid.reject", MEMBERS, BETWEEN(FLOW_QUALIFICATION, FLOW_SUMMARY), RUN, 0},
	{"chat.say", MEMBERS | STAFF, UNTIL(FLOW_SIGNING), AWAKE, 0},
	{"fault.decide", TENDERER, UNTIL(FLOW_SIGNING), FAULT, 0},
	{"fault.open", HOST | VENUE, UNTIL(FLOW_SIGNING), RUN | PAUSE | SUSPEND | ROLL, 0},
	{"fault.repair", HOST | VENUE, UNTIL(FLOW_SIGNING), FAULT, 0},
	{"gate.sign_in", VENUE, UNDER_WAY, RUN | PAUSE | SUSPEND, 0},
	{"hand.raise", MEMBERS, UNTIL(FLOW_SIGNING), AWAKE, 0},
	{"leader.vote", MEMBERS, BETWEEN(FLOW_LEADER, FLOW_SCORING), RUN, 0},
	{"low_price.raise", MEMBERS, AT(FLOW_SCORING), RUN, 0},
	{"low_price.vote", MEMBERS, AT(FLOW_SCORING), RUN, 0},
	{"member.promise", MEMBERS, BETWEEN(FLOW_PROMISE, FLOW_SCORING), RUN, 0},
	{"member.recuse", MEMBERS, BETWEEN(FLOW_PROMISE, FLOW_SCORING), RUN, 0},
	{"member.release", SUPERVISOR, BETWEEN(FLOW_CHECKIN, FLOW_SUMMARY), RUN | PAUSE | SUSPEND, 0},
	{"member.replace", HOST, BETWEEN(FLOW_CHECKIN, FLOW_SUMMARY), RUN | PAUSE | SUSPEND, 0},
	/* Its deadline runs on whatever holds the session up. */
	{"question.answer", BIDDER, UNDER_WAY, ALWAYS, 0},
	{"question.ask", MEMBERS, JUDGING, RUN, 0},
	{"question.pass", SUPERVISOR, JUDGING, RUN | PAUSE, 0},
	{"report.get", MEMBERS | HOST | SUPERVISOR, FROM(FLOW_SUMMARY), AWAKE, 0},
	{"report.make", HOST, AT(FLOW_SUMMARY), RUN, 0},
	{"report.refuse", MEMBERS | HOST, AT(FLOW_SIGNING), RUN, 0},
	{"report.sign", MEMBERS, AT(FLOW_SIGNING), RUN, 0},
	{"review.get", MEMBERS, FROM(FLOW_QUALIFICATION), AWAKE, 0},
	{"review.save", MEMBERS, REVIEWING, RUN, 0},
	{"review.submit", MEMBERS, REVIEWING, RUN, 0},
	{"rollback.approve", SUPERVISOR, FROM(FLOW_LEADER), ROLL, 0},
	{"rollback.deny", SUPERVISOR, FROM(FLOW_LEADER), ROLL, 0},
	{"rollback.request", CHAIR | HOST, FROM(FLOW_QUALIFICATION), RUN, 0},
	{"rollback.withdraw", CHAIR | HOST, FROM(FLOW_LEADER), ROLL, 0},
	{"room.present", MEMBERS, BETWEEN(FLOW_QUALIFICATION, FLOW_SIGNING), AWAKE, 0},
	{"seat.sign_in", MEMBERS | STAFF, UNDER_WAY, ALWAYS, 0},
	{"seat.ticket", MEMBERS | STAFF | VENUE, UNTIL(FLOW_SIGNING), ALWAYS, 0},
	{"session.advance", HOST, BETWEEN(FLOW_CREATED, FLOW_SUMMARY), RUN, 0},
	{"session.bids", MEMBERS | HOST | SUPERVISOR, FROM(FLOW_QUALIFICATION), AWAKE, 0},
	{"session.close", HOST, AT(FLOW_SIGNING), RUN, 0},
	{"session.dissolve", HOST | TENDERER, UNTIL(FLOW_SIGNING), FAULT, 0},
	{"session.pause", HOST | SUPERVISOR, UNDER_WAY, RUN, 0},
	{"session.reconvene", HOST, UNDER_WAY, SUSPEND, 0},
	{"session.result", MEMBERS | HOST | SUPERVISOR, FROM(FLOW_SUMMARY), AWAKE,
		FLOW_E_NOT_ALL_SUBMITTED},
	{"session.resume", HOST | SUPERVISOR, UNDER_WAY, PAUSE, 0},
	{"session.start", HOST, AT(FLOW_CHECKIN), RUN, 0},
	{"session.suspend", HOST, UNDER_WAY, RUN | PAUSE, 0},
	{"session.timer", HOST | SUPERVISOR, UNDER_WAY, RUN, 0},
	{"sheet.get", MEMBERS, FROM(FLOW_SCORING), AWAKE, 0},
	{"sheet.save", MEMBERS, AT(FLOW_SCORING), RUN, 0},
	{"sheet.submit", MEMBERS, AT(FLOW_SCORING), RUN, 0},
	{"time.extend", HOST, BETWEEN(FLOW_LEADER, FLOW_SUMMARY), RUN | PAUSE, 0}, /* C09: for the tenderer */
	{"time.vote", MEMBERS, BETWEEN(FLOW_LEADER, FLOW_SCORING), RUN, 0},
	{"track.aside", SUPERVISOR, UNTIL(FLOW_SIGNING), AWAKE, 0},
	{"track.publish", MEMBERS | STAFF, UNTIL(FLOW_SIGNING), AWAKE, 0},
	{"venue.confirm", VENUE, UNTIL(FLOW_CHECKIN), ALWAYS, 0},
	{"venue.retract", VENUE, UNTIL(FLOW_CHECKIN), ALWAYS, 0},
};

/* What an act makes of the hold; step 0: it stays. */
static const struct {
	const char *act;
	enum flow_hold to;
	bool as_before; /* to what held the session before the fault */
	enum flow_step step;
} changes[] = {
	{"fault.open", FLOW_FAULTED, false, 0},
	{"fault.repair", 0, true, 0},
	{"rollback.approve", FLOW_RUNNING, false, 0}, /* the step: rollback.h */
	{"rollback.deny", FLOW_RUNNING, false, 0},
	{"rollback.request", FLOW_ROLLING, false, 0},
	{"rollback.withdraw", FLOW_RUNNING, false, 0},
	{"session.dissolve", FLOW_RUNNING, false, FLOW_DISSOLVED},
	{"session.pause", FLOW_PAUSED, false, 0},
	{"session.reconvene", FLOW_RUNNING, false, 0},
	{"session.resume", FLOW_RUNNING, false, 0},
	{"session.suspend", FLOW_SUSPENDED, false, 0},
};

const char *flow_refusal_code(int refusal)
{
	switch (refusal) {
		FLOW_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static bool is_step(enum flow_step s)
{
	return s >= FLOW_CREATED && s <= FLOW_DISSOLVED;
}

const char *flow_step_name(enum flow_step s)
{
	return is_step(s) ? steps[s].name : NULL;
}

const char *flow_step_label(enum flow_step s)
{
	return is_step(s) ? steps[s].label : NULL;
}

enum flow_step flow_step_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(steps); i++)
		if (strcmp(steps[i].name, name) == 0)
			return (enum flow_step)i;
	return 0;
}

static bool is_hold(enum flow_hold h)
{
	return h >= FLOW_RUNNING && h <= FLOW_ROLLING;
}

const char *flow_hold_name(enum flow_hold h)
{
	return is_hold(h) ? holds[h].name : NULL;
}

const char *flow_hold_label(enum flow_hold h)
{
	return is_hold(h) ? holds[h].label : NULL;
}

enum flow_hold flow_hold_from_name(const char *name)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(holds); i++)
		if (strcmp(holds[i].name, name) == 0)
			return (enum flow_hold)i;
	return FLOW_RUNNING;
}

const char *flow_role_name(enum flow_role r)
{
	return r < N_FLOW_ROLES ? roles[r] : NULL;
}

enum flow_step flow_step_of_stage(enum review_stage stage)
{
	return stage == REVIEW_QUALIFICATION ? FLOW_QUALIFICATION : FLOW_PRELIMINARY;
}

enum flow_step flow_next(enum flow_step s, unsigned stages)
{
	if (!is_step(s) || s >= FLOW_CLOSED)
		return 0;
	do
		s++;
	while (FLOW_BIT(s) & FLOW_OPTIONAL & ~stages);
	return s;
}

int flow_advance(
	const struct flow_state *state, enum flow_step to, const struct flow_counts *counts)
{
	if (!is_step(to) || to == FLOW_DISSOLVED)
		return FLOW_E_NO_SUCH_STEP;
	if (flow_next(state->step, state->stages) != to)
		return FLOW_E_STEP;
	if (state->hold != FLOW_RUNNING)
		return holds[state->hold].refusal;
	if (counts->time_votes && counts->time_votes >= panel_more_time_votes(counts->members))
		return FLOW_E_TIME_SHORT;
	for (size_t i = 0; i < G_N_ELEMENTS(conditions); i++)
		if (conditions[i].to == to && !conditions[i].holds(counts))
			return conditions[i].refusal;
	return 0;
}

static const struct flow_act *find_act(const char *act)
{
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++)
		if (strcmp(acts[i].act, act) == 0)
			return &acts[i];
	return NULL;
}

static int check_state(const struct flow_act *row, enum flow_step step, enum flow_hold hold)
{
	if (!is_step(step) || !(row->steps & FLOW_BIT(step)))
		return row->refusal ? row->refusal : FLOW_E_STEP;
	return row->holds & FLOW_BIT(hold) ? 0 : holds[hold].refusal;
}

int flow_may(const char *act, enum flow_step step, enum flow_hold hold)
{
	const struct flow_act *row = find_act(act);

	return row ? check_state(row, step, hold) : 0;
}

int flow_may_act(const char *act, enum flow_role role, const struct flow_state *state)
{
	const struct flow_act *row = find_act(act);

	if (!row || !(row->roles & FLOW_ROLE(role)))
		return FLOW_E_ROLE;
	return check_state(row, state->step, state->hold);
}

int flow_apply(const char *act, enum flow_role role, struct flow_state *state)
{
	int r = flow_may_act(act, role, state);

	for (size_t i = 0; !r && i < G_N_ELEMENTS(changes); i++) {
		enum flow_hold before = state->hold;

		if (strcmp(changes[i].act, act) != 0)
			continue;
		state->hold = changes[i].as_before ? state->under : changes[i].to;
		state->under = changes[i].to == FLOW_FAULTED ? before : FLOW_RUNNING;
		if (changes[i].step)
			state->step = changes[i].step;
		break;
	}
	return r;
}

const struct flow_act *flow_acts(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(acts);
	return acts;
}
