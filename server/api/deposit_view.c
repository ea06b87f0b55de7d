/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bid bonds (投标保证金) as the bidder sees its own, and as the centre sees those of a lot. Who
 * paid shows only with an opened bid; before the opening the centre and supervisors see nothing.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/act/deposit_lot.h"
#include "server/auth/permission.h"

#define PAGE 100

static const struct field lot_fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static void out_decimal(json_t *out, const char *name, struct decimal d)
{
	char text[DECIMAL_TEXT_SIZE];

	out_text(out, name, decimal_format_exact(d, text));
}

static void out_terms(json_t *out, const struct deposit_lot_case *l)
{
	json_object_set_new(out, "asked", json_boolean(l->asked));
	if (!l->asked)
		return;
	json_t *forms = json_array();
	for (enum deposit_form f = DEPOSIT_TRANSFER; f <= DEPOSIT_SURETY; f++)
		if (l->terms.forms & 1u << f)
			json_array_append_new(forms, json_string(deposit_form_name(f)));
	out_decimal(out, "amount", l->terms.amount);
	json_object_set_new(out, "forms", forms);
}

static int payment_json(struct act *a, const struct deposit_lot_case *l,
	const struct deposit_payment *p, json_t *row)
{
	struct deposit_fate fate = {0};
	int r = *p->lot_id ? deposit_fate(a, l, p, &fate) : 0;

	if (r)
		return r;
	out_text(row, "payment_id", p->payment_id);
	out_decimal(row, "amount", p->amount);
	out_time(row, "paid_at", p->paid_us);
	out_text(row, "state", p->returned_us ? "returned" : p->ordered_us ? "ordered" : p->state);
	if (*p->flaw)
		out_text(row, "flaw", p->flaw);
	out_time(row, "asked_at", p->asked_us);
	if (p->ground)
		out_text(row, "ground", deposit_ground_name(p->ground));
	if (p->reason)
		out_text(row, "reason", p->reason);
	if (p->returned_us) {
		out_time(row, "returned_at", p->returned_us);
		out_decimal(row, "interest", p->interest);
	}
	if (!fate.due_us)
		return 0;
	out_time(row, "due", fate.due_us);
	out_text(row, "rule", fate.rule);
	json_object_set_new(row, "overdue",
		json_boolean((p->returned_us ? p->returned_us : a->legal_us) > fate.due_us));
	return 0;
}

static json_t *guarantee_json(const struct deposit_guarantee *g)
{
	json_t *row = json_object();

	out_text(row, "guarantee_id", g->guarantee_id);
	out_text(row, "form", deposit_form_name(g->form));
	out_text(row, "issuer", g->issuer);
	out_text(row, "number", g->number);
	out_decimal(row, "amount", g->amount);
	out_time(row, "valid_until", g->valid_until_us);
	out_time(row, "handed_at", g->handed_us);
	out_text(row, "name", g->name);
	out_int(row, "size", g->size);
	out_hex(row, "sha256", g->sha256, sizeof(g->sha256));
	return row;
}

/* What of a lot is the account's. */
static int out_mine(struct act *a, const struct deposit_lot_case *l, json_t *out)
{
	g_autoptr(GPtrArray) payments = NULL, guarantees = NULL;
	const char *me = a->actor->account_id, *lot_id = l->c.lot->lot_id;
	json_t *list = json_array();
	bool there = false;
	int r = deposit_store_payments(a->txn, lot_id, &payments);

	json_object_set_new(out, "payments", list);
	if (!r)
		r = deposit_store_guarantees(a->txn, lot_id, &guarantees);
	for (guint i = 0; !r && i < payments->len; i++) {
		const struct deposit_payment *p = g_ptr_array_index(payments, i);
		if (strcmp(p->account_id, me) != 0)
			continue;
		json_t *row = json_object();
		json_array_append_new(list, row);
		r = payment_json(a, l, p, row);
		there = there || strcmp(p->state, DEPOSIT_HELD) == 0;
	}
	for (guint i = 0; !r && i < guarantees->len; i++) {
		const struct deposit_guarantee *g = g_ptr_array_index(guarantees, i);
		if (strcmp(g->account_id, me) != 0)
			continue;
		json_object_set_new(out, "guarantee", guarantee_json(g));
		there = true;
	}
	json_object_set_new(out, "there", json_boolean(there));
	return r;
}

static int out_own(struct act *a, const char *lot_id, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	g_autofree struct deposit *d = NULL;
	int r = deposit_lot_read(a, lot_id, false, &l);

	if (r)
		return r;
	out_text(out, "lot_id", lot_id);
	out_text(out, "lot_code", l.c.lot->code);
	out_text(out, "lot_name", l.c.lot->name);
	out_text(out, "lot_state", lot_state_name(l.c.lot->state));
	out_text(out, "project_id", l.c.project->project_id);
	out_text(out, "project_name", l.c.project->name);
	out_time(out, "deadline", l.c.lot->deadline_us);
	out_terms(out, &l);
	if (*a->env->deposit_account)
		out_text(out, "pay_to", a->env->deposit_account);
	r = deposit_store_get(a->txn, lot_id, a->actor->account_id, &d);
	if (!r)
		out_text(out, "reference", d->reference);
	return r && r != STORE_E_NONE ? r : out_mine(a, &l, out);
}

static int run_own(struct act *a, const json_t *in, json_t *out)
{
	return out_own(a, in_text(in, "lot_id"), out);
}

const struct act_kind deposit_own_view = {
	.name = "deposit.own", .fields = lot_fields, .run = run_own, .flags = ACT_READ};

static const struct field list_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list_own(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) list = NULL;
	json_t *items = json_array();
	int r = deposit_store_of_account(
		a->txn, a->actor->account_id, after ? after : "", limit, &list);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit *d = g_ptr_array_index(list, i);
		json_t *row = json_object();
		json_array_append_new(items, row);
		r = out_own(a, d->lot_id, row);
	}
	if (r)
		return r;
	const struct deposit *last = list->len == limit ? g_ptr_array_index(list, limit - 1) : NULL;
	out_text(out, "next", last ? last->deposit_id : NULL);
	return 0;
}

const struct act_kind deposit_list_own_view = {
	.name = "deposit.list_own", .fields = list_fields, .run = run_list_own, .flags = ACT_READ};

struct lot_list {
	struct act *a;
	struct deposit_lot_case *l;
	GPtrArray *bids;
	GHashTable *accounts; /* of the bank: whose opened bid was paid from it; "" of several */
	json_t *items;
	bool centre; /* sees what nobody else may before the opening */
};

static const struct bid_row *opened_bid(const struct lot_list *list, const char *account_id)
{
	for (guint i = 0; i < list->bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(list->bids, i);
		if (b->state == BID_OPENED && strcmp(b->account_id, account_id) == 0)
			return b;
	}
	return NULL;
}

static void out_bidder(json_t *row, const struct bid_row *b)
{
	if (!b)
		return;
	out_int(row, "bid_no", b->no);
	out_text(row, "bidder_name", b->bidder_name);
}

/* Bonds of two bids from one account are a sign of collusion (E10). */
static int count_accounts(struct lot_list *list, const GPtrArray *payments)
{
	int r = 0;

	for (guint i = 0; !r && i < payments->len; i++) {
		const struct deposit_payment *p = g_ptr_array_index(payments, i);
		json_auto_t *who = NULL;
		if (!opened_bid(list, p->account_id))
			continue;
		r = deposit_payer(list->a, p, &who);
		if (r)
			break;
		const char *account = in_text(who, "account");
		const char *before = g_hash_table_lookup(list->accounts, account);
		g_hash_table_insert(list->accounts, g_strdup(account),
			g_strdup(
				before && strcmp(before, p->account_id) != 0 ? "" : p->account_id));
	}
	return r;
}

static int out_same_account(struct lot_list *list, const struct deposit_payment *p, json_t *row)
{
	json_auto_t *who = NULL;
	int r = deposit_payer(list->a, p, &who);

	if (r)
		return r;
	const char *of = g_hash_table_lookup(list->accounts, in_text(who, "account"));
	if (of && !*of)
		json_object_set_new(row, "same_account", json_true());
	return 0;
}

static int out_payment(struct lot_list *list, const struct deposit_payment *p)
{
	const struct bid_row *b = opened_bid(list, p->account_id);
	json_t *row;
	int r;

	/* Without its bidder's name: that the bank has too little is the supervisor's to know. */
	if (!b && !list->centre && !p->n_twice)
		return 0;
	row = json_object();
	json_array_append_new(list->items, row);
	out_text(row, "reference", p->reference);
	out_bidder(row, b);
	if (p->n_twice)
		out_int(row, "returned_twice", p->n_twice);
	/* Who asked to keep it cannot agree to that. */
	if (list->centre && strcmp(p->state, DEPOSIT_KEEPING) == 0)
		json_object_set_new(row, "mine",
			json_boolean(strcmp(p->keep_by, list->a->actor->account_id) == 0));
	r = payment_json(list->a, list->l, p, row);
	return r || !b ? r : out_same_account(list, p, row);
}

static int out_guarantees(struct lot_list *list, json_t *out)
{
	g_autoptr(GPtrArray) rows = NULL;
	json_t *guarantees = json_array();
	int r = deposit_store_guarantees(list->a->txn, list->l->c.lot->lot_id, &rows);

	json_object_set_new(out, "guarantees", guarantees);
	for (guint i = 0; !r && i < rows->len; i++) {
		const struct deposit_guarantee *g = g_ptr_array_index(rows, i);
		const struct bid_row *b = opened_bid(list, g->account_id);
		if (!b)
			continue;
		json_t *row = guarantee_json(g);
		out_bidder(row, b);
		json_array_append_new(guarantees, row);
	}
	return r;
}

static void out_settlement(json_t *out, const struct lot_settlement *s)
{
	if (!s->bid_no)
		return;
	out_int(out, "settled_bid_no", s->bid_no);
	out_time(out, "awarded_at", s->awarded_us);
	out_time(out, "contracted_at", s->contracted_us);
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	g_autoptr(GPtrArray) bids = NULL, payments = NULL;
	g_autoptr(GHashTable) accounts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const char *lot_id = in_text(in, "lot_id");
	struct lot_list list = {.a = a, .l = &l, .accounts = accounts, .items = json_array()};
	int r = deposit_lot_read(a, lot_id, false, &l);

	json_object_set_new(out, "items", list.items);
	if (!r)
		r = bid_store_of_lot(a->txn, lot_id, &bids);
	if (!r)
		r = deposit_store_payments(a->txn, lot_id, &payments);
	if (r)
		return r;
	list.bids = bids;
	list.centre = act_has_role(a, ROLE_STAFF);
	out_text(out, "lot_id", lot_id);
	out_text(out, "lot_code", l.c.lot->code);
	out_text(out, "lot_state", lot_state_name(l.c.lot->state));
	out_terms(out, &l);
	out_settlement(out, &l.settlement);
	/* References and their number tell how many bid. */
	if (!deposit_lot_told(&l))
		g_ptr_array_set_size(payments, 0);
	r = count_accounts(&list, payments);
	for (guint i = 0; !r && i < payments->len; i++)
		r = out_payment(&list, g_ptr_array_index(payments, i));
	return r ? r : out_guarantees(&list, out);
}

const struct act_kind deposit_list_view = {
	.name = "deposit.list", .fields = lot_fields, .run = run_list, .flags = ACT_READ};
