/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/fee_store.h"

#include <errno.h>

#include "server/store/columns.h"

void fee_rate_row_free(struct fee_rate_row *r)
{
	if (!r)
		return;
	g_free(r->note);
	g_free(r);
}

void fee_sheet_free(struct fee_sheet *s)
{
	if (!s)
		return;
	json_decref(s->content);
	g_free(s);
}

static void *rate_from_row(struct db_rows *rows)
{
	struct fee_rate_row *r = g_new0(struct fee_rate_row, 1);

	column_copy(rows, 0, r->rate.region, sizeof(r->rate.region));
	r->rate.unit_minutes = (int)db_col_int(rows, 1);
	r->rate.unit_fen = db_col_int(rows, 2);
	r->rate.min_fen = db_col_int(rows, 3);
	r->note = g_strdup(db_col_text(rows, 4));
	r->set_us = column_time(rows, 5);
	return r;
}

int fee_store_add_rate(struct db_txn *txn, const struct fee_rate_row *row, const char *set_by)
{
	char id[ID_SIZE];

	id_new(id);
	return db_exec(txn,
		"INSERT INTO fee_rate (rate_id, region, unit_minutes, unit_fen, min_fen, note, set_by, "
		"set_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(id), db_text(row->rate.region), db_int(row->rate.unit_minutes),
			db_int(row->rate.unit_fen), db_int(row->rate.min_fen),
			db_maybe_text(row->note), db_text(set_by), db_time(row->set_us)),
		NULL);
}

int fee_store_rates(struct db_txn *txn, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT r.region, r.unit_minutes, r.unit_fen, r.min_fen, r.note, r.set_at FROM fee_rate r "
		"WHERE r.rate_id = (SELECT MAX(x.rate_id) FROM fee_rate x WHERE x.region = r.region) "
		"ORDER BY r.region LIMIT 5000",
		DB_NO_PARAMS, &rows);

	return rows_take(r, rows, rate_from_row, (GDestroyNotify)fee_rate_row_free, ret);
}

int fee_store_add_sheet(struct db_txn *txn, const char *session_id, const struct fee_sheet *sheet)
{
	g_autoptr(GString) text = column_json_text(sheet->content);

	if (!text)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO fee_sheet (session_id, closed_at, content, approved_by, approved_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_time(sheet->closed_us), db_text(text->str),
			db_text(sheet->approved_by), db_time(sheet->approved_us)),
		NULL);
}

static void *sheet_from_row(struct db_rows *rows)
{
	struct fee_sheet *s = g_new0(struct fee_sheet, 1);

	s->closed_us = column_time(rows, 0);
	s->content = column_json(rows, 1);
	column_copy(rows, 2, s->approved_by, sizeof(s->approved_by));
	s->approved_us = column_time(rows, 3);
	return s;
}

int fee_store_sheets(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT closed_at, content, approved_by, approved_at FROM fee_sheet "
		"WHERE session_id = ? ORDER BY closed_at",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, sheet_from_row, (GDestroyNotify)fee_sheet_free, ret);
}
