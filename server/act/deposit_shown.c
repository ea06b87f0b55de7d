/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/deposit_shown.h"

#include <errno.h>
#include <string.h>

#include "server/act/deposit_lot.h"

static void add(GHashTable *shown, const char *account_id, enum deposit_form form,
	struct decimal amount, int64_t at_us)
{
	struct deposit_shown *s = g_new0(struct deposit_shown, 1);

	*s = (struct deposit_shown){form, amount, at_us};
	g_hash_table_insert(shown, g_strdup(account_id), s);
}

static int add_guarantees(struct act *a, const char *lot_id, GHashTable *shown)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = deposit_store_guarantees(a->txn, lot_id, &list);

	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit_guarantee *g = g_ptr_array_index(list, i);
		add(shown, g->account_id, g->form, g->amount, g->handed_us);
	}
	return r;
}

/* Money counts before a guarantee, also after it went back: it was there at the opening. */
static int add_payments(struct act *a, const struct lot *lot, GHashTable *shown, bool *ret_told)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = deposit_store_payments(a->txn, lot->lot_id, &list);

	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit_payment *p = g_ptr_array_index(list, i);
		*ret_told = *ret_told || p->paid_us < lot->deadline_us;
		if (strcmp(p->state, DEPOSIT_HELD) == 0 || strcmp(p->state, DEPOSIT_KEEPING) == 0 ||
			strcmp(p->state, DEPOSIT_KEPT) == 0)
			add(shown, p->account_id, DEPOSIT_TRANSFER, p->amount, p->paid_us);
	}
	return r;
}

int deposit_shown_read(struct act *a, const char *lot_id, GHashTable **ret, bool *ret_told)
{
	g_autoptr(GHashTable) shown =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	int r = deposit_lot_read(a, lot_id, false, &l);

	*ret_told = false;
	if (!r && l.asked)
		r = add_guarantees(a, lot_id, shown);
	if (!r && l.asked)
		r = add_payments(a, l.c.lot, shown, ret_told);
	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret = l.asked ? g_steal_pointer(&shown) : NULL;
	return 0;
}
