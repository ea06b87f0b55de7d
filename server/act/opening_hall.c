/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens in the opening hall (开标大厅) besides the decryption: bidders sign in (签到), the
 * host reads the prices out (唱标).
 */
#include "server/act/acts.h"

#include "server/act/bid_case.h"
#include "server/store/opening_store.h"

static const struct field attend_fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static int wrong_state(struct act *a, const struct bid_case *c)
{
	return refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL, "it is %s",
		lot_state_name(c->lot->state));
}

/* Before the deadline nobody is to know who comes: the event is one of the bid itself. */
static int run_attend(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	char bid_id[ID_SIZE];
	int r = bid_case_lot(a, in_text(in, "lot_id"), false, &c);

	if (!r)
		r = opening_store_own_bid(a->txn, c.lot->lot_id, a->actor->account_id, bid_id);
	if (r == STORE_E_NONE)
		return act_denied(a, "you have no bid in this lot");
	if (r)
		return r;
	if (c.lot->state != LOT_BIDDING && c.lot->state != LOT_CLOSED)
		return wrong_state(a, &c);
	r = opening_store_attend(a->txn, c.lot->lot_id, a->actor->account_id, a->legal_us);
	if (r > 0)
		return refuse(a->refusal, opening_refusal_code(OPENING_E_ATTENDED), NULL, NULL);
	return r ? r : act_event(a, "opening.attended", "bid", bid_id, bid_case_body(&c));
}

const struct act_kind opening_attend_act = {
	.name = "opening.attend", .fields = attend_fields, .run = run_attend};

static const struct field read_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"bid_no", FIELD_INT, true, 1, 100000},
	{NULL},
};

static const struct bid_row *bid_of(const GPtrArray *bids, int64_t no)
{
	for (guint i = 0; i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		if (b->no == no)
			return b;
	}
	return NULL;
}

static int read_out(struct act *a, const struct bid_case *c, const struct bid_row *b)
{
	char price[DECIMAL_TEXT_SIZE];
	json_t *body = bid_case_body(c);

	out_int(body, "bid_no", b->no);
	out_text(body, "bidder_name", b->bidder_name);
	out_text(body, "price", decimal_format_exact(b->price, price));
	return act_event(a, "opening.read_out", "lot", c->lot->lot_id, body);
}

static int run_read(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GPtrArray) bids = NULL;
	int64_t no = in_int(in, "bid_no", 0);
	int r = bid_case_lot(a, in_text(in, "lot_id"), true, &c);

	if (!r && c.lot->state != LOT_CLOSED)
		r = wrong_state(a, &c);
	if (!r)
		r = bid_store_of_lot(a->txn, c.lot->lot_id, &bids);
	if (r)
		return r;
	const struct bid_row *b = bid_of(bids, no);
	if (!b)
		return act_found(a, STORE_E_NONE, "bid_no");
	if (b->state != BID_OPENED)
		return refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), "bid_no",
			"it is %s", bid_state_name(b->state));
	r = opening_store_read_out(a->txn, c.lot->lot_id, no, a->legal_us);
	if (r > 0)
		return refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), "bid_no",
			"it was read out already");
	out_int(out, "bid_no", no);
	return r ? r : read_out(a, &c, b);
}

const struct act_kind opening_read_out_act = {
	.name = "opening.read_out", .fields = read_fields, .run = run_read};
