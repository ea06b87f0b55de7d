/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/expert_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define EXPERT_COLUMNS \
	"expert_id, account_id, name_enc, unit_enc, unit_digest, specialities, region, active"

void expert_free(struct expert *e)
{
	if (!e)
		return;
	g_clear_pointer(&e->name_enc, g_bytes_unref);
	g_clear_pointer(&e->unit_enc, g_bytes_unref);
	json_decref(e->specialities);
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
