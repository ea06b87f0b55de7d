/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/opening_told.h"

#include <errno.h>
#include <stdbool.h>

#include "server/store/bid_store.h"
#include "server/store/event_store.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

/* When its opening was over; 0: it is not. A lot that failed later, or is ranked, was opened, too.
 */
static int opened_at(struct db_txn *txn, const struct lot *lot, int64_t *ret_us)
{
	g_autofree char *subject = g_strdup_printf("lot:%s", lot->lot_id);
	g_autoptr(GPtrArray) events = NULL;
	int r;

	*ret_us = 0;
	if (!lot->has_digest_set || lot->state == LOT_CLOSED)
		return 0;
	r = event_store_of_subject_kind(txn, subject, "lot.opened", 0, 1, &events);
	if (!r && events->len)
		*ret_us = ((const struct event *)g_ptr_array_index(events, 0))->legal_us;
	return r;
}

/* The last before its close that invited to the lot: one may be withdrawn and another published.
 * NULL: none did. */
static const struct notice_row *invitation(const GPtrArray *notices, const struct lot *lot)
{
	const struct notice_row *found = NULL;

	for (guint i = 0; i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);

		if (notice_kind_row(n->notice.kind)->effect == EFFECT_ANNOUNCE &&
			n->published_us <= lot->closed_us && notice_means_lot(n->lot_nos, lot->no))
			found = n;
	}
	return found;
}

/* Adds nothing for a lot whose opening is not over. *notices are read once for all lots. */
static int add(struct db_txn *txn, const struct lot *lot, GPtrArray **notices, GPtrArray *list)
{
	const struct notice_row *n;
	int64_t opened_us;
	int r = opened_at(txn, lot, &opened_us);

	if (r || !opened_us)
		return r;
	if (!*notices)
		r = notice_store_published_of(
			txn, lot->project_id, NOTICES_OF_PROJECT_MAX, notices);
	n = r ? NULL : invitation(*notices, lot);
	if (!n)
		return r;
	struct told_opening *t = g_new0(struct told_opening, 1);
	g_ptr_array_add(list, t);
	g_strlcpy(t->lot_id, lot->lot_id, sizeof(t->lot_id));
	g_strlcpy(t->notice_id, n->notice_id, sizeof(t->notice_id));
	t->opened_us = opened_us;
	return bid_store_of_lot(txn, lot->lot_id, &t->bids);
}

int opening_told_list(struct db_txn *txn, const GPtrArray *lots, GPtrArray **ret)
{
	g_autoptr(GPtrArray) notices = NULL;
	int r = 0;

	*ret = g_ptr_array_new_with_free_func(told_opening_free);
	for (guint i = 0; !r && i < lots->len; i++)
		r = add(txn, g_ptr_array_index(lots, i), &notices, *ret);
	return r > 0 ? -EIO : r;
}

int opening_told_touch(struct db_txn *txn, const struct lot *lot)
{
	g_autoptr(GPtrArray) notices = NULL;
	NOTICE_AUTO struct notice_row *locked = NULL;
	const struct notice_row *n;
	int r = notice_store_published_of(txn, lot->project_id, NOTICES_OF_PROJECT_MAX, &notices);

	n = r ? NULL : invitation(notices, lot);
	if (!n)
		return r;
	/* Before the counter of the publication order, as whoever discloses does. */
	r = notice_store_lock(txn, n->notice_id, &locked);
	if (!r)
		r = notice_store_touch_page(txn, n->notice_id);
	return r > 0 ? -EIO : r;
}
