/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/objection.h"

#include <string.h>

#include "server/trade/notice_check.h"
#include "server/trade/tender.h"

static const char *const outcomes[] = {
	[OBJECTION_UPHELD] = "upheld",
	[OBJECTION_DISMISSED] = "dismissed",
	[OBJECTION_WITHDRAWN] = "withdrawn",
};

const char *objection_refusal_code(int refusal)
{
	switch (refusal) {
		OBJECTION_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *objection_outcome_name(enum objection_outcome o)
{
	return o >= OBJECTION_UPHELD && o <= OBJECTION_WITHDRAWN ? outcomes[o] : NULL;
}

enum objection_outcome objection_outcome_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(outcomes); i++)
		if (strcmp(outcomes[i], name) == 0)
			return (enum objection_outcome)i;
	return 0;
}

bool objection_takes(enum notice_kind kind)
{
	return kind == NOTICE_ZTB_CANDIDATES || kind == NOTICE_GP_RESULT;
}

int64_t objection_until(const struct rulebook *book, const struct calendar *cal,
	const struct notice *notice, int64_t published_us, const char **ret_rule)
{
	switch (notice->kind) {
	case NOTICE_ZTB_CANDIDATES:
		*ret_rule = "T10";
		return notice->publicity_end_us;
	case NOTICE_GP_RESULT:
		*ret_rule = "G06";
		return rule_period_end(
			book, cal, "G06", MAX(notice->publicity_end_us, published_us));
	default:
		*ret_rule = NULL;
		return 0;
	}
}

static int found(struct rule_verdict *ret, int refusal, const char *rule, const char *field,
	int64_t earliest_us)
{
	*ret = (struct rule_verdict){VERDICT_REFUSE, refusal, objection_refusal_code(refusal), rule,
		field, earliest_us, ""};
	return refusal;
}

int objection_may_raise(const struct rulebook *book, const struct calendar *cal,
	const struct notice *notice, int64_t published_us, int64_t received_us, int64_t now_us,
	struct rule_verdict *ret_verdict)
{
	const char *rule;
	int64_t until_us = objection_until(book, cal, notice, published_us, &rule);

	if (!until_us)
		return found(ret_verdict, OBJECTION_E_NOTICE, NULL, "notice_id", 0);
	if (received_us < published_us || received_us > now_us)
		return found(ret_verdict, OBJECTION_E_TIME, NULL, "received_at", 0);
	if (received_us >= until_us)
		return found(ret_verdict, OBJECTION_E_LATE, rule, "received_at", 0);
	return 0;
}

bool objection_pauses(enum regime regime)
{
	return tender_ask_pauses(regime, TENDER_OBJECTION);
}

int64_t objection_answer_due(const struct rulebook *book, const struct calendar *cal,
	enum regime regime, int64_t received_us, const char **ret_rule)
{
	*ret_rule = tender_answer_rule(regime, TENDER_OBJECTION);
	return tender_answer_due(book, cal, regime, TENDER_OBJECTION, received_us);
}
