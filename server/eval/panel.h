/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The panel of one session: its members, who of them counts, and whether it is lawful (C01–C04,
 * through trade/committee.h). A member that recuses himself or is replaced stays on the list: what
 * he did is void, but it does not vanish (C08).
 *
 *	drawn --arrive--> arrived --promise--> promised
 *	  |                  |                     |
 *	  +-----replace------+---replace/recuse----+--> recused, replaced
 */

#include <stdbool.h>
#include <stddef.h>

#include "server/trade/committee.h"
#include "server/trade/verdict.h"

#define PANEL_REFUSALS(X) X(PANEL_E_STATE, "panel.state")

enum panel_refusal { PANEL_E_NONE = 0, PANEL_REFUSALS(REFUSAL_ENUM) };

enum member_state {
	MEMBER_DRAWN = 1,
	MEMBER_ARRIVED,  /* checked in at the gate */
	MEMBER_PROMISED, /* promised to follow the rules, declared no conflict */
	MEMBER_RECUSED,  /* 回避 */
	MEMBER_REPLACED, /* absent, ill, left */
};

enum member_step {
	MEMBER_STEP_ARRIVE = 1,
	MEMBER_STEP_PROMISE,
	MEMBER_STEP_RECUSE,
	MEMBER_STEP_REPLACE,
};

struct panel_member {
	int no;
	bool is_buyer; /* 业主代表, 采购人代表 */
	enum member_state state;
};

struct panel_counts {
	unsigned members; /* who count: not recused, not replaced */
	unsigned experts, buyers;
	unsigned arrived; /* arrived or further */
	unsigned promised;
};

const char *panel_refusal_code(int refusal);
const char *member_state_name(enum member_state s);
enum member_state member_state_from_name(const char *name);

int member_step(enum member_state state, enum member_step step, enum member_state *ret);
bool member_counts(enum member_state state);

struct panel_counts panel_count(const struct panel_member *members, size_t n);

/* A committee refusal, or 0 for a lawful panel. */
int panel_check(const struct rulebook *book, const struct committee_facts *facts,
	const struct panel_member *members, size_t n, struct rule_verdict *ret_verdict);

/* C09: how many of n must find the time too short to have it extended (more than a third). */
unsigned panel_more_time_votes(unsigned n_members);
