/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/award_told.h"

#include "server/act/result_told.h"
#include "server/core/fields.h"
#include "server/eval/award_file.h"
#include "server/eval/candidates.h"
#include "server/store/project_store.h"
#include "server/store/report_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"

static json_t *numbers_of(const json_t *candidates, const json_t *result)
{
	const json_t *bids = json_object_get(candidates, "candidates");
	json_t *numbers = json_array(), *row;
	size_t i;

	for (unsigned place = 1; place <= json_array_size(bids); place++)
		json_array_foreach (json_object_get(result, "rows"), i, row)
			if (candidates_place(candidates, in_text(row, "bid_id")) == place)
				json_array_append(numbers, json_object_get(row, "no"));
	return numbers;
}

/* result: as it is kept with the lot, or was until undone_us. */
static int told_award_new(struct db_txn *txn, const struct lot *lot, const json_t *result,
	const struct result_teller *teller, int64_t undone_us, struct told_award **ret)
{
	struct told_award *told;
	json_auto_t *list = NULL;
	int r = report_store_candidates(txn, lot->lot_id, undone_us, &list);

	if (r)
		return r;
	told = g_new0(struct told_award, 1);

	g_strlcpy(told->lot_id, lot->lot_id, sizeof(told->lot_id));
	g_strlcpy(told->notice_id, teller->notice_id, sizeof(told->notice_id));
	g_strlcpy(told->result_id, teller->result_id, sizeof(told->result_id));
	told->told_us = teller->told_us;
	told->withdrawn_us = teller->withdrawn_us;
	told->award = award_file(result, lot->scheme, lot->has_ceiling ? &lot->ceiling : NULL);
	if (list)
		told->candidates = numbers_of(candidates_of(list, lot->lot_id), result);
	*ret = told;
	return 0;
}

/* Whether the lot has a result, and no session judges it. */
static int is_settled(struct db_txn *txn, const struct lot *lot, bool *ret)
{
	char session_id[ID_SIZE];
	int r = lot->result ? session_store_of_lot(txn, lot->lot_id, session_id) : 0;

	*ret = r == STORE_E_NONE;
	return *ret ? 0 : r;
}

int award_told(struct db_txn *txn, const struct lot *lot, struct told_award **ret)
{
	struct result_teller teller = {0};
	bool settled = false;
	int r = is_settled(txn, lot, &settled);

	*ret = NULL;
	/* A lot that failed (废标) after it was ranked has no award. */
	if (r || !settled || lot->state == LOT_FAILED)
		return r;
	r = result_told(txn, lot, true, &teller);
	if (!r && teller.told_us)
		r = told_award_new(txn, lot, lot->result, &teller, 0, ret);
	return r;
}

/*
 * By notices that were withdrawn since: what was published stays published. undone_us: until when
 * that result stood; 0: it does.
 */
static int add_gone(struct db_txn *txn, const struct lot *lot, const json_t *result,
	int64_t after_us, int64_t undone_us, GPtrArray *list)
{
	g_autoptr(GArray) gone = NULL;
	int r = result_told_gone(txn, lot, after_us, undone_us ? undone_us : INT64_MAX, &gone);

	for (guint i = 0; !r && i < gone->len; i++) {
		struct told_award *told = NULL;

		r = told_award_new(txn, lot, result, &g_array_index(gone, struct result_teller, i),
			undone_us, &told);
		if (told)
			g_ptr_array_add(list, told);
	}
	return r;
}

static int add_withdrawn(struct db_txn *txn, const struct lot *lot, GPtrArray *list)
{
	bool settled = false;
	int64_t undone_us = 0;
	int r = is_settled(txn, lot, &settled);

	if (!r && settled)
		r = rollback_store_result_undone(txn, lot->lot_id, &undone_us);
	return r || !settled ? r : add_gone(txn, lot, lot->result, undone_us, 0, list);
}

/* Those that were told and undone since. */
static int add_void(struct db_txn *txn, const struct lot *lot, GPtrArray *list)
{
	g_autoptr(GPtrArray) results = NULL;
	int64_t after_us = 0;
	int r = rollback_store_void_results_of_lot(txn, lot->lot_id, &results);

	for (guint i = 0; !r && i < results->len; i++) {
		const struct void_result *v = g_ptr_array_index(results, i);
		struct told_award *told = NULL;
		struct result_teller teller;

		r = add_gone(txn, lot, v->result, after_us, v->undone_us, list);
		if (!r)
			r = result_told_between(txn, lot, after_us, v->undone_us, true, &teller);
		if (!r && teller.told_us)
			r = told_award_new(txn, lot, v->result, &teller, v->undone_us, &told);
		if (told)
			g_ptr_array_add(list, told);
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
			r = add_withdrawn(txn, lot, *ret);
		if (!r)
			r = award_told(txn, lot, &told);
		if (told)
			g_ptr_array_add(*ret, told);
	}
	return r;
}
