/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/bid_case.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/* The host asks the key holders to open a bid its bidder cannot open, with the reason. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	const char *reason = in_text(in, "reason");
	int r = bid_case_lock(a, in, &c);

	if (r)
		return r;
	struct opening_window window = bid_case_window(&c);
	r = opening_may_rescue(
		OPENING_RESCUE_ANY, c.bid->state, true, OPENING_FAULT_BIDDER, &window, a->legal_us);
	if (!r && c.lot->state != LOT_CLOSED)
		r = OPENING_E_STATE;
	if (r)
		return refuse(a->refusal, opening_refusal_code(r), NULL, "the bid is %s",
			bid_state_name(c.bid->state));
	if (c.bid->rescue_us)
		return refuse(a->refusal, "bid.state", NULL, "the holders were asked already");
	r = store_fault(bid_store_ask_rescue(a->txn, c.bid->bid_id, reason, a->legal_us));
	if (r)
		return r;
	json_t *body = bid_case_body(&c);
	out_text(body, "reason", reason);
	out_text(out, "state", bid_state_name(c.bid->state));
	return act_event(a, "bid.rescue_asked", "bid", c.bid->bid_id, body);
}

const struct act_kind bid_rescue_act = {.name = "bid.rescue", .fields = fields, .run = run};
