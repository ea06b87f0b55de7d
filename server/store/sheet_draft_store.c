/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/sheet_draft_store.h"

#include "server/store/columns.h"

static void draft_free(struct sheet_draft *d)
{
	g_clear_pointer(&d->content_enc, g_bytes_unref);
	g_free(d);
}

int sheet_draft_store_add(
	struct db_txn *txn, const char *session_id, const struct sheet_draft *draft)
{
	return db_exec(txn,
		"INSERT INTO sheet_draft (session_id, lot_id, member_no, version, submitted, "
		"content_enc, saved_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(draft->lot_id), db_int(draft->member_no),
			db_int(draft->version), db_int(draft->submitted),
			db_bytes(draft->content_enc), db_time(draft->saved_us)),
		NULL);
}

int sheet_draft_store_of_lot(
	struct db_txn *txn, const char *session_id, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	int r = db_query(txn,
		"SELECT lot_id, member_no, version, submitted, content_enc, saved_at "
		"FROM sheet_draft WHERE session_id = ? AND lot_id = ? "
		"ORDER BY member_no, version LIMIT 100000",
		DB_PARAMS(db_text(session_id), db_text(lot_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct sheet_draft *d = g_new0(struct sheet_draft, 1);

		column_copy(rows, 0, d->lot_id, sizeof(d->lot_id));
		d->member_no = (int)db_col_int(rows, 1);
		d->version = db_col_int(rows, 2);
		d->submitted = db_col_int(rows, 3) != 0;
		d->content_enc = column_bytes(rows, 4);
		d->saved_us = column_time(rows, 5);
		g_ptr_array_add(list, d);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}
