/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/rollback_store.h"

#include <errno.h>

#include "server/store/columns.h"

void rollback_row_free(struct rollback_row *r)
{
	if (!r)
		return;
	g_free(r->reason);
	g_free(r->note);
	g_free(r);
}

int rollback_store_insert(
	struct db_txn *txn, const char *session_id, const struct rollback_row *row)
{
	return db_exec(txn,
		"INSERT INTO rollback (rollback_id, session_id, from_step, to_step, code, reason, "
		"asked_by, member_no, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(row->rollback_id), db_text(session_id),
			db_text(flow_step_name(row->from)), db_text(flow_step_name(row->to)),
			db_text(rollback_reason_name(row->code)), db_text(row->reason),
			db_text(row->asked_by), row->member_no ? db_int(row->member_no) : db_null(),
			db_time(row->asked_us)),
		NULL);
}

int rollback_store_decide(struct db_txn *txn, const struct rollback_row *row)
{
	return db_exec(txn,
		"UPDATE rollback SET approved = ?, note = ?, decided_by = ?, decided_at = ? "
		"WHERE rollback_id = ?",
		DB_PARAMS(row->withdrawn ? db_null() : db_int(row->approved),
			db_maybe_text(row->note), db_text(row->decided_by),
			db_time(row->decided_us), db_text(row->rollback_id)),
		NULL);
}

static void *from_row(struct db_rows *rows)
{
	struct rollback_row *r = g_new0(struct rollback_row, 1);

	column_copy(rows, 0, r->rollback_id, sizeof(r->rollback_id));
	r->from = flow_step_from_name(db_col_text(rows, 1));
	r->to = flow_step_from_name(db_col_text(rows, 2));
	r->code = rollback_reason_from_name(db_col_text(rows, 3));
	r->reason = g_strdup(db_col_text(rows, 4));
	column_copy(rows, 5, r->asked_by, sizeof(r->asked_by));
	r->member_no = (int)db_col_int(rows, 6);
	r->asked_us = column_time(rows, 7);
	r->approved = db_col_int(rows, 8) != 0;
	r->note = g_strdup(db_col_text(rows, 9));
	column_copy(rows, 10, r->decided_by, sizeof(r->decided_by));
	r->decided_us = column_time(rows, 11);
	r->withdrawn = r->decided_by[0] && db_col_int(rows, 12);
	return r;
}

int rollback_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT rollback_id, from_step, to_step, code, reason, asked_by, "
		"COALESCE(member_no, 0), asked_at, COALESCE(approved, 0), note, decided_by, "
		"decided_at, approved IS NULL FROM rollback WHERE session_id = ? ORDER BY rollback_id LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)rollback_row_free, ret);
}

int rollback_store_void_leader(struct db_txn *txn, const char *session_id, int64_t undone_us)
{
	return db_exec(txn, "UPDATE leader_vote SET undone = ? WHERE session_id = ? AND undone = 0",
		DB_PARAMS(db_int(undone_us), db_text(session_id)), NULL);
}

int rollback_store_void_reject_votes(
	struct db_txn *txn, const char *session_id, enum flow_step step, int64_t undone_us)
{
	return db_exec(txn,
		"UPDATE rejection_vote SET undone = ? WHERE session_id = ? AND undone = 0 "
		"AND step = ?",
		DB_PARAMS(db_int(undone_us), db_text(session_id), db_text(flow_step_name(step))),
		NULL);
}

int rollback_store_void_result(
	struct db_txn *txn, const char *session_id, const char *lot_id, int64_t undone_us)
{
	int r = db_exec(txn,
		"INSERT INTO lot_result_undone (lot_id, undone, session_id, result) "
		"SELECT lot_id, ?, ?, result FROM lot WHERE lot_id = ? AND result IS NOT NULL",
		DB_PARAMS(db_int(undone_us), db_text(session_id), db_text(lot_id)), NULL);

	if (r)
		return r < 0 ? r : -EIO;
	return db_exec(txn, "UPDATE lot SET result = NULL, version = version + 1 WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_id)), NULL);
}

void void_result_free(struct void_result *v)
{
	if (!v)
		return;
	json_decref(v->result);
	g_free(v);
}

static void *result_from_row(struct db_rows *rows)
{
	struct void_result *v = g_new0(struct void_result, 1);

	column_copy(rows, 0, v->lot_id, sizeof(v->lot_id));
	v->undone_us = db_col_int(rows, 1);
	v->result = column_json(rows, 2);
	return v;
}

int rollback_store_result_undone(struct db_txn *txn, const char *lot_id, int64_t *ret_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT COALESCE(MAX(undone), 0) FROM lot_result_undone WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_us = db_col_int(rows, 0);
	return r <= 0 ? r : -EIO;
}

int rollback_store_void_results(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT lot_id, undone, result FROM lot_result_undone WHERE session_id = ? "
		"ORDER BY lot_id, undone LIMIT 10000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, result_from_row, (GDestroyNotify)void_result_free, ret);
}

int rollback_store_void_results_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT lot_id, undone, result FROM lot_result_undone WHERE lot_id = ? "
		"ORDER BY undone LIMIT 10000",
		DB_PARAMS(db_text(lot_id)), &rows);

	return rows_take(r, rows, result_from_row, (GDestroyNotify)void_result_free, ret);
}

int rollback_store_void_report(struct db_txn *txn, const char *session_id, int64_t undone_us)
{
	static const char *const statements[] = {
		"UPDATE report SET undone = ? WHERE session_id = ? AND undone = 0",
		"UPDATE report_certificate SET undone = ? WHERE session_id = ? AND undone = 0",
		"UPDATE report_increment SET undone = ? WHERE session_id = ? AND undone = 0",
		"UPDATE report_signature SET undone = ? WHERE session_id = ? AND undone = 0",
		"UPDATE report_refusal SET undone = ? WHERE session_id = ? AND undone = 0",
	};
	int r = 0;

	for (size_t i = 0; !r && i < G_N_ELEMENTS(statements); i++)
		r = db_exec(txn, statements[i], DB_PARAMS(db_int(undone_us), db_text(session_id)),
			NULL);
	return r;
}
