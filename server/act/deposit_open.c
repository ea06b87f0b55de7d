/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bidder's side of a bid bond (投标保证金): the reference to pay under, and asking the money
 * back once its bid is withdrawn.
 */
#include "server/act/acts.h"

#include "server/act/deposit_lot.h"
#include "server/store/account_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

/* Payments are held against the name of the organisation. */
static int check_named(struct act *a)
{
	ACCOUNT_AUTO struct account *account = NULL;
	int r = store_fault(account_store_get(a->txn, a->actor->account_id, &account));

	if (r)
		return r;
	return account->org_name ? 0
				 : refuse(a->refusal, "bid.not_equipped", NULL,
					   "the account has no organisation");
}

static int run_open(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	g_autofree struct deposit *d = NULL;
	int r = deposit_lot_read(a, in_text(in, "lot_id"), true, &l);

	if (!r)
		r = deposit_lot_takes(a, &l);
	if (!r && !(l.terms.forms & 1u << DEPOSIT_TRANSFER))
		r = refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_FORM), NULL, NULL);
	if (!r)
		r = check_named(a);
	if (!r)
		r = deposit_of_bidder(a, &l, &d);
	if (!r)
		out_text(out, "reference", d->reference);
	return r;
}

const struct act_kind deposit_open_act = {
	.name = "deposit.open", .fields = fields, .run = run_open};

static int read_held(struct act *a, const char *lot_id, struct deposit_payment **ret)
{
	g_autofree struct deposit *d = NULL;
	int r = deposit_store_get(a->txn, lot_id, a->actor->account_id, &d);

	if (!r)
		r = deposit_store_held(a->txn, d->deposit_id, ret);
	if (r == STORE_E_NONE || (!r && (*ret)->ordered_us))
		return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_NOT_HELD), NULL, NULL);
	return r;
}

/* A bond stands behind a bid as long as there is one. */
static int run_ask_back(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = NULL;
	const char *lot_id = in_text(in, "lot_id");
	bool bid = false;
	int r = deposit_lot_read(a, lot_id, true, &l);

	if (!r)
		r = read_held(a, lot_id, &p);
	if (!r)
		r = deposit_store_has_bid(a->txn, lot_id, a->actor->account_id, &bid);
	if (!r && bid && l.c.lot->state != LOT_FAILED)
		r = refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_BOUND), NULL, NULL);
	if (r)
		return r;
	g_strlcpy(p->state, DEPOSIT_BACK, sizeof(p->state));
	p->asked_us = a->legal_us;
	r = store_fault(deposit_store_set_payment(a->txn, p));
	if (r)
		return r;
	return act_event(a, "deposit.asked_back", "deposit", p->deposit_id, deposit_body(&l));
}

const struct act_kind deposit_ask_back_act = {
	.name = "deposit.ask_back", .fields = fields, .run = run_ask_back};
