/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/award_told.h"

#include "server/act/result_told.h"
#include "server/eval/award_file.h"
#include "server/store/project_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"

/* result: as it is kept with the lot. */
static struct told_award *told_award_new(
	const struct lot *lot, const json_t *result, const struct result_teller *teller)
{
	struct told_award *told = g_new0(struct told_award, 1);

	g_strlcpy(told->lot_id, lot->lot_id, sizeof(told->lot_id));
	g_strlcpy(told->notice_id, teller->notice_id, sizeof(told->notice_id));
	g_strlcpy(told->result_id, teller->result_id, sizeof(told->result_id));
	told->told_us = teller->told_us;
	told->award = award_file(result, lot->scheme, lot->has_ceiling ? &lot->ceiling : NULL);
	return told;
}

int award_told(struct db_txn *txn, const struct lot *lot, struct told_award **ret)
{
	struct result_teller teller = {0};
	char session_id[ID_SIZE];
	int r;

	*ret = NULL;
	/* A lot that failed (废标) after it was ranked has no award. */
	if (!lot->result || lot->state == LOT_FAILED)
		return 0;
	r = session_store_of_lot(txn, lot->lot_id, session_id);
	if (r != STORE_E_NONE)
		return r;
	r = result_told(txn, lot, true, &teller);
	if (!r && teller.told_us)
		*ret = told_award_new(lot, lot->result, &teller);
	return r;
}

/* Those that were told and undone since: what was published stays published. */
static int add_void(struct db_txn *txn, const struct lot *lot, GPtrArray *list)
{
	g_autoptr(GPtrArray) results = NULL;
	int64_t after_us = 0;
	int r = rollback_store_void_results_of_lot(txn, lot->lot_id, &results);

	for (guint i = 0; !r && i < results->len; i++) {
		const struct void_result *v = g_ptr_array_index(results, i);
		struct result_teller teller;

		r = result_told_between(txn, lot, after_us, v->undone_us, true, &teller);
		if (!r && teller.told_us)
			g_ptr_array_add(list, told_award_new(lot, v->result, &teller));
		after_us = v->undone_us;
	}
	return r;
}

int award_told_list(struct db_txn *txn, const GPtrArray *lots, GPtrArray **ret)
{
	int r = 0;

	*ret = g_ptr_array_new_with_free_func(told_award_free);
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		struct told_award *told = NULL;

		r = add_void(txn, lot, *ret);
		if (!r)
			r = award_told(txn, lot, &told);
		if (told)
			g_ptr_array_add(*ret, told);
	}
	return r;
}
