/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/opening_store.h"

#include <errno.h>

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

int opening_store_own_bid(
	struct db_txn *txn, const char *lot_id, const char *account_id, char ret_id[static ID_SIZE])
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT bid_id FROM bid WHERE lot_id = ? AND account_id = ? "
		"AND state NOT IN ('uploading', 'withdrawn') LIMIT 1",
		DB_PARAMS(db_text(lot_id), db_text(account_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		column_copy(rows, 0, ret_id, ID_SIZE);
	return r;
}

int opening_store_attend(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO opening_attendance (lot_id, account_id, attended_at) VALUES (?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_text(account_id), db_time(now_us)), NULL);
}

int opening_store_read_out(struct db_txn *txn, const char *lot_id, int64_t bid_no, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO opening_reading (lot_id, bid_no, read_at) VALUES (?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_int(bid_no), db_time(now_us)), NULL);
}

/* Numbers of bids and a time of each. */
static int times_by_number(
	struct db_txn *txn, const char *sql, const char *lot_id, GHashTable **ret)
{
	g_autoptr(GHashTable) times = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(lot_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		int64_t *at = g_new(int64_t, 1);
		*at = db_col_time(rows, 1);
		g_hash_table_insert(times, GINT_TO_POINTER((gint)db_col_int(rows, 0)), at);
		r = 0;
	}
	if (!r)
		*ret = g_steal_pointer(&times);
	return r;
}

int opening_store_hall(struct db_txn *txn, const char *lot_id, struct opening_hall *ret)
{
	int r = times_by_number(txn,
		"SELECT b.bid_no, t.attended_at FROM opening_attendance t JOIN bid b "
		"ON b.lot_id = t.lot_id AND b.account_id = t.account_id "
		"WHERE t.lot_id = ? AND b.bid_no IS NOT NULL",
		lot_id, &ret->attended);

	if (!r)
		r = times_by_number(txn,
			"SELECT bid_no, read_at FROM opening_reading WHERE lot_id = ?", lot_id,
			&ret->readings);
	return r;
}

void opening_hall_clear(struct opening_hall *h)
{
	g_clear_pointer(&h->attended, g_hash_table_unref);
	g_clear_pointer(&h->readings, g_hash_table_unref);
}

int64_t opening_hall_time(GHashTable *times, int64_t bid_no)
{
	const int64_t *at = g_hash_table_lookup(times, GINT_TO_POINTER((gint)bid_no));

	return at ? *at : 0;
}

int opening_store_own_attendance(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT MIN(attended_at) FROM opening_attendance "
		"WHERE lot_id = ? AND account_id = ?",
		DB_PARAMS(db_text(lot_id), db_text(account_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_us = column_time(rows, 0);
	return r;
}

void opening_paper_clear(struct opening_paper *p)
{
	json_decref(p->model);
	g_clear_pointer(&p->pdf, g_bytes_unref);
	*p = (struct opening_paper){0};
}

int opening_store_add_paper(
	struct db_txn *txn, const char *lot_id, const struct opening_paper *paper)
{
	g_autoptr(GString) model = column_json_text(paper->model);

	if (!model)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO opening_paper (lot_id, model, pdf, pdf_sha256, made_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_text_n(model->str, model->len), db_bytes(paper->pdf),
			db_blob(paper->pdf_sha256, 32), db_time(paper->made_us)),
		NULL);
}

int opening_store_paper(
	struct db_txn *txn, const char *lot_id, bool with_pdf, struct opening_paper *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	const char *sql = with_pdf ? "SELECT pdf_sha256, made_at, pdf FROM opening_paper "
				     "WHERE lot_id = ?"
				   : "SELECT pdf_sha256, made_at, CAST(NULL AS BINARY) FROM "
				     "opening_paper WHERE lot_id = ?";
	int r = db_query(txn, sql, DB_PARAMS(db_text(lot_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		r = column_32(rows, 0, ret->pdf_sha256);
	if (r)
		return r;
	ret->made_us = db_col_time(rows, 1);
	ret->pdf = column_bytes(rows, 2);
	return 0;
}
