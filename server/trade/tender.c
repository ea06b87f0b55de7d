/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/tender.h"

#include <string.h>

#include "server/trade/notice_check.h"

static const char *const asks[] = {
	[TENDER_QUESTION] = "question",
	[TENDER_OBJECTION] = "objection",
};

const char *tender_refusal_code(int refusal)
{
	switch (refusal) {
		TENDER_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *tender_ask_name(enum tender_ask kind)
{
	return kind >= TENDER_QUESTION && kind <= TENDER_OBJECTION ? asks[kind] : NULL;
}

enum tender_ask tender_ask_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(asks); i++)
		if (strcmp(asks[i], name) == 0)
			return (enum tender_ask)i;
	return 0;
}

int tender_may_fetch(const struct tender_times *t, bool fetched_before, int64_t now_us)
{
	if (now_us < t->offer_start_us)
		return TENDER_E_NOT_OFFERED;
	return fetched_before || now_us < t->offer_end_us ? 0 : TENDER_E_OFFER_OVER;
}

static int found(struct rule_verdict *ret, int refusal, const char *rule, const char *field,
	int64_t earliest_us)
{
	if (ret)
		*ret = (struct rule_verdict){VERDICT_REFUSE, refusal, tender_refusal_code(refusal),
			rule, field, earliest_us};
	return refusal;
}

/* The last moment is still in time: "10 days before" counts full days back from the deadline. */
static bool objection_is_late(const struct rulebook *book, const struct calendar *cal,
	const struct tender_times *t, int64_t since_us, int64_t now_us, const char **ret_rule)
{
	switch (t->regime) {
	case REGIME_ZTB:
		*ret_rule = "T05";
		return now_us > t->deadline_us - rulebook_value(book, "T05") * CALENDAR_DAY_US;
	case REGIME_GP:
		*ret_rule = "G06";
		return now_us >= rule_period_end(book, cal, "G06", since_us);
	default:
		return false;
	}
}

int tender_may_ask(const struct rulebook *book, const struct calendar *cal,
	const struct tender_times *t, enum tender_ask kind, int64_t since_us, int64_t now_us,
	struct rule_verdict *ret_verdict)
{
	const char *rule = NULL;

	if (t->over || now_us >= t->deadline_us)
		return found(ret_verdict, TENDER_E_OVER, NULL, NULL, 0);
	if (kind == TENDER_OBJECTION && objection_is_late(book, cal, t, since_us, now_us, &rule))
		return found(ret_verdict, TENDER_E_OBJECTION_LATE, rule, "kind", 0);
	return 0;
}

const char *tender_answer_rule(enum regime regime, enum tender_ask kind)
{
	if (kind != TENDER_OBJECTION)
		return NULL;
	return regime == REGIME_ZTB ? "T06" : regime == REGIME_GP ? "G06" : NULL;
}

int64_t tender_answer_due(const struct rulebook *book, const struct calendar *cal,
	enum regime regime, enum tender_ask kind, int64_t asked_us)
{
	const char *rule = tender_answer_rule(regime, kind);

	return rule ? rule_period_end(book, cal, rule, asked_us) : 0;
}

bool tender_ask_pauses(enum regime regime, enum tender_ask kind)
{
	return regime == REGIME_ZTB && kind == TENDER_OBJECTION;
}

int tender_may_answer(const struct rulebook *book, const struct calendar *cal,
	const struct tender_times *t, bool affects_bids, int64_t now_us,
	struct rule_verdict *ret_verdict)
{
	int64_t least;

	if (!affects_bids || t->regime != REGIME_ZTB)
		return 0;
	least = rule_period_end(book, cal, "T03", now_us);
	if (t->deadline_us >= least)
		return 0;
	return found(ret_verdict, TENDER_E_ANSWER_LATE, "T03", "affects_bids",
		calendar_roll_forward_us(cal, least));
}
