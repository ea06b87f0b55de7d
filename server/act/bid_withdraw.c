/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/bid_case.h"
#include "server/act/clock_sure.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{NULL},
};

/* Before the deadline a bidder may take the bid back (撤回); only the envelope's record is kept. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	enum bid_state state;
	int r = bid_case_lock(a, in, &c);

	if (!r)
		r = bid_case_own(a, &c);
	if (!r)
		r = clock_require_sure(a);
	if (r)
		return r;
	r = bid_step(c.bid->state, BID_STEP_WITHDRAW, false, c.lot->deadline_us,
		bid_case_now(a, &c), &state);
	if (r == BID_E_LATE)
		return bid_turn_away_late(a, &c, NULL);
	if (r)
		return refuse(a->refusal, bid_refusal_code(r), NULL, "it is %s",
			bid_state_name(c.bid->state));
	r = store_fault(bid_store_set_state(a->txn, c.bid->bid_id, state));
	if (r)
		return r;
	bid_forget_file(a, c.bid->bid_id);
	out_text(out, "state", bid_state_name(state));
	return act_event(a, "bid.withdrawn", "bid", c.bid->bid_id, bid_case_body(&c));
}

const struct act_kind bid_withdraw_act = {.name = "bid.withdraw", .fields = fields, .run = run};
