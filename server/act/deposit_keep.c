/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bond that is not given back (不予退还): one person of the centre asks for it with the ground, a
 * second one agrees. Until its money goes elsewhere it may be released again.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/deposit_lot.h"

static const struct field keep_fields[] = {
	{"payment_id", FIELD_ID, true},
	{"ground", FIELD_NAME, true, 1, 16},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static const struct field confirm_fields[] = {
	{"payment_id", FIELD_ID, true},
	{NULL},
};

static const struct field release_fields[] = {
	{"payment_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/* The lot is locked: no order takes the payment meanwhile. */
static int take(
	struct act *a, const json_t *in, struct deposit_lot_case *l, struct deposit_payment **ret)
{
	const char *payment_id = in_text(in, "payment_id");
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *seen = NULL;
	int r = act_found(a, deposit_store_payment(a->txn, payment_id, &seen), "payment_id");

	if (!r && *seen->lot_id)
		r = deposit_lot_read(a, seen->lot_id, true, l);
	return r ? r : store_fault(deposit_store_lock_payment(a->txn, payment_id, ret));
}

static int check_state(struct act *a, bool good, enum deposit_refusal why)
{
	return good ? 0 : refuse(a->refusal, deposit_refusal_code(why), NULL, NULL);
}

/* Of a lot that was opened, of who has a bid there: only a bid's bond can be forfeited. */
static int check_bid(
	struct act *a, const struct deposit_lot_case *l, const struct deposit_payment *p)
{
	bool bid = false;
	int r;

	if (l->c.lot->state != LOT_OPENED && l->c.lot->state != LOT_RANKED)
		return refuse(a->refusal, lot_refusal_code(LOT_E_STATE), NULL, "it is %s",
			lot_state_name(l->c.lot->state));
	r = deposit_store_has_bid(a->txn, p->lot_id, p->account_id, &bid);
	return r ? r : check_state(a, bid, DEPOSIT_E_NO_BID);
}

static int keep(struct act *a, const struct deposit_lot_case *l, const struct deposit_payment *p,
	const char *kind, const char *reason)
{
	json_t *body = deposit_body(l);
	int r = store_fault(deposit_store_set_payment(a->txn, p));

	out_text(body, "ground", deposit_ground_name(p->ground));
	out_text(body, "reason", reason);
	if (!r)
		return act_event(a, kind, "deposit", p->deposit_id, body);
	json_decref(body);
	return r;
}

static int run_keep(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = NULL;
	enum deposit_ground ground = deposit_ground_from_name(in_text(in, "ground"));
	int r = ground ? take(a, in, &l, &p)
		       : refuse(a->refusal, "input.invalid", "ground", "not a ground of the law");

	if (!r)
		r = check_state(a, strcmp(p->state, DEPOSIT_HELD) == 0 && !p->ordered_us,
			DEPOSIT_E_NOT_HELD);
	if (!r)
		r = check_bid(a, &l, p);
	if (r)
		return r;
	g_strlcpy(p->state, DEPOSIT_KEEPING, sizeof(p->state));
	g_strlcpy(p->keep_by, a->actor->account_id, sizeof(p->keep_by));
	p->ground = ground;
	g_free(p->reason);
	p->reason = g_strdup(in_text(in, "reason"));
	return keep(a, &l, p, "deposit.keep_proposed", p->reason);
}

const struct act_kind deposit_keep_act = {
	.name = "deposit.keep", .fields = keep_fields, .run = run_keep};

static int run_confirm(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = NULL;
	int r = take(a, in, &l, &p);

	if (!r)
		r = check_state(a, strcmp(p->state, DEPOSIT_KEEPING) == 0, DEPOSIT_E_NOT_PROPOSED);
	if (!r)
		r = check_state(
			a, strcmp(p->keep_by, a->actor->account_id) != 0, DEPOSIT_E_SAME_PERSON);
	if (!r)
		r = check_bid(a, &l, p);
	if (r)
		return r;
	g_strlcpy(p->state, DEPOSIT_KEPT, sizeof(p->state));
	return keep(a, &l, p, "deposit.kept", p->reason);
}

const struct act_kind deposit_keep_confirm_act = {
	.name = "deposit.keep_confirm", .fields = confirm_fields, .run = run_confirm};

/* It is a bond like any other again, and its clock decides when it goes back. */
static int run_release(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = NULL;
	struct deposit_payment free_again;
	int r = take(a, in, &l, &p);

	if (!r)
		r = check_state(a,
			strcmp(p->state, DEPOSIT_KEEPING) == 0 ||
				strcmp(p->state, DEPOSIT_KEPT) == 0,
			DEPOSIT_E_NOT_PROPOSED);
	if (r)
		return r;
	free_again = *p;
	free_again.reason = NULL;
	free_again.ground = 0;
	free_again.keep_by[0] = '\0';
	g_strlcpy(free_again.state, DEPOSIT_HELD, sizeof(free_again.state));
	return keep(a, &l, &free_again, "deposit.keep_released", in_text(in, "reason"));
}

const struct act_kind deposit_keep_release_act = {
	.name = "deposit.keep_release", .fields = release_fields, .run = run_release};
