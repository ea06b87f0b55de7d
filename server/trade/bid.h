/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Sealed bids (投标文件) until the deadline: when one may be uploaded, finalised, replaced and
 * withdrawn. After the deadline the set is frozen and opening.h takes over.
 *
 * The deadline is exclusive: an act is in time while legal time < deadline, because at the
 * deadline itself the opening takes place (T07). An upload that is not finalised in time is
 * refused and gets a receipt of the refusal. Bidders replace and withdraw as often as they like;
 * only the envelope record of a replaced or withdrawn bid is kept.
 *
 *	           finalise              replace (the new one is finalised)
 *	uploading ----------> submitted ---------> replaced
 *	    |                     +-- withdraw --> withdrawn
 *	    +-- abandon, or deadline passed --> abandoned
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/verdict.h"

#define BID_REFUSALS(X)                         \
	X(BID_E_NOT_OFFERED, "bid.not_offered") \
	X(BID_E_LATE, "bid.late")               \
	X(BID_E_STATE, "bid.state")             \
	X(BID_E_INCOMPLETE, "bid.incomplete")

enum bid_refusal { BID_E_NONE = 0, BID_REFUSALS(REFUSAL_ENUM) };

enum bid_state {
	BID_UPLOADING = 1,
	BID_SUBMITTED, /* finalised: counts at the opening */
	BID_REPLACED,
	BID_WITHDRAWN, /* 撤回 before the deadline */
	BID_ABANDONED,
};

enum bid_step {
	BID_STEP_UPLOAD = 1, /* another chunk */
	BID_STEP_FINALISE,
	BID_STEP_REPLACE, /* of the older bid, in the transaction that finalises the newer */
	BID_STEP_WITHDRAW,
	BID_STEP_ABANDON,
};

const char *bid_refusal_code(int refusal);
const char *bid_state_name(enum bid_state s);
enum bid_state bid_state_from_name(const char *name);

/* Whether a new upload may begin: the notice is out, the file offered, the deadline not reached. */
int bid_may_begin(
	bool notice_published, int64_t offer_start_us, int64_t deadline_us, int64_t now_us);

/*
 * Whether the step may be done now, and the state after it. `complete`: every chunk is there and
 * its digest matches the manifest; looked at when finalising only.
 */
int bid_step(enum bid_state state, enum bid_step step, bool complete, int64_t deadline_us,
	int64_t now_us, enum bid_state *ret);
