/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/panel.h"

#include <string.h>

static const char *const states[] = {
	[MEMBER_DRAWN] = "drawn",
	[MEMBER_ARRIVED] = "arrived",
	[MEMBER_PROMISED] = "promised",
	[MEMBER_RECUSED] = "recused",
	[MEMBER_REPLACED] = "replaced",
};

static const struct {
	enum member_step step;
	enum member_state from, to;
} steps[] = {
	{MEMBER_STEP_ARRIVE, MEMBER_DRAWN, MEMBER_ARRIVED},
	{MEMBER_STEP_PROMISE, MEMBER_ARRIVED, MEMBER_PROMISED},
	{MEMBER_STEP_RECUSE, MEMBER_ARRIVED, MEMBER_RECUSED},
	{MEMBER_STEP_RECUSE, MEMBER_PROMISED, MEMBER_RECUSED},
	{MEMBER_STEP_REPLACE, MEMBER_DRAWN, MEMBER_REPLACED},
	{MEMBER_STEP_REPLACE, MEMBER_ARRIVED, MEMBER_REPLACED},
	{MEMBER_STEP_REPLACE, MEMBER_PROMISED, MEMBER_REPLACED},
};

const char *panel_refusal_code(int refusal)
{
	switch (refusal) {
		PANEL_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *member_state_name(enum member_state s)
{
	return s >= MEMBER_DRAWN && s <= MEMBER_REPLACED ? states[s] : NULL;
}

enum member_state member_state_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], name) == 0)
			return (enum member_state)i;
	return 0;
}

int member_step(enum member_state state, enum member_step step, enum member_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].step == step && steps[i].from == state) {
			*ret = steps[i].to;
			return 0;
		}
	}
	return PANEL_E_STATE;
}

bool member_counts(enum member_state state)
{
	return state >= MEMBER_DRAWN && state <= MEMBER_PROMISED;
}

struct panel_counts panel_count(const struct panel_member *members, size_t n)
{
	struct panel_counts c = {0};

	for (size_t i = 0; i < n; i++) {
		if (!member_counts(members[i].state))
			continue;
		c.members++;
		c.experts += !members[i].is_buyer;
		c.buyers += members[i].is_buyer;
		c.arrived += members[i].state >= MEMBER_ARRIVED;
		c.promised += members[i].state == MEMBER_PROMISED;
	}
	return c;
}

int panel_check(const struct rulebook *book, const struct committee_facts *facts,
	const struct panel_member *members, size_t n, struct rule_verdict *ret_verdict)
{
	struct panel_counts c = panel_count(members, n);

	return committee_check(book, facts, c.experts, c.buyers, ret_verdict);
}

unsigned panel_more_time_votes(unsigned n_members)
{
	return n_members / 3 + 1;
}
