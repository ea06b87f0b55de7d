/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/opening_store.h"

#include "db/stmt.h"
#include "server/store/columns.h"

void opening_objection_free(struct opening_objection *o)
{
	if (!o)
		return;
	g_free(o->said);
	g_free(o->answer);
	g_free(o);
}

static void *objection_from_row(struct db_rows *rows)
{
	struct opening_objection *o = g_new0(struct opening_objection, 1);

	o->no = db_col_int(rows, 0);
	o->bid_no = db_col_int(rows, 1);
	o->said = g_strdup(db_col_text(rows, 2));
	o->raised_us = db_col_time(rows, 3);
	o->answer = g_strdup(db_col_text(rows, 4));
	o->answered_us = column_time(rows, 5);
	return o;
}

int opening_store_objections(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT objection_no, bid_no, said, raised_at, answer, answered_at "
		"FROM opening_objection WHERE lot_id = ? ORDER BY objection_no",
		DB_PARAMS(db_text(lot_id)), &rows);

	return rows_take(r, rows, objection_from_row, (GDestroyNotify)opening_objection_free, ret);
}

int opening_store_add_objection(
	struct db_txn *txn, const char *lot_id, const struct opening_objection *o)
{
	return db_exec(txn,
		"INSERT INTO opening_objection (lot_id, objection_no, bid_no, said, raised_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_int(o->no), db_int(o->bid_no), db_text(o->said),
			db_time(o->raised_us)),
		NULL);
}

int opening_store_answer(struct db_txn *txn, const char *lot_id, const struct opening_objection *o)
{
	return db_exec(txn,
		"UPDATE opening_objection SET answer = ?, answered_at = ? "
		"WHERE lot_id = ? AND objection_no = ?",
		DB_PARAMS(db_text(o->answer), db_time(o->answered_us), db_text(lot_id),
			db_int(o->no)),
		NULL);
}

int opening_store_bid_no(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_no)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT bid_no FROM bid WHERE lot_id = ? AND account_id = ? AND bid_no IS NOT NULL",
		DB_PARAMS(db_text(lot_id), db_text(account_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_no = db_col_int(rows, 0);
	return r;
}

int opening_store_confirm(struct db_txn *txn, const char *lot_id, int64_t bid_no, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO opening_confirmation (lot_id, bid_no, confirmed_at) VALUES (?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_int(bid_no), db_time(now_us)), NULL);
}

int opening_store_confirmed(struct db_txn *txn, const char *lot_id, GHashTable **ret)
{
	g_autoptr(GHashTable) set = g_hash_table_new(NULL, NULL);
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT bid_no FROM opening_confirmation WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		g_hash_table_add(set, GINT_TO_POINTER((gint)db_col_int(rows, 0)));
		r = 0;
	}
	if (!r)
		*ret = g_steal_pointer(&set);
	return r;
}
