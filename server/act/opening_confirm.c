/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/bid_case.h"
#include "server/store/opening_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

/* A bidder confirms the opening record (确认开标记录); who does not come may stay silent. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	int64_t bid_no = 0;
	int r = bid_case_lot(a, in_text(in, "lot_id"), false, &c);

	if (r)
		return r;
	if (c.lot->state != LOT_OPENED && c.lot->state != LOT_RANKED)
		return refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL, "it is %s",
			lot_state_name(c.lot->state));
	r = opening_store_bid_no(a->txn, c.lot->lot_id, a->actor->account_id, &bid_no);
	if (r == STORE_E_NONE)
		return act_denied(a, "you have no bid in this lot");
	if (!r)
		r = opening_store_confirm(a->txn, c.lot->lot_id, bid_no, a->legal_us);
	if (r > 0)
		return refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL,
			"you confirmed it already");
	if (r)
		return r;
	json_t *body = bid_case_body(&c);
	out_int(body, "bid_no", bid_no);
	out_int(out, "bid_no", bid_no);
	return act_event(a, "opening.confirmed", "lot", c.lot->lot_id, body);
}

const struct act_kind opening_confirm_act = {
	.name = "opening.confirm", .fields = fields, .run = run};
