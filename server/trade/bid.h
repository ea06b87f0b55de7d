/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The life of a sealed bid (投标文件), and what the bidder may do with it before the deadline.
 *
 *	uploading --finalise--> finalised --seal--> sealed --open--> opened
 *	    |                       |                 +-----revoke--> revoked (撤销)
 *	    |                       |                 +-----recall--> recalled (撤回)
 *	    |                       |                 +--invalidate-> invalid
 *	    +-------withdraw--------+--> withdrawn
 *
 * The deadline is exclusive: an act is in time while legal time < deadline, because at the
 * deadline itself the opening takes place (T07). An upload that is not finalised in time never
 * was a bid: finalising it is refused, on the record. Bidders withdraw and bid again as often as
 * they like; finalising a second bid for a lot withdraws the first in the same transaction, and
 * only the envelope record of a withdrawn bid is kept.
 *
 * Sealed means: it was there at the deadline. How it is opened after that is opening.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/verdict.h"

#define BID_REFUSALS(X)                         \
	X(BID_E_NOT_OFFERED, "bid.not_offered") \
	X(BID_E_LATE, "bid.late")               \
	X(BID_E_STATE, "bid.state")             \
	X(BID_E_INCOMPLETE, "bid.incomplete")   \
	X(BID_E_TOO_MANY, "bid.too_many_uploads")

enum bid_refusal { BID_E_NONE = 0, BID_REFUSALS(REFUSAL_ENUM) };

enum bid_state {
	BID_UPLOADING = 1,
	BID_FINALISED,
	BID_WITHDRAWN,
	BID_SEALED,
	BID_OPENED,
	BID_REVOKED,  /* not decrypted through the bidder's fault (E04) */
	BID_RECALLED, /* not decrypted through another's fault, with a right to claim (E04) */
	BID_INVALID,  /* decrypted, but the content fails its checks */
};

/* What the bidder does; what becomes of a sealed bid is opening.h. */
enum bid_step {
	BID_STEP_UPLOAD = 1, /* another chunk */
	BID_STEP_FINALISE,
	BID_STEP_WITHDRAW,
};

/* Uploads one bidder may have under way for one lot; the close of the lot has to settle them all.
 */
#define BID_UPLOADS_MAX 20

const char *bid_refusal_code(int refusal);
const char *bid_state_name(enum bid_state s);
enum bid_state bid_state_from_name(const char *name);

/*
 * Whether a new upload may begin: the notice is out, the file offered, the deadline not reached,
 * and not too many others (n_uploads) under way.
 */
int bid_may_begin(bool notice_published, unsigned n_uploads, int64_t offer_start_us,
	int64_t deadline_us, int64_t now_us);

/*
 * Whether the step may be done now, and the state after it. `complete`: every chunk is there and
 * the digest is the one the bidder named; looked at when finalising only.
 */
int bid_step(enum bid_state state, enum bid_step step, bool complete, int64_t deadline_us,
	int64_t now_us, enum bid_state *ret);
