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
	{FLOW_SCORING, ROLLBACK_SHEETS | ROLLBACK_RANKING | ROLLBACK_DECISIONS},
	{FLOW_SUMMARY, ROLLBACK_REPORT},
};

static const char *const labels[] = {
	[ROLLBACK_OTHER] = "其他",
	[ROLLBACK_QUALIFICATION] = "资格性审查认定错误",
	[ROLLBACK_RESPONSIVENESS] = "符合性审查认定错误",
	[ROLLBACK_SUM] = "分值汇总计算错误",
	[ROLLBACK_RANGE] = "分项评分超出评分标准范围",
	[ROLLBACK_OBJECTIVE] = "客观评审因素评分不一致",
	[ROLLBACK_OUTLIER] = "评分畸高、畸低",
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

const char *rollback_reason_label(enum rollback_reason reason)
{
	return reason <= ROLLBACK_OUTLIER ? labels[reason] : NULL;
}

enum rollback_reason rollback_reason_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(reasons); i++)
		if (strcmp(reasons[i], name) == 0)
			return (enum rollback_reason)i;
	return ROLLBACK_OTHER;
}

/* 87号令 64: what may be wrong with scores that are signed. */
static bool is_e13(enum rollback_reason reason)
{
	return reason == ROLLBACK_SUM || reason == ROLLBACK_RANGE || reason == ROLLBACK_OBJECTIVE ||
	       reason == ROLLBACK_OUTLIER;
}

static int refuse_reason(const char **ret_rule)
{
	if (ret_rule)
		*ret_rule = "E13";
	return ROLLBACK_E_REASON;
}

/* Of a session whose report is signed. */
static int check_again(const struct rollback_request *q, const char **ret_rule)
{
	if (q->regime != REGIME_GP)
		return ROLLBACK_E_SIGNED;
	if (q->to != FLOW_SCORING)
		return ROLLBACK_E_STEP;
	return is_e13(q->reason) ? 0 : refuse_reason(ret_rule);
}

/* Of one that was, and is open again: the scores, for the same reasons, and what comes of them. */
static int check_under_way(const struct rollback_request *q, const char **ret_rule)
{
	if (q->to < FLOW_SCORING)
		return ROLLBACK_E_STEP;
	return q->to > FLOW_SCORING || is_e13(q->reason) ? 0 : refuse_reason(ret_rule);
}

int rollback_check(const struct rollback_request *q, const char **ret_rule)
{
	bool exists = !(FLOW_BIT(q->to) & FLOW_OPTIONAL & ~q->state.stages);

	if (ret_rule)
		*ret_rule = NULL;
	if (q->state.step == FLOW_CLOSED)
		return check_again(q, ret_rule);
	if (q->to < FLOW_LEADER || q->to >= q->state.step || q->state.step > FLOW_SIGNING ||
		!exists)
		return ROLLBACK_E_STEP;
	if (q->all_signed)
		return ROLLBACK_E_SIGNED;
	if (q->reevaluating)
		return check_under_way(q, ret_rule);
	if (q->regime == REGIME_GP && q->state.step >= FLOW_SUMMARY && q->to <= FLOW_SCORING &&
		q->reason == ROLLBACK_OTHER)
		return refuse_reason(ret_rule);
	return 0;
}

unsigned rollback_voids(enum flow_step to, bool reevaluating)
{
	unsigned voids = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(products); i++)
		if (products[i].step >= to)
			voids |= products[i].made;
	return reevaluating ? voids & ~(unsigned)ROLLBACK_DECISIONS : voids;
}
