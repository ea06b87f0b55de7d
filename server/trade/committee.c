/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/committee.h"

/* C02: seven from a budget of ten million yuan on, or for a complex or sensitive purchase. */
#define GP_LARGE_BUDGET_YUAN 10000000
#define GP_LARGE_MINIMUM 7

const char *committee_refusal_code(int refusal)
{
	switch (refusal) {
		COMMITTEE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static const char *size_rule(const struct committee_facts *facts)
{
	if (facts->regime == REGIME_ZTB)
		return "C01";
	return facts->is_group ? "C03" : "C02";
}

unsigned committee_minimum(const struct rulebook *book, const struct committee_facts *facts)
{
	unsigned least = (unsigned)rulebook_value(book, size_rule(facts));

	if (facts->regime == REGIME_GP && !facts->is_group && least < GP_LARGE_MINIMUM &&
		(facts->complex || facts->high_impact ||
			decimal_cmp(facts->budget, decimal_from_int(GP_LARGE_BUDGET_YUAN)) >= 0))
		return GP_LARGE_MINIMUM;
	return least;
}

unsigned committee_min_experts(unsigned n_members)
{
	return (2 * n_members + 2) / 3;
}

int committee_check(const struct rulebook *book, const struct committee_facts *facts,
	unsigned n_experts, unsigned n_buyer, struct rule_verdict *ret_verdict)
{
	const char *rule = size_rule(facts);
	const char *field = "members";
	int refusal = 0;
	unsigned n;

	if (n_experts > COMMITTEE_MAX || n_buyer > COMMITTEE_MAX ||
		n_experts + n_buyer > COMMITTEE_MAX) {
		refusal = COMMITTEE_E_TOO_LARGE;
		rule = NULL;
	} else {
		n = n_experts + n_buyer;
		if (n < committee_minimum(book, facts)) {
			refusal = COMMITTEE_E_TOO_SMALL;
		} else if (n % 2 == 0) {
			refusal = COMMITTEE_E_EVEN;
		} else if (n_experts < committee_min_experts(n)) {
			refusal = COMMITTEE_E_TOO_FEW_EXPERTS;
			field = "experts";
		}
	}
	if (refusal && ret_verdict)
		*ret_verdict = (struct rule_verdict){
			VERDICT_REFUSE, refusal, committee_refusal_code(refusal), rule, field, 0};
	return refusal;
}
