/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/question_store.h"

#include "server/store/columns.h"

#define QUESTION_SELECT                                                                           \
	"SELECT question_id, session_id, lot_id, bid_id, account_id, member_no, text, asked_at, " \
	"COALESCE(passed, 0), note, COALESCE(reviewed_by, ''), reviewed_at, deadline, answer, "   \
	"COALESCE(key_id, ''), signature, answered_at, COALESCE(outcome, ''), outcome_note, "     \
	"settled_at, low_price FROM question "

void question_row_free(struct question_row *q)
{
	if (!q)
		return;
	g_free(q->text);
	g_free(q->note);
	g_free(q->answer);
	g_clear_pointer(&q->signature, g_bytes_unref);
	g_free(q->outcome_note);
	g_free(q);
}

int question_store_insert(struct db_txn *txn, const struct question_row *q)
{
	return db_exec(txn,
		"INSERT INTO question (question_id, session_id, lot_id, bid_id, account_id, "
		"member_no, text, asked_at, low_price) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(q->question_id), db_text(q->session_id), db_text(q->lot_id),
			db_text(q->bid_id), db_text(q->account_id), db_int(q->member_no),
			db_text(q->text), db_time(q->asked_us), db_int(q->low_price)),
		NULL);
}

static void *from_row(struct db_rows *rows)
{
	struct question_row *q = g_new0(struct question_row, 1);

	column_copy(rows, 0, q->question_id, sizeof(q->question_id));
	column_copy(rows, 1, q->session_id, sizeof(q->session_id));
	column_copy(rows, 2, q->lot_id, sizeof(q->lot_id));
	column_copy(rows, 3, q->bid_id, sizeof(q->bid_id));
	column_copy(rows, 4, q->account_id, sizeof(q->account_id));
	q->member_no = (int)db_col_int(rows, 5);
	q->text = g_strdup(db_col_text(rows, 6));
	q->asked_us = column_time(rows, 7);
	q->passed = db_col_int(rows, 8) != 0;
	q->note = g_strdup(db_col_text(rows, 9));
	column_copy(rows, 10, q->reviewed_by, sizeof(q->reviewed_by));
	q->reviewed_us = column_time(rows, 11);
	q->deadline_us = column_time(rows, 12);
	q->answer = g_strdup(db_col_text(rows, 13));
	column_copy(rows, 14, q->key_id, sizeof(q->key_id));
	q->signature = column_bytes(rows, 15);
	q->answered_us = column_time(rows, 16);
	column_copy(rows, 17, q->outcome, sizeof(q->outcome));
	q->outcome_note = g_strdup(db_col_text(rows, 18));
	q->settled_us = column_time(rows, 19);
	q->low_price = db_col_int(rows, 20) != 0;
	return q;
}

int question_store_get(struct db_txn *txn, const char *question_id, struct question_row **ret)
{
	return rows_by_key(
		txn, QUESTION_SELECT "WHERE question_id = ?", question_id, from_row, ret);
}

int question_store_lock(struct db_txn *txn, const char *question_id, struct question_row **ret)
{
	return rows_by_key(txn, QUESTION_SELECT "WHERE question_id = ? FOR UPDATE", question_id,
		from_row, ret);
}

int question_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		QUESTION_SELECT "WHERE session_id = ? ORDER BY question_id LIMIT 10000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)question_row_free, ret);
}

int question_store_of_account(struct db_txn *txn, const char *account_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		QUESTION_SELECT "WHERE account_id = ? AND passed = 1 AND (outcome IS NOT NULL OR "
				"NOT EXISTS (SELECT 1 FROM eval_session s WHERE "
				"s.session_id = question.session_id AND s.step = 'dissolved')) "
				"ORDER BY question_id DESC LIMIT 1000",
		DB_PARAMS(db_text(account_id)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)question_row_free, ret);
}

int question_store_update(struct db_txn *txn, const struct question_row *q)
{
	return db_exec(txn,
		"UPDATE question SET passed = ?, note = ?, reviewed_by = ?, reviewed_at = ?, "
		"deadline = ?, answer = ?, key_id = ?, signature = ?, answered_at = ?, "
		"outcome = ?, outcome_note = ?, settled_at = ? WHERE question_id = ?",
		DB_PARAMS(db_int(q->passed), db_maybe_text(q->note), db_text(q->reviewed_by),
			db_maybe_time(q->reviewed_us), db_maybe_time(q->deadline_us),
			db_maybe_text(q->answer), db_maybe_text(q->answer ? q->key_id : NULL),
			db_bytes(q->signature), db_maybe_time(q->answered_us),
			db_maybe_text(q->outcome[0] ? q->outcome : NULL),
			db_maybe_text(q->outcome_note), db_maybe_time(q->settled_us),
			db_text(q->question_id)),
		NULL);
}
