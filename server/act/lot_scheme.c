/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/lot_scheme.h"

#include <string.h>

#include "server/eval/criteria.h"
#include "server/trade/project.h"

/* A scheme of before may name the vote and is still read; no act of a session carries one out. */
static int check_ties(struct act *a, size_t no, const struct criteria *criteria)
{
	for (size_t i = 0; i < criteria->n_ties; i++)
		if (criteria->ties[i] == CRITERIA_TIE_VOTE)
			return refuse(a->refusal, criteria_refusal_code(CRITERIA_E_TIES), "scheme",
				"lot %zu: no vote decides between equals; a draw can", no);
	return 0;
}

static int check_lot(struct act *a, size_t no, const json_t *lot, const struct criteria *criteria)
{
	if (price_method_needs_prices(criteria->price.method) &&
		strcmp(in_text(lot, "price_form"), "amount") != 0)
		return refuse(a->refusal, "input.invalid", "price_form",
			"lot %zu: %s judges amounts", no,
			price_method_name(criteria->price.method));
	if (price_rule_needs_ceiling(&criteria->price) && !in_has(lot, "ceiling"))
		return refuse(a->refusal, "input.missing", "ceiling",
			"lot %zu: its scheme reckons with the ceiling", no);
	return 0;
}

int lot_scheme_read(struct act *a, size_t no, const json_t *lot, struct lot_draft *ret)
{
	struct criteria *criteria = NULL;
	const char *field = "scheme";
	int r = criteria_read(json_object_get(lot, "scheme"), &criteria, &field);

	if (r < 0)
		return r;
	if (r)
		return refuse(a->refusal, criteria_refusal_code(r), "scheme",
			"lot %zu: see %s of its scheme", no, field ? field : "the whole");
	r = check_ties(a, no, criteria);
	if (!r)
		r = check_lot(a, no, lot, criteria);
	ret->weights_sum = criteria_weights_sum(criteria);
	ret->price_weight = criteria->price.weight;
	ret->by_price = price_method_chooses(criteria->price.method);
	criteria_free(criteria);
	return r;
}
