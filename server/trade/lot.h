/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The life of a lot (标段/包).
 *
 *	draft --announce--> bidding --close--> closed --open--> opened --rank--> ranked
 *	                       |                                  |                |
 *	                       +------fail--> failed <----fail----+------fail------+
 *	                       opened <--reopen-- failed, ranked
 *
 * It fails (流标) with fewer than three bids (E01), and under the purchase law (废标) with fewer
 * than three that pass the qualification (E16) or are left after that (G10). It is ranked again
 * when a bid is rejected later, and reopened when the evaluation goes a step back (回退). In `closed`
 * the digest set is published and the decryption window runs.
 */

#include "server/trade/verdict.h"

#define LOT_REFUSALS(X) X(LOT_E_STATE, "lot.state")

enum lot_refusal { LOT_E_NONE = 0, LOT_REFUSALS(REFUSAL_ENUM) };

enum lot_state {
	LOT_DRAFT = 1,
	LOT_BIDDING,
	LOT_CLOSED,
	LOT_OPENED,
	LOT_RANKED,
	LOT_FAILED,
};

enum lot_step {
	LOT_STEP_ANNOUNCE = 1,
	LOT_STEP_CLOSE,
	LOT_STEP_FAIL,
	LOT_STEP_OPEN,
	LOT_STEP_RANK,
	LOT_STEP_REOPEN,
};

const char *lot_refusal_code(int refusal);
const char *lot_state_name(enum lot_state s);
enum lot_state lot_state_from_name(const char *name);

/* Whether the step fits the state, and the state after it. */
int lot_step(enum lot_state state, enum lot_step step, enum lot_state *ret);
