/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/award_told.h"

#include "server/act/result_told.h"
#include "server/eval/award_file.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

int award_told(struct db_txn *txn, const struct lot *lot, struct told_award **ret)
{
	struct told_award told = {0};
	char session_id[ID_SIZE];
	int r;

	*ret = NULL;
	/* A lot that failed (废标) after it was ranked has no award. */
	if (!lot->result || lot->state == LOT_FAILED)
		return 0;
	r = session_store_of_lot(txn, lot->lot_id, session_id);
	if (r != STORE_E_NONE)
		return r;
	r = result_told(txn, lot, true, &told.told_us, told.notice_id);
	if (r || !told.told_us)
		return r;
	g_strlcpy(told.lot_id, lot->lot_id, sizeof(told.lot_id));
	told.award = award_file(lot->result, lot->scheme, lot->has_ceiling ? &lot->ceiling : NULL);
	*ret = g_memdup2(&told, sizeof(told));
	return 0;
}

int award_told_list(struct db_txn *txn, const GPtrArray *lots, GPtrArray **ret)
{
	int r = 0;

	*ret = g_ptr_array_new_with_free_func(told_award_free);
	for (guint i = 0; !r && i < lots->len; i++) {
		struct told_award *told = NULL;

		r = award_told(txn, g_ptr_array_index(lots, i), &told);
		if (told)
			g_ptr_array_add(*ret, told);
	}
	return r;
}
