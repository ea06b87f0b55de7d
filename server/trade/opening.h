/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Opening of bids (开标) and their decryption (解密): whether a lot is opened at all, the window in
 * which bidders decrypt, what becomes of a bid that was not decrypted, and when the key holders
 * may step in.
 *
 * A lot:  waiting -> decrypting -> opened, or waiting -> failed (fewer than three, E01).
 * A bid:  sealed -> opened, or after the window: revoked (撤销, the bidder's own fault) or
 *         recalled (撤回, somebody else's fault, with a right to claim). The others go on (E04),
 *         and the lot still counts as having its three bids (E05).
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define OPENING_REFUSALS(X)                             \
	X(OPENING_E_TOO_EARLY, "opening.too_early")     \
	X(OPENING_E_TOO_FEW, "opening.too_few_bids")    \
	X(OPENING_E_CLOCK, "opening.clock_unsure")      \
	X(OPENING_E_STATE, "opening.state")             \
	X(OPENING_E_WINDOW_OVER, "opening.window_over") \
	X(OPENING_E_WINDOW_RUNS, "opening.window_runs") \
	X(OPENING_E_NO_RESCUE, "opening.no_rescue")     \
	X(OPENING_E_UNSETTLED, "opening.bids_unsettled")

enum opening_refusal { OPENING_E_NONE = 0, OPENING_REFUSALS(REFUSAL_ENUM) };

enum opening_lot_state {
	OPENING_WAITING = 1,
	OPENING_DECRYPTING,
	OPENING_OPENED,
	OPENING_FAILED, /* 流标: not opened, bids go back unread */
};

enum opening_bid_state {
	OPENING_BID_SEALED = 1,
	OPENING_BID_OPENED,
	OPENING_BID_REVOKED,  /* 撤销 */
	OPENING_BID_RECALLED, /* 撤回 */
};

/* Why a bid was not decrypted (E04). */
enum opening_fault {
	OPENING_FAULT_NONE = 0, /* nothing reported */
	OPENING_FAULT_BIDDER,   /* did not come, lost the key, a damaged container */
	OPENING_FAULT_OTHER,    /* platform, centre, network */
};

/* What the tender file says about the holders' keys; printed in the notice. */
enum opening_rescue {
	OPENING_RESCUE_NONE = 1, /* never */
	OPENING_RESCUE_FAULT,    /* when the fault is not the bidder's */
	OPENING_RESCUE_ANY,      /* whenever the bidder reports a failure or the window is over */
};

struct opening_window {
	int64_t start_us; /* when the host began the decryption */
	int64_t end_us;   /* exclusive */
};

const char *opening_refusal_code(int refusal);
const char *opening_lot_state_name(enum opening_lot_state s);
enum opening_lot_state opening_lot_state_from_name(const char *name);
const char *opening_bid_state_name(enum opening_bid_state s);
enum opening_bid_state opening_bid_state_from_name(const char *name);
const char *opening_fault_name(enum opening_fault f);
enum opening_fault opening_fault_from_name(const char *name, bool *ret_known);
const char *opening_rescue_name(enum opening_rescue r);
enum opening_rescue opening_rescue_from_name(const char *name);

/*
 * Whether the lot may be opened now. clock_ok: the server's clock is known to be right; with an
 * unsure clock nothing is opened. OPENING_E_TOO_FEW means: close it as failed. *ret_verdict (may
 * be NULL) tells the rule.
 */
int opening_may_open(const struct rulebook *book, enum regime regime, enum opening_lot_state state,
	unsigned n_submitted, int64_t deadline_us, int64_t now_us, bool clock_ok,
	struct rule_verdict *ret_verdict);

/* minutes 0: the usual length (E06). */
struct opening_window opening_window_from(
	const struct rulebook *book, int64_t start_us, unsigned minutes);

/* Whether the bidder may decrypt its bid now. */
int opening_may_decrypt(
	enum opening_bid_state state, const struct opening_window *window, int64_t now_us);

/* Whether the holders may open this bid now; reported: the bidder or the host reported a failure.
 */
int opening_may_rescue(enum opening_rescue policy, enum opening_bid_state state, bool reported,
	enum opening_fault fault, const struct opening_window *window, int64_t now_us);

/* What becomes of a still sealed bid once the window is over; a fault nobody named is its own. */
int opening_settle(enum opening_bid_state state, enum opening_fault fault,
	const struct opening_window *window, int64_t now_us, enum opening_bid_state *ret);

/* Whether the opening may be closed: every bid is settled. Even none opened closes it. */
int opening_may_close(enum opening_lot_state state, unsigned n_sealed);
