/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/deposit_shown.h"

#include <errno.h>
#include <string.h>

#include "server/act/deposit_lot.h"
#include "server/publish/exchange.h"

static void add(GHashTable *shown, const char *account_id, enum deposit_form form,
	struct decimal amount, int64_t at_us)
{
	struct deposit_shown *s = g_new0(struct deposit_shown, 1);

	*s = (struct deposit_shown){form, amount, at_us};
	g_hash_table_insert(shown, g_strdup(account_id), s);
}

static int add_guarantees(struct db_txn *txn, const char *lot_id, GHashTable *shown)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = deposit_store_guarantees(txn, lot_id, &list);

	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit_guarantee *g = g_ptr_array_index(list, i);
		add(shown, g->account_id, g->form, g->amount, g->handed_us);
	}
	return r;
}

/* Money counts before a guarantee, also after it went back: it was there at the opening. */
static int add_payments(
	struct db_txn *txn, const struct lot *lot, GHashTable *shown, bool *ret_told)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = deposit_store_payments(txn, lot->lot_id, &list);

	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit_payment *p = g_ptr_array_index(list, i);
		*ret_told = *ret_told || p->paid_us < lot->deadline_us;
		if (strcmp(p->state, DEPOSIT_HELD) == 0 || strcmp(p->state, DEPOSIT_KEEPING) == 0 ||
			strcmp(p->state, DEPOSIT_KEPT) == 0)
			add(shown, p->account_id, DEPOSIT_TRANSFER, p->amount, p->paid_us);
	}
	return r;
}

/* Of a lot that asks for one. */
static int read_lot(struct db_txn *txn, const struct lot *lot, GHashTable **ret, bool *ret_told)
{
	g_autoptr(GHashTable) shown =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	int r = add_guarantees(txn, lot->lot_id, shown);

	*ret_told = false;
	if (!r)
		r = add_payments(txn, lot, shown, ret_told);
	if (r)
		return store_fault(r);
	*ret = g_steal_pointer(&shown);
	return 0;
}

int deposit_shown_read(struct act *a, const char *lot_id, GHashTable **ret, bool *ret_told)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	int r = deposit_lot_read(a, lot_id, false, &l);

	*ret_told = false;
	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret = NULL;
	return l.asked ? read_lot(a->txn, l.c.lot, ret, ret_told) : 0;
}

static void add_bond(
	const struct bid_row *b, const struct deposit_shown *s, bool told, GPtrArray *list)
{
	if (b->state != BID_OPENED || (!s && !told))
		return;
	struct exchange_bond *bond = g_new0(struct exchange_bond, 1);
	g_ptr_array_add(list, bond);
	g_strlcpy(bond->bid_id, b->bid_id, sizeof(bond->bid_id));
	bond->there = s != NULL;
	if (s) {
		bond->form = s->form;
		bond->at_us = s->at_us;
	}
}

static int add_lot(
	struct db_txn *txn, const struct lot *lot, const GPtrArray *bids, GPtrArray *list)
{
	g_autoptr(GHashTable) of = NULL;
	bool told;
	int r = read_lot(txn, lot, &of, &told);

	for (guint i = 0; !r && i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		if (strcmp(b->lot_id, lot->lot_id) == 0)
			add_bond(b, g_hash_table_lookup(of, b->account_id), told, list);
	}
	return r;
}

int deposit_shown_bonds(const struct act_env *env, struct db_txn *txn, const struct project *p,
	const GPtrArray *lots, const GPtrArray *bids, GPtrArray **ret)
{
	int r = 0;

	*ret = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; !r && bids->len && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		struct deposit_terms terms;
		bool asked = false;

		r = deposit_lot_terms(env, txn, p, lot, &asked, &terms);
		if (!r && asked)
			r = add_lot(txn, lot, bids, *ret);
	}
	return r;
}
