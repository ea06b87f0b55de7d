/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/sheet_return_store.h"

#include <errno.h>

#include "server/store/columns.h"

void sheet_return_free(struct sheet_return *s)
{
	if (!s)
		return;
	json_decref(s->items);
	g_free(s);
}

int sheet_return_store_add(struct db_txn *txn, const char *session_id, const char *lot_id,
	const struct sheet_return *row)
{
	g_autoptr(GString) text = column_json_text(row->items);

	if (!text)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO sheet_return (session_id, lot_id, returned, items) "
		"VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(lot_id), db_int(row->returned_us),
			db_text(text->str)),
		NULL);
}

static void *from_row(struct db_rows *rows)
{
	struct sheet_return *s = g_new0(struct sheet_return, 1);

	s->returned_us = db_col_int(rows, 0);
	s->items = column_json(rows, 1);
	column_copy(rows, 2, s->lot_id, sizeof(s->lot_id));
	return s;
}

int sheet_return_store_get(
	struct db_txn *txn, const char *session_id, const char *lot_id, struct sheet_return **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT returned, items, lot_id FROM sheet_return "
		"WHERE session_id = ? AND lot_id = ? AND ended = 0",
		DB_PARAMS(db_text(session_id), db_text(lot_id)), &rows);

	return rows_take_one(r, rows, from_row, ret);
}

int sheet_return_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT returned, items, lot_id FROM sheet_return WHERE session_id = ? "
		"ORDER BY lot_id, returned LIMIT 10000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)sheet_return_free, ret);
}

int sheet_return_store_end(struct db_txn *txn, const char *session_id, const char *lot_id)
{
	return db_exec(txn,
		"UPDATE sheet_return SET ended = 1 WHERE session_id = ? AND lot_id = ? "
		"AND ended = 0",
		DB_PARAMS(db_text(session_id), db_text(lot_id)), NULL);
}
