/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/expert_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define EXPERT_COLUMNS                                                                   \
	"expert_id, account_id, name_enc, unit_enc, unit_digest, specialities, region, " \
	"active, standing_reason, standing_salt"

void expert_free(struct expert *e)
{
	if (!e)
		return;
	g_clear_pointer(&e->name_enc, g_bytes_unref);
	g_clear_pointer(&e->unit_enc, g_bytes_unref);
	json_decref(e->specialities);
	g_free(e->standing_reason);
	g_free(e);
}

static int expert_from_row(struct db_rows *rows, struct expert **ret)
{
	EXPERT_AUTO struct expert *e = g_new0(struct expert, 1);
	int r = column_32(rows, 4, e->unit_digest);

	column_copy(rows, 0, e->expert_id, sizeof(e->expert_id));
	column_copy(rows, 1, e->account_id, sizeof(e->account_id));
	e->name_enc = column_bytes(rows, 2);
	e->unit_enc = column_bytes(rows, 3);
	e->specialities = column_json(rows, 5);
	column_copy(rows, 6, e->region, sizeof(e->region));
	e->active = db_col_int(rows, 7);
	e->standing_reason = g_strdup(db_col_text(rows, 8));
	column_fixed(rows, 9, e->standing_salt, sizeof(e->standing_salt));
	if (r)
		return r;
	*ret = g_steal_pointer(&e);
	return 0;
}

static int expert_one(struct db_txn *txn, const char *sql, const char *key, struct expert **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(key)), &rows);

	if (!r)
		r = rows_only(rows);
	return r ? r : expert_from_row(rows, ret);
}

int expert_store_insert(struct db_txn *txn, const struct expert *e, int64_t now_us)
{
	g_autoptr(GString) specialities = column_json_text(e->specialities);

	if (!specialities)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO expert (expert_id, account_id, name_enc, unit_enc, unit_digest, "
		"specialities, region, active, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(e->expert_id), db_text(e->account_id), db_bytes(e->name_enc),
			db_bytes(e->unit_enc), db_blob(e->unit_digest, sizeof(e->unit_digest)),
			db_text(specialities->str), db_text(e->region), db_int(e->active),
			db_time(now_us)),
		NULL);
}

int expert_store_get(struct db_txn *txn, const char *expert_id, struct expert **ret)
{
	return expert_one(
		txn, "SELECT " EXPERT_COLUMNS " FROM expert WHERE expert_id = ?", expert_id, ret);
}

int expert_store_by_account(struct db_txn *txn, const char *account_id, struct expert **ret)
{
	return expert_one(
		txn, "SELECT " EXPERT_COLUMNS " FROM expert WHERE account_id = ?", account_id, ret);
}

int expert_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)expert_free);
	int r = db_query(txn,
		"SELECT " EXPERT_COLUMNS " FROM expert WHERE expert_id > ? ORDER BY expert_id "
		"LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct expert *e = NULL;

		r = expert_from_row(rows, &e);
		if (!r)
			g_ptr_array_add(list, e);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int expert_store_count(struct db_txn *txn, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT COUNT(*) FROM expert", DB_NO_PARAMS, &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	*ret = db_col_int(rows, 0);
	return 0;
}

int expert_store_set_standing(struct db_txn *txn, const struct expert *e)
{
	return db_exec(txn,
		"UPDATE expert SET active = ?, standing_reason = ?, standing_salt = ? "
		"WHERE expert_id = ?",
		DB_PARAMS(db_int(e->active), db_maybe_text(e->standing_reason),
			db_blob(e->standing_salt, sizeof(e->standing_salt)), db_text(e->expert_id)),
		NULL);
}

int expert_store_lock(struct db_txn *txn, const char *expert_id, struct expert **ret)
{
	/* Written, not only locked: on Galera a lock alone would not keep two nodes apart. */
	int r = db_exec(txn, "UPDATE expert SET version = version + 1 WHERE expert_id = ?",
		DB_PARAMS(db_text(expert_id)), NULL);

	return r ? r
		 : expert_one(txn,
			   "SELECT " EXPERT_COLUMNS " FROM expert WHERE expert_id = ?", expert_id,
			   ret);
}

static void *leave_from_row(struct db_rows *rows)
{
	struct expert_leave *l = g_new0(struct expert_leave, 1);

	column_copy(rows, 0, l->leave_id, sizeof(l->leave_id));
	column_copy(rows, 1, l->expert_id, sizeof(l->expert_id));
	l->from_us = column_time(rows, 2);
	l->until_us = column_time(rows, 3);
	return l;
}

int expert_store_add_leave(struct db_txn *txn, const struct expert_leave *leave)
{
	return db_exec(txn,
		"INSERT INTO expert_leave (leave_id, expert_id, from_at, until_at) "
		"VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(leave->leave_id), db_text(leave->expert_id),
			db_time(leave->from_us), db_time(leave->until_us)),
		NULL);
}

int expert_store_end_leave(struct db_txn *txn, const struct expert_leave *leave, int64_t until_us)
{
	if (until_us <= leave->from_us)
		return db_exec(txn, "DELETE FROM expert_leave WHERE leave_id = ?",
			DB_PARAMS(db_text(leave->leave_id)), NULL);
	return db_exec(txn, "UPDATE expert_leave SET until_at = ? WHERE leave_id = ?",
		DB_PARAMS(db_time(until_us), db_text(leave->leave_id)), NULL);
}

int expert_store_leaves(
	struct db_txn *txn, const char *first, const char *last, int64_t after_us, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT leave_id, expert_id, from_at, until_at FROM expert_leave "
		"WHERE expert_id BETWEEN ? AND ? AND until_at > ? ORDER BY expert_id, from_at",
		DB_PARAMS(db_text(first), db_text(last), db_time(after_us)), &rows);

	return rows_take(r, rows, leave_from_row, g_free, ret);
}
