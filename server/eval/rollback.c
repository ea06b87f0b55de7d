/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/rollback.h"

#include <string.h>

#include <glib.h>

static const char *const reasons[] = {
	[ROLLBACK_OTHER] = "other",
	[ROLLBACK_QUALIFICATION] = "01",
	[ROLLBACK_RESPONSIVENESS] = "02",
	[ROLLBACK_SUM] = "03",
	[ROLLBACK_RANGE] = "04",
	[ROLLBACK_OBJECTIVE] = "05",
	[ROLLBACK_OUTLIER] = "outlier",
};

/* What each step makes. */
static const struct {
	enum flow_step step;
	enum rollback_void made;
} products[] = {
	{FLOW_LEADER, ROLLBACK_LEADER},
	{FLOW_QUALIFICATION, ROLLBACK_QUALIFICATION_VOTES},
	{FLOW_PRELIMINARY, ROLLBACK_PRELIMINARY_VOTES},
	{FLOW_SCORING, ROLLBACK_SHEETS | ROLLBACK_RANKING},
	{FLOW_SUMMARY, ROLLBACK_REPORT},
};

const char *rollback_refusal_code(int refusal)
{
	switch (refusal) {
		ROLLBACK_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *rollback_reason_name(enum rollback_reason reason)
{
	return reason <= ROLLBACK_OUTLIER ? reasons[reason] : NULL;
}

enum rollback_reason rollback_reason_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(reasons); i++)
		if (strcmp(reasons[i], name) == 0)
			return (enum rollback_reason)i;
	return ROLLBACK_OTHER;
}

int rollback_check(const struct rollback_request *q, const char **ret_rule)
{
	bool exists = !(FLOW_BIT(q->to) & FLOW_OPTIONAL & ~q->state.stages);

	if (ret_rule)
		*ret_rule = NULL;
	if (q->to < FLOW_LEADER || q->to >= q->state.step || q->state.step > FLOW_SIGNING ||
		!exists)
		return ROLLBACK_E_STEP;
	if (q->all_signed)
		return ROLLBACK_E_SIGNED;
	if (q->regime == REGIME_GP && q->state.step >= FLOW_SUMMARY && q->to <= FLOW_SCORING &&
		q->reason == ROLLBACK_OTHER) {
		if (ret_rule)
			*ret_rule = "E13";
		return ROLLBACK_E_REASON;
	}
	return 0;
}

unsigned rollback_voids(enum flow_step to)
{
	unsigned voids = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(products); i++)
		if (products[i].step >= to)
			voids |= products[i].made;
	return voids;
}
