/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How many sit on an evaluation committee (评标委员会) or a negotiation or inquiry group
 * (谈判小组, 询价小组), and how many of them must be experts: rules C01 to C04.
 */

#include <stdbool.h>

#include "proto/decimal.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define COMMITTEE_MAX 99

#define COMMITTEE_REFUSALS(X)                           \
	X(COMMITTEE_E_TOO_SMALL, "committee.too_small") \
	X(COMMITTEE_E_TOO_LARGE, "committee.too_large") \
	X(COMMITTEE_E_EVEN, "committee.even")           \
	X(COMMITTEE_E_TOO_FEW_EXPERTS, "committee.too_few_experts")

enum committee_refusal { COMMITTEE_E_NONE = 0, COMMITTEE_REFUSALS(REFUSAL_ENUM) };

struct committee_facts {
	enum regime regime;
	bool is_group;         /* negotiation or inquiry group, C03 (GP only) */
	struct decimal budget; /* yuan, of the whole project */
	bool complex;          /* technically complex */
	bool high_impact;      /* high social impact */
};

const char *committee_refusal_code(int refusal);

/* The smallest lawful size. */
unsigned committee_minimum(const struct rulebook *book, const struct committee_facts *facts);

/* The fewest experts among n members: two thirds, rounded up (C04). */
unsigned committee_min_experts(unsigned n_members);

/* 0, or one of the refusals with *ret_verdict (may be NULL) telling the rule. */
int committee_check(const struct rulebook *book, const struct committee_facts *facts,
	unsigned n_experts, unsigned n_buyer, struct rule_verdict *ret_verdict);
