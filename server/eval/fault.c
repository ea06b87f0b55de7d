/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/fault.h"

#include <glib.h>

static const char *const sides[] = {
	[FAULT_PLATFORM] = "platform",
	[FAULT_MAIN_VENUE] = "main_venue",
	[FAULT_GUEST_VENUE] = "guest_venue",
	[FAULT_NETWORK] = "network",
};

static const char *const decisions[] = {
	[FAULT_UNDECIDED] = "undecided",
	[FAULT_WAIT] = "wait",
	[FAULT_POSTPONE] = "postpone",
	[FAULT_NEW_COMMITTEE] = "new_committee",
};

static const char *const states[] = {
	[FAULT_RUNNING] = "running",
	[FAULT_REPAIRED] = "repaired",
	[FAULT_DUE] = "due",
	[FAULT_WAITING] = "waiting",
	[FAULT_RESUMABLE] = "resumable",
	[FAULT_OVER] = "over",
};

const char *fault_refusal_code(int refusal)
{
	switch (refusal) {
		FAULT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *fault_side_name(enum fault_side side)
{
	return side >= FAULT_PLATFORM && side <= FAULT_NETWORK ? sides[side] : NULL;
}

enum fault_side fault_side_from_name(const char *name)
{
	for (int s = FAULT_PLATFORM; s <= FAULT_NETWORK; s++)
		if (g_strcmp0(sides[s], name) == 0)
			return (enum fault_side)s;
	return 0;
}

const char *fault_decision_name(enum fault_decision d)
{
	return d <= FAULT_NEW_COMMITTEE ? decisions[d] : NULL;
}

enum fault_decision fault_decision_from_name(const char *name)
{
	for (int d = FAULT_WAIT; d <= FAULT_NEW_COMMITTEE; d++)
		if (g_strcmp0(decisions[d], name) == 0)
			return (enum fault_decision)d;
	return FAULT_UNDECIDED;
}

const char *fault_state_name(enum fault_state s)
{
	return s >= FAULT_RUNNING && s <= FAULT_OVER ? states[s] : NULL;
}

struct fault_limits fault_limits_default(void)
{
	return (struct fault_limits){FAULT_BEFORE_US, FAULT_DURING_US};
}

static int64_t deadline_of(const struct fault *f, const struct fault_limits *limits)
{
	return f->opened_us + (f->started ? limits->during_us : limits->before_us);
}

static enum fault_state state_of(const struct fault *f, int64_t deadline_us, int64_t now_us)
{
	if (f->decision == FAULT_POSTPONE || f->decision == FAULT_NEW_COMMITTEE)
		return FAULT_OVER;
	if (f->decision == FAULT_WAIT)
		return f->repaired_us ? FAULT_RESUMABLE : FAULT_WAITING;
	if (f->repaired_us && f->repaired_us <= deadline_us)
		return FAULT_REPAIRED;
	return now_us > deadline_us || f->repaired_us ? FAULT_DUE : FAULT_RUNNING;
}

struct fault_view fault_look(
	const struct fault *f, const struct fault_limits *limits, int64_t now_us)
{
	struct fault_view v = {.deadline_us = deadline_of(f, limits)};

	v.state = state_of(f, v.deadline_us, now_us);
	v.left_us = MAX(v.deadline_us - now_us, 0);
	v.may_go_on = v.state == FAULT_REPAIRED || v.state == FAULT_RESUMABLE;
	v.may_dissolve = v.state == FAULT_OVER;
	return v;
}

int fault_repair(struct fault *f, int64_t now_us)
{
	if (now_us < f->opened_us)
		return FAULT_E_TIME;
	if (f->decision == FAULT_POSTPONE || f->decision == FAULT_NEW_COMMITTEE)
		return FAULT_E_EXPIRED;
	if (!f->repaired_us)
		f->repaired_us = now_us;
	return 0;
}

static bool fits(const struct fault *f, enum fault_decision decision)
{
	if (f->started)
		return decision == FAULT_NEW_COMMITTEE;
	return decision == FAULT_WAIT || decision == FAULT_POSTPONE;
}

int fault_decide(struct fault *f, const struct fault_limits *limits, enum fault_decision decision,
	int64_t now_us)
{
	enum fault_state state = fault_look(f, limits, now_us).state;

	if (!fits(f, decision))
		return FAULT_E_DECISION;
	if (f->decision == FAULT_WAIT && decision != FAULT_WAIT && !f->repaired_us)
		state = FAULT_DUE; /* who waited may give up waiting */
	else if (f->decision)
		return FAULT_E_DECIDED;
	if (state != FAULT_DUE && !(f->whole_venue && !f->repaired_us))
		return FAULT_E_NOT_DUE;
	f->decision = decision;
	f->decided_us = now_us;
	return 0;
}
