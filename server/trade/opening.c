/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/opening.h"

#include <string.h>

static const char *const faults[] = {
	[OPENING_FAULT_BIDDER] = "bidder",
	[OPENING_FAULT_OTHER] = "other",
};

static const char *const rescues[] = {
	[OPENING_RESCUE_NONE] = "none",
	[OPENING_RESCUE_FAULT] = "fault",
	[OPENING_RESCUE_ANY] = "any",
};

const char *opening_refusal_code(int refusal)
{
	switch (refusal) {
		OPENING_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *opening_fault_name(enum opening_fault f)
{
	return f >= OPENING_FAULT_BIDDER && f <= OPENING_FAULT_OTHER ? faults[f] : NULL;
}

const char *opening_rescue_name(enum opening_rescue r)
{
	return r >= OPENING_RESCUE_NONE && r <= OPENING_RESCUE_ANY ? rescues[r] : NULL;
}

enum opening_rescue opening_rescue_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(rescues); i++)
		if (strcmp(rescues[i], name) == 0)
			return (enum opening_rescue)i;
	return 0;
}

/* Under the purchase law too few suppliers is a ground of 废标 (G10). */
static const char *too_few_rule(enum regime regime)
{
	return regime == REGIME_GP ? "G10" : "E01";
}

int opening_may_begin(const struct rulebook *book, enum regime regime, enum lot_state state,
	unsigned n_finalised, int64_t deadline_us, int64_t now_us, bool clock_ok,
	struct rule_verdict *ret_verdict)
{
	const char *rule = NULL;
	int64_t earliest_us = 0;
	int refusal = 0;

	if (state != LOT_BIDDING) {
		refusal = OPENING_E_STATE;
	} else if (!clock_ok) {
		refusal = OPENING_E_CLOCK;
	} else if (now_us < deadline_us) {
		refusal = OPENING_E_TOO_EARLY;
		rule = regime == REGIME_GP ? NULL : "T07";
		earliest_us = deadline_us;
	} else if (n_finalised < (unsigned)rulebook_value(book, too_few_rule(regime))) {
		refusal = OPENING_E_TOO_FEW;
		rule = too_few_rule(regime);
	}
	if (refusal && ret_verdict)
		*ret_verdict = (struct rule_verdict){VERDICT_REFUSE, refusal,
			opening_refusal_code(refusal), rule, NULL, earliest_us};
	return refusal;
}

struct opening_window opening_window_from(
	const struct rulebook *book, int64_t start_us, unsigned minutes)
{
	if (!minutes)
		minutes = (unsigned)rulebook_value(book, "E06");
	return (struct opening_window){start_us, start_us + minutes * INT64_C(60000000)};
}

int opening_may_decrypt(enum bid_state state, const struct opening_window *window, int64_t now_us)
{
	if (state != BID_SEALED)
		return OPENING_E_STATE;
	if (now_us < window->start_us)
		return OPENING_E_TOO_EARLY;
	return now_us < window->end_us ? 0 : OPENING_E_WINDOW_OVER;
}

int opening_may_rescue(enum opening_rescue policy, enum bid_state state, bool asked,
	enum opening_fault fault, const struct opening_window *window, int64_t now_us)
{
	if (state != BID_SEALED)
		return OPENING_E_STATE;
	if (now_us < window->start_us)
		return OPENING_E_TOO_EARLY;
	switch (policy) {
	case OPENING_RESCUE_NONE:
		return OPENING_E_NO_RESCUE;
	case OPENING_RESCUE_FAULT:
		return fault == OPENING_FAULT_OTHER ? 0 : OPENING_E_NO_RESCUE;
	case OPENING_RESCUE_ANY:
		return asked || now_us >= window->end_us ? 0 : OPENING_E_WINDOW_RUNS;
	}
	return OPENING_E_NO_RESCUE;
}

int opening_settle(enum bid_state state, enum opening_fault fault,
	const struct opening_window *window, int64_t now_us, enum bid_state *ret)
{
	if (state != BID_SEALED)
		return OPENING_E_STATE;
	if (now_us < window->end_us)
		return OPENING_E_WINDOW_RUNS;
	*ret = fault == OPENING_FAULT_OTHER ? BID_RECALLED : BID_REVOKED;
	return 0;
}

int opening_may_object(unsigned n_raised)
{
	return n_raised < OPENING_OBJECTIONS_MAX ? 0 : OPENING_E_TOO_MANY;
}

int opening_may_finish(enum lot_state state, unsigned n_sealed)
{
	if (state != LOT_CLOSED)
		return OPENING_E_STATE;
	return n_sealed ? OPENING_E_UNSETTLED : 0;
}

const char *bid_fate(enum bid_state state, bool by_holders)
{
	switch (state) {
	case BID_OPENED:
		return by_holders ? "密钥保管人解密" : "投标人解密";
	case BID_REVOKED:
		return "未解密，视为撤销";
	case BID_RECALLED:
		return "未解密，视为撤回";
	case BID_INVALID:
		return "已解密，内容无效";
	default:
		return "未解密";
	}
}
