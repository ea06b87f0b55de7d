/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Opening of bids (开标) and their decryption (解密): whether a lot is opened at all, the window in
 * which bidders decrypt, when the key holders may step in, and what becomes of a bid that stays
 * closed. The others go on without it (E04), and the lot still counts as having had its bids (E05).
 *
 * The states are those of lot.h and bid.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/bid.h"
#include "server/trade/lot.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define OPENING_REFUSALS(X)                                  \
	X(OPENING_E_TOO_EARLY, "opening.too_early")          \
	X(OPENING_E_TOO_FEW, "opening.too_few_bids")         \
	X(OPENING_E_CLOCK, "opening.clock_unsure")           \
	X(OPENING_E_STATE, "opening.state")                  \
	X(OPENING_E_WINDOW_OVER, "opening.window_over")      \
	X(OPENING_E_WINDOW_RUNS, "opening.window_runs")      \
	X(OPENING_E_NO_RESCUE, "opening.no_rescue")          \
	X(OPENING_E_UNSETTLED, "opening.bids_unsettled")     \
	X(OPENING_E_UNANSWERED, "opening.unanswered")        \
	X(OPENING_E_TOO_MANY, "opening.too_many_objections") \
	X(OPENING_E_OBJECTION, "opening.objection_open")     \
	X(OPENING_E_ATTENDED, "opening.attended")            \
	X(OPENING_E_ARRIVING, "opening.arriving")

enum opening_refusal { OPENING_E_NONE = 0, OPENING_REFUSALS(REFUSAL_ENUM) };

/* Why a bid was not decrypted (E04). */
enum opening_fault {
	OPENING_FAULT_BIDDER = 0, /* did not come, lost the key; also when nobody named a cause */
	OPENING_FAULT_OTHER,      /* platform, centre, network */
};

/* What the tender file says about the holders' keys; printed in the notice. */
enum opening_rescue {
	OPENING_RESCUE_NONE = 1, /* never */
	OPENING_RESCUE_FAULT,    /* when the fault is not the bidder's */
	OPENING_RESCUE_ANY,      /* when the host asks in the window, or it is over */
};

struct opening_window {
	int64_t start_us; /* when the lot was closed */
	int64_t end_us;   /* exclusive */
};

const char *opening_refusal_code(int refusal);
const char *opening_fault_name(enum opening_fault f);
const char *opening_rescue_name(enum opening_rescue r);
enum opening_rescue opening_rescue_from_name(const char *name);

/*
 * Whether the lot may be closed for opening now. clock_ok: the server's clock is known to be
 * right; with an unsure clock nothing is opened. OPENING_E_TOO_FEW means: end it as failed.
 * *ret_verdict (may be NULL) tells the rule.
 */
int opening_may_begin(const struct rulebook *book, enum regime regime, enum lot_state state,
	unsigned n_finalised, int64_t deadline_us, int64_t now_us, bool clock_ok,
	struct rule_verdict *ret_verdict);

/* minutes 0: the usual length (E06). */
struct opening_window opening_window_from(
	const struct rulebook *book, int64_t start_us, unsigned minutes);

/* Whether the bidder may decrypt its bid now. */
int opening_may_decrypt(enum bid_state state, const struct opening_window *window, int64_t now_us);

/* Whether the holders may open this bid now; asked: the host asked them, with a reason. */
int opening_may_rescue(enum opening_rescue policy, enum bid_state state, bool asked,
	enum opening_fault fault, const struct opening_window *window, int64_t now_us);

/* What becomes of a bid that is still sealed once the window is over: revoked or recalled. */
int opening_settle(enum bid_state state, enum opening_fault fault,
	const struct opening_window *window, int64_t now_us, enum bid_state *ret);

/* Each is answered before the opening ends, so one bidder cannot hold it up for ever. */
#define OPENING_OBJECTIONS_MAX 10

/* Whether a bidder that raised so many objections may raise another. */
int opening_may_object(unsigned n_raised);

/* Whether the opening may be finished: every bid is settled, even if none was opened. */
int opening_may_finish(enum lot_state state, unsigned n_sealed);

/* What became of a bid at the opening, for the papers, in Chinese. by_holders: who opened it. */
const char *bid_fate(enum bid_state state, bool by_holders);
