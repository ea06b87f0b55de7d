/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/bid_case.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{"others_fault", FIELD_BOOL, false},
	{NULL},
};

/* Asked already, or not to be asked by the tender file. */
static int check(struct act *a, const struct bid_case *c, bool asked)
{
	int r = bid_case_may_rescue(a, c);

	if (r == OPENING_E_NO_RESCUE)
		return refuse(a->refusal, opening_refusal_code(r),
			c->project->rescue == OPENING_RESCUE_FAULT ? "others_fault" : NULL,
			"the tender file says of the holders: %s",
			opening_rescue_name(c->project->rescue));
	if (r)
		return refuse(a->refusal, opening_refusal_code(r), NULL, "the bid is %s",
			bid_state_name(c->bid->state));
	return asked ? refuse(a->refusal, "bid.state", NULL, "the holders were asked already") : 0;
}

/* The host asks the key holders to open a bid its bidder cannot open, with the reason, and finds
 * whose fault it is (E04). */
static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	const char *reason = in_text(in, "reason");
	int r = bid_case_lock(a, in, &c);

	if (r)
		return r;
	bool asked = c.bid->rescue_us != 0;
	if (!asked) {
		c.bid->rescue_us = a->legal_us;
		c.bid->rescue_reason = g_strdup(reason);
		c.bid->others_fault = in_bool(in, "others_fault", false);
	}
	r = check(a, &c, asked);
	if (!r)
		r = store_fault(bid_store_ask_rescue(a->txn, c.bid));
	if (r)
		return r;
	json_t *body = bid_case_body(&c);
	out_text(body, "reason", reason);
	out_text(body, "fault",
		opening_fault_name(
			c.bid->others_fault ? OPENING_FAULT_OTHER : OPENING_FAULT_BIDDER));
	out_text(out, "state", bid_state_name(c.bid->state));
	return act_event(a, "bid.rescue_asked", "bid", c.bid->bid_id, body);
}

const struct act_kind bid_rescue_act = {.name = "bid.rescue", .fields = fields, .run = run};
