/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/opening.h"

#include <string.h>

static const char *const lot_states[] = {
	[OPENING_WAITING] = "waiting",
	[OPENING_DECRYPTING] = "decrypting",
	[OPENING_OPENED] = "opened",
	[OPENING_FAILED] = "failed",
};

static const char *const bid_states[] = {
	[OPENING_BID_SEALED] = "sealed",
	[OPENING_BID_OPENED] = "opened",
	[OPENING_BID_REVOKED] = "revoked",
	[OPENING_BID_RECALLED] = "recalled",
};

static const char *const faults[] = {
	[OPENING_FAULT_NONE] = "none",
	[OPENING_FAULT_BIDDER] = "bidder",
	[OPENING_FAULT_OTHER] = "other",
};

static const char *const rescues[] = {
	[OPENING_RESCUE_NONE] = "none",
	[OPENING_RESCUE_FAULT] = "fault",
	[OPENING_RESCUE_ANY] = "any",
};

static const char *word(const char *const *names, size_t n, int value)
{
	return value >= 0 && (size_t)value < n ? names[value] : NULL;
}

static int value(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; name && i < n; i++)
		if (names[i] && strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

#define WORD(names, v) word(names, G_N_ELEMENTS(names), (int)(v))
#define VALUE(names, s) value(names, G_N_ELEMENTS(names), s)

const char *opening_refusal_code(int refusal)
{
	switch (refusal) {
		OPENING_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *opening_lot_state_name(enum opening_lot_state s)
{
	return WORD(lot_states, s);
}

enum opening_lot_state opening_lot_state_from_name(const char *name)
{
	return (enum opening_lot_state)MAX(VALUE(lot_states, name), 0);
}

const char *opening_bid_state_name(enum opening_bid_state s)
{
	return WORD(bid_states, s);
}

enum opening_bid_state opening_bid_state_from_name(const char *name)
{
	return (enum opening_bid_state)MAX(VALUE(bid_states, name), 0);
}

const char *opening_fault_name(enum opening_fault f)
{
	return WORD(faults, f);
}

enum opening_fault opening_fault_from_name(const char *name, bool *ret_known)
{
	int v = VALUE(faults, name);

	*ret_known = v >= 0;
	return (enum opening_fault)MAX(v, 0);
}

const char *opening_rescue_name(enum opening_rescue r)
{
	return WORD(rescues, r);
}

enum opening_rescue opening_rescue_from_name(const char *name)
{
	return (enum opening_rescue)MAX(VALUE(rescues, name), 0);
}

/* Under the purchase law too few suppliers is a ground of 废标 (G10). */
static const char *too_few_rule(enum regime regime)
{
	return regime == REGIME_GP ? "G10" : "E01";
}

int opening_may_open(const struct rulebook *book, enum regime regime, enum opening_lot_state state,
	unsigned n_submitted, int64_t deadline_us, int64_t now_us, bool clock_ok,
	struct rule_verdict *ret_verdict)
{
	const char *rule = NULL;
	int64_t earliest_us = 0;
	int refusal = 0;

	if (state != OPENING_WAITING) {
		refusal = OPENING_E_STATE;
	} else if (!clock_ok) {
		refusal = OPENING_E_CLOCK;
	} else if (now_us < deadline_us) {
		refusal = OPENING_E_TOO_EARLY;
		rule = regime == REGIME_GP ? NULL : "T07";
		earliest_us = deadline_us;
	} else if (n_submitted < (unsigned)rulebook_value(book, too_few_rule(regime))) {
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

int opening_may_decrypt(
	enum opening_bid_state state, const struct opening_window *window, int64_t now_us)
{
	if (state != OPENING_BID_SEALED)
		return OPENING_E_STATE;
	if (now_us < window->start_us)
		return OPENING_E_TOO_EARLY;
	return now_us < window->end_us ? 0 : OPENING_E_WINDOW_OVER;
}

int opening_may_rescue(enum opening_rescue policy, enum opening_bid_state state, bool reported,
	enum opening_fault fault, const struct opening_window *window, int64_t now_us)
{
	if (state != OPENING_BID_SEALED)
		return OPENING_E_STATE;
	if (now_us < window->start_us)
		return OPENING_E_TOO_EARLY;
	switch (policy) {
	case OPENING_RESCUE_NONE:
		return OPENING_E_NO_RESCUE;
	case OPENING_RESCUE_FAULT:
		return fault == OPENING_FAULT_OTHER ? 0 : OPENING_E_NO_RESCUE;
	case OPENING_RESCUE_ANY:
		return reported || now_us >= window->end_us ? 0 : OPENING_E_WINDOW_RUNS;
	}
	return OPENING_E_NO_RESCUE;
}

int opening_settle(enum opening_bid_state state, enum opening_fault fault,
	const struct opening_window *window, int64_t now_us, enum opening_bid_state *ret)
{
	if (state != OPENING_BID_SEALED)
		return OPENING_E_STATE;
	if (now_us < window->end_us)
		return OPENING_E_WINDOW_RUNS;
	*ret = fault == OPENING_FAULT_OTHER ? OPENING_BID_RECALLED : OPENING_BID_REVOKED;
	return 0;
}

int opening_may_close(enum opening_lot_state state, unsigned n_sealed)
{
	if (state != OPENING_DECRYPTING)
		return OPENING_E_STATE;
	return n_sealed ? OPENING_E_UNSETTLED : 0;
}
