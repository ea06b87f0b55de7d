/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/sheet_store.h"

#include <errno.h>
#include <string.h>

#include "server/store/columns.h"

#define SHEET_COLUMNS \
	"lot_id, member_no, state, content_enc, filled, commitment, submitted_at, version, undone"

void sheet_row_free(struct sheet_row *s)
{
	if (!s)
		return;
	g_clear_pointer(&s->content_enc, g_bytes_unref);
	g_free(s);
}

static int sheet_from_row(struct db_rows *rows, struct sheet_row **ret)
{
	SHEET_ROW_AUTO struct sheet_row *s = g_new0(struct sheet_row, 1);
	int r = column_32(rows, 5, s->commitment);

	if (r)
		return r;
	column_copy(rows, 0, s->lot_id, sizeof(s->lot_id));
	s->member_no = (int)db_col_int(rows, 1);
	s->submitted = strcmp(db_col_text(rows, 2), "submitted") == 0;
	s->content_enc = column_bytes(rows, 3);
	s->filled = (int)db_col_int(rows, 4);
	s->submitted_us = column_time(rows, 6);
	s->version = db_col_int(rows, 7);
	s->undone_us = db_col_int(rows, 8);
	*ret = g_steal_pointer(&s);
	return 0;
}

int sheet_store_get(struct db_txn *txn, const char *session_id, const char *lot_id, int member_no,
	struct sheet_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " SHEET_COLUMNS
		" FROM sheet WHERE session_id = ? AND lot_id = ? AND member_no = ? "
		"AND undone = 0",
		DB_PARAMS(db_text(session_id), db_text(lot_id), db_int(member_no)), &rows);

	if (!r)
		r = rows_only(rows);
	return r ? r : sheet_from_row(rows, ret);
}

int sheet_store_get_void(struct db_txn *txn, const char *session_id, const char *lot_id,
	int member_no, int64_t undone_us, struct sheet_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " SHEET_COLUMNS
		" FROM sheet WHERE session_id = ? AND lot_id = ? AND member_no = ? "
		"AND undone = ?",
		DB_PARAMS(
			db_text(session_id), db_text(lot_id), db_int(member_no), db_int(undone_us)),
		&rows);

	if (!r)
		r = rows_only(rows);
	return r ? r : sheet_from_row(rows, ret);
}

static int take_all(struct db_rows *rows, GPtrArray **ret)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)sheet_row_free);
	int r;

	while ((r = db_rows_next(rows)) > 0) {
		struct sheet_row *s = NULL;

		r = sheet_from_row(rows, &s);
		if (r)
			return r;
		g_ptr_array_add(list, s);
	}
	if (!r)
		*ret = g_steal_pointer(&list);
	return r;
}

int sheet_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " SHEET_COLUMNS
		" FROM sheet WHERE session_id = ? AND undone = 0 ORDER BY lot_id, member_no LIMIT 10000",
		DB_PARAMS(db_text(session_id)), &rows);

	return r ? r : take_all(rows, ret);
}

int sheet_store_void_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " SHEET_COLUMNS " FROM sheet WHERE session_id = ? AND undone > 0 "
		"ORDER BY lot_id, undone, member_no LIMIT 100000",
		DB_PARAMS(db_text(session_id)), &rows);

	return r ? r : take_all(rows, ret);
}

int sheet_store_put(struct db_txn *txn, const char *session_id, const struct sheet_row *sheet)
{
	return db_exec(txn,
		"INSERT INTO sheet (session_id, lot_id, member_no, state, content_enc, filled, "
		"commitment, submitted_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON DUPLICATE KEY UPDATE state = VALUES(state), content_enc = VALUES(content_enc), "
		"filled = VALUES(filled), commitment = VALUES(commitment), "
		"submitted_at = VALUES(submitted_at), version = VALUES(version)",
		DB_PARAMS(db_text(session_id), db_text(sheet->lot_id), db_int(sheet->member_no),
			db_text(sheet->submitted ? "submitted" : "draft"),
			db_bytes(sheet->content_enc), db_int(sheet->filled),
			sheet->submitted ? db_blob(sheet->commitment, 32) : db_null(),
			db_maybe_time(sheet->submitted_us), db_int(sheet->version)),
		NULL);
}

static int reopen(struct db_txn *txn, const char *session_id, const char *lot_id, int member_no)
{
	return db_exec(txn,
		"UPDATE sheet SET state = 'draft', commitment = NULL, submitted_at = NULL, "
		"version = version + 1 WHERE session_id = ? AND lot_id = ? AND member_no = ? "
		"AND undone = 0",
		DB_PARAMS(db_text(session_id), db_text(lot_id), db_int(member_no)), NULL);
}

int sheet_store_void(struct db_txn *txn, const char *session_id, const char *lot_id, int member_no,
	int64_t undone_us)
{
	int r = db_exec(txn,
		"INSERT INTO sheet (session_id, lot_id, member_no, state, content_enc, filled, "
		"commitment, submitted_at, version, undone) SELECT session_id, lot_id, member_no, "
		"state, content_enc, filled, commitment, submitted_at, version, ? FROM sheet "
		"WHERE session_id = ? AND lot_id = ? AND member_no = ? AND undone = 0",
		DB_PARAMS(
			db_int(undone_us), db_text(session_id), db_text(lot_id), db_int(member_no)),
		NULL);

	if (r)
		return r < 0 ? r : -EIO;
	return reopen(txn, session_id, lot_id, member_no);
}
