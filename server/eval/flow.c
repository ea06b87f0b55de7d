/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/flow.h"

#include <string.h>

static const struct {
	const char *name, *label;
} steps[] = {
	[FLOW_CREATED] = {"created", "已创建"},
	[FLOW_CHECKIN] = {"checkin", "签到"},
	[FLOW_PROMISE] = {"promise", "承诺与回避"},
	[FLOW_LEADER] = {"leader", "推选组长"},
	[FLOW_SCORING] = {"scoring", "评审打分"},
	[FLOW_SUMMARY] = {"summary", "汇总"},
	[FLOW_SIGNING] = {"signing", "签署报告"},
	[FLOW_CLOSED] = {"closed", "已结束"},
};

static bool is_drawn(const struct flow_counts *c)
{
	return c->drawn;
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
	return c->lots && c->lots_opened >= c->lots;
}

static bool all_submitted(const struct flow_counts *c)
{
	return c->members && c->lots && c->sheets_submitted >= c->members * c->lots;
}

static bool all_ranked(const struct flow_counts *c)
{
	return c->lots && c->lots_ranked >= c->lots;
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
	{FLOW_PROMISE, all_arrived, FLOW_E_NOT_ALL_ARRIVED},
	{FLOW_LEADER, all_promised, FLOW_E_NOT_ALL_PROMISED},
	{FLOW_SCORING, has_leader, FLOW_E_NO_LEADER},
	{FLOW_SCORING, lots_opened, FLOW_E_NOT_OPENED},
	{FLOW_SCORING, all_promised, FLOW_E_NOT_ALL_PROMISED},
	{FLOW_SUMMARY, all_submitted, FLOW_E_NOT_ALL_SUBMITTED},
	{FLOW_SUMMARY, has_leader, FLOW_E_NO_LEADER},
	{FLOW_SIGNING, all_ranked, FLOW_E_NOT_RANKED},
	{FLOW_SIGNING, has_report, FLOW_E_NO_REPORT},
	{FLOW_CLOSED, all_signed, FLOW_E_NOT_ALL_SIGNED},
};

#define FROM(step) (~(FLOW_BIT(step) - 1))
#define UNTIL(step) ((FLOW_BIT(step) << 1) - 1)
#define BETWEEN(a, b) (FROM(a) & UNTIL(b))

/* Sorted by act. Whoever comes in place of a member that recused himself promises, and votes if it
 * was the leader, while the others score. */
static const struct {
	const char *act;
	unsigned steps;
	bool while_paused;
	int refusal; /* another than FLOW_E_STEP where the reason can be told better; 0: none */
} acts[] = {
	{"bid.file", FROM(FLOW_SCORING), true, 0},
	{"chat.say", BETWEEN(FLOW_CHECKIN, FLOW_SIGNING), true, 0},
	{"gate.sign_in", BETWEEN(FLOW_CHECKIN, FLOW_SIGNING), false, 0},
	{"hand.raise", BETWEEN(FLOW_CHECKIN, FLOW_SIGNING), true, 0},
	{"leader.vote", BETWEEN(FLOW_LEADER, FLOW_SCORING), false, 0},
	{"member.promise", BETWEEN(FLOW_PROMISE, FLOW_SCORING), false, 0},
	{"member.recuse", BETWEEN(FLOW_PROMISE, FLOW_SCORING), false, 0},
	{"report.get", FROM(FLOW_SUMMARY), true, 0},
	{"report.make", FLOW_BIT(FLOW_SUMMARY), false, 0},
	{"report.sign", FLOW_BIT(FLOW_SIGNING), false, 0},
	{"room.present", BETWEEN(FLOW_SCORING, FLOW_SIGNING), true, 0},
	{"seat.sign_in", BETWEEN(FLOW_CHECKIN, FLOW_SIGNING), true, 0},
	{"seat.ticket", BETWEEN(FLOW_CHECKIN, FLOW_SIGNING), true, 0},
	{"session.bids", FROM(FLOW_SCORING), true, 0},
	{"session.close", FLOW_BIT(FLOW_SIGNING), false, 0},
	{"session.result", FROM(FLOW_SUMMARY), true, FLOW_E_NOT_ALL_SUBMITTED},
	{"session.start", FLOW_BIT(FLOW_CHECKIN), false, 0},
	{"sheet.get", FROM(FLOW_SCORING), true, 0},
	{"sheet.save", FLOW_BIT(FLOW_SCORING), false, 0},
	{"sheet.submit", FLOW_BIT(FLOW_SCORING), false, 0},
	{"track.publish", BETWEEN(FLOW_CHECKIN, FLOW_SIGNING), true, 0},
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
	return s >= FLOW_CREATED && s <= FLOW_CLOSED;
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

enum flow_step flow_next(enum flow_step s)
{
	return is_step(s) && s != FLOW_CLOSED ? s + 1 : 0;
}

int flow_advance(
	enum flow_step from, enum flow_step to, bool paused, const struct flow_counts *counts)
{
	if (!is_step(to))
		return FLOW_E_NO_SUCH_STEP;
	if (flow_next(from) != to)
		return FLOW_E_STEP;
	if (paused)
		return FLOW_E_PAUSED;
	for (size_t i = 0; i < G_N_ELEMENTS(conditions); i++)
		if (conditions[i].to == to && !conditions[i].holds(counts))
			return conditions[i].refusal;
	return 0;
}

int flow_may(const char *act, enum flow_step step, bool paused)
{
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		if (strcmp(acts[i].act, act) != 0)
			continue;
		if (!is_step(step) || !(acts[i].steps & FLOW_BIT(step)))
			return acts[i].refusal ? acts[i].refusal : FLOW_E_STEP;
		return paused && !acts[i].while_paused ? FLOW_E_PAUSED : 0;
	}
	return 0;
}

int flow_may_pause(enum flow_step step, bool paused)
{
	if (paused)
		return FLOW_E_PAUSED;
	return step >= FLOW_CHECKIN && step <= FLOW_SIGNING ? 0 : FLOW_E_STEP;
}
