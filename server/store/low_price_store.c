/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/low_price_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define LOW_PRICE_SELECT \
	"SELECT bid_id, lot_id, raised_by, finding, COALESCE(member_no, 0), reason, raised_at FROM low_price "

void low_price_row_free(struct low_price_row *r)
{
	if (!r)
		return;
	json_decref(r->finding);
	g_free(r->reason);
	g_free(r);
}

void low_price_vote_free(struct low_price_vote *v)
{
	if (!v)
		return;
	g_free(v->reason);
	g_free(v);
}

static void *from_row(struct db_rows *rows)
{
	struct low_price_row *r = g_new0(struct low_price_row, 1);

	column_copy(rows, 0, r->bid_id, sizeof(r->bid_id));
	column_copy(rows, 1, r->lot_id, sizeof(r->lot_id));
	column_copy(rows, 2, r->by, sizeof(r->by));
	r->finding = column_json(rows, 3);
	r->member_no = (int)db_col_int(rows, 4);
	r->reason = g_strdup(db_col_text(rows, 5));
	r->raised_us = column_time(rows, 6);
	return r;
}

static void *vote_from_row(struct db_rows *rows)
{
	struct low_price_vote *v = g_new0(struct low_price_vote, 1);

	column_copy(rows, 0, v->bid_id, sizeof(v->bid_id));
	v->member_no = (int)db_col_int(rows, 1);
	v->reason = g_strdup(db_col_text(rows, 2));
	return v;
}

int low_price_store_add(struct db_txn *txn, const char *session_id, const struct low_price_row *row)
{
	g_autoptr(GString) finding = row->finding ? column_json_text(row->finding) : NULL;

	if (row->finding && !finding)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO low_price (session_id, bid_id, lot_id, raised_by, finding, member_no, reason, "
		"raised_at) VALUES (?, ?, ?, ?, ?, NULLIF(?, 0), ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(row->bid_id), db_text(row->lot_id),
			db_text(row->by), db_maybe_text(finding ? finding->str : NULL),
			db_int(row->member_no), db_maybe_text(row->reason),
			db_time(row->raised_us)),
		NULL);
}

int low_price_store_set_finding(struct db_txn *txn, const char *session_id, const char *bid_id,
	const char *by, const json_t *finding)
{
	g_autoptr(GString) text = finding ? column_json_text(finding) : NULL;

	if (finding && !text)
		return -EINVAL;
	return db_exec(txn,
		"UPDATE low_price SET raised_by = ?, finding = ? WHERE session_id = ? AND "
		"bid_id = ? AND undone = 0",
		DB_PARAMS(db_text(by), db_maybe_text(text ? text->str : NULL), db_text(session_id),
			db_text(bid_id)),
		NULL);
}

int low_price_store_get(
	struct db_txn *txn, const char *session_id, const char *bid_id, struct low_price_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, LOW_PRICE_SELECT "WHERE session_id = ? AND bid_id = ? AND undone = 0",
		DB_PARAMS(db_text(session_id), db_text(bid_id)), &rows);

	return rows_take_one(r, rows, from_row, ret);
}

int low_price_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		LOW_PRICE_SELECT
		"WHERE session_id = ? AND undone = 0 ORDER BY lot_id, bid_id LIMIT 10000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)low_price_row_free, ret);
}

int low_price_store_add_vote(struct db_txn *txn, const char *session_id,
	const struct low_price_vote *vote, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO low_price_vote (session_id, bid_id, member_no, reason, voted_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(vote->bid_id), db_int(vote->member_no),
			db_text(vote->reason), db_time(now_us)),
		NULL);
}

int low_price_store_votes(
	struct db_txn *txn, const char *session_id, const char *bid_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT bid_id, member_no, reason FROM low_price_vote WHERE session_id = ? AND "
		"bid_id = ? AND undone = 0 ORDER BY member_no LIMIT 1000",
		DB_PARAMS(db_text(session_id), db_text(bid_id)), &rows);

	return rows_take(r, rows, vote_from_row, (GDestroyNotify)low_price_vote_free, ret);
}

int low_price_store_void(
	struct db_txn *txn, const char *session_id, const char *bid_id, int64_t undone_us)
{
	int r = db_exec(txn,
		"UPDATE low_price SET undone = ? WHERE session_id = ? AND undone = 0 AND "
		"(? IS NULL OR bid_id = ?)",
		DB_PARAMS(db_int(undone_us), db_text(session_id), db_maybe_text(bid_id),
			db_maybe_text(bid_id)),
		NULL);

	if (r)
		return r;
	return db_exec(txn,
		"UPDATE low_price_vote SET undone = ? WHERE session_id = ? AND undone = 0 AND "
		"(? IS NULL OR bid_id = ?)",
		DB_PARAMS(db_int(undone_us), db_text(session_id), db_maybe_text(bid_id),
			db_maybe_text(bid_id)),
		NULL);
}
