/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/tender_store.h"

#include "db/stmt.h"
#include "server/store/columns.h"

int tender_store_add_fetch(struct db_txn *txn, const char *project_id, const char *attachment_id,
	const char *account_id, int64_t now_us, bool *ret_first)
{
	uint64_t n = 0; /* 2: it was there and has changed */
	int r = db_exec(txn,
		"INSERT INTO tender_fetch (account_id, attachment_id, project_id, first_at, "
		"last_at) VALUES (?, ?, ?, ?, ?) "
		"ON DUPLICATE KEY UPDATE last_at = VALUES(last_at), times = times + 1",
		DB_PARAMS(db_text(account_id), db_text(attachment_id), db_text(project_id),
			db_time(now_us), db_time(now_us)),
		&n);

	*ret_first = n == 1;
	return r;
}

int tender_store_copy(struct db_txn *txn, const char *project_id, const char *account_id,
	char ret_id[static ID_SIZE])
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	char id[ID_SIZE];
	int r;

	id_new(id);
	r = db_exec(txn,
		"INSERT INTO tender_copy (copy_id, account_id, project_id) VALUES (?, ?, ?) "
		"ON DUPLICATE KEY UPDATE copy_id = copy_id",
		DB_PARAMS(db_text(id), db_text(account_id), db_text(project_id)), NULL);
	if (!r)
		r = db_query(txn,
			"SELECT copy_id FROM tender_copy WHERE account_id = ? AND project_id = ?",
			DB_PARAMS(db_text(account_id), db_text(project_id)), &rows);
	if (!r)
		r = rows_only(rows);
	if (!r)
		column_copy(rows, 0, ret_id, ID_SIZE);
	return r;
}

static void *fetch_from_row(struct db_rows *rows)
{
	struct tender_fetch *f = g_new0(struct tender_fetch, 1);

	column_copy(rows, 0, f->id, sizeof(f->id));
	column_copy(rows, 1, f->notice_id, sizeof(f->notice_id));
	f->offered = db_col_int(rows, 2) != 0;
	f->first_us = db_col_time(rows, 3);
	return f;
}

int tender_store_fetches(
	struct db_txn *txn, const char *project_id, const char *account_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT f.attachment_id, t.notice_id, t.offered, f.first_at FROM tender_fetch f "
		"JOIN notice_attachment t USING (attachment_id) "
		"WHERE f.account_id = ? AND f.project_id = ? "
		"ORDER BY f.first_at, f.attachment_id",
		DB_PARAMS(db_text(account_id), db_text(project_id)), &rows);

	return rows_take(r, rows, fetch_from_row, g_free, ret);
}

static void *holding_from_row(struct db_rows *rows)
{
	struct tender_holding *h = g_new0(struct tender_holding, 1);

	column_copy(rows, 0, h->project_id, sizeof(h->project_id));
	h->first_us = db_col_time(rows, 1);
	return h;
}

int tender_store_holdings(struct db_txn *txn, const char *account_id, const char *after,
	unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT project_id, MIN(first_at) FROM tender_fetch WHERE account_id = ? "
		"AND (? = '' OR project_id < ?) "
		"GROUP BY project_id ORDER BY project_id DESC LIMIT ?",
		DB_PARAMS(db_text(account_id), db_text(after), db_text(after), db_int(limit)),
		&rows);

	return rows_take(r, rows, holding_from_row, g_free, ret);
}

int tender_store_see(
	struct db_txn *txn, const char *account_id, const char *subject_id, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO tender_seen (account_id, subject_id, seen_at) VALUES (?, ?, ?) "
		"ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)",
		DB_PARAMS(db_text(account_id), db_text(subject_id), db_time(now_us)), NULL);
}

int tender_store_seen(struct db_txn *txn, const char *account_id, GHashTable **ret)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT subject_id, seen_at FROM tender_seen WHERE account_id = ?",
		DB_PARAMS(db_text(account_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		int64_t *at = g_new(int64_t, 1);
		*at = db_col_time(rows, 1);
		g_hash_table_insert(seen, g_strdup(db_col_text(rows, 0)), at);
		r = 0;
	}
	if (!r)
		*ret = g_steal_pointer(&seen);
	return r;
}

#define QUESTION                                                                            \
	"SELECT question_id, project_id, account_id, kind, said, asked_at, shown, answer, " \
	"affects_bids, answered_at FROM tender_question "

void tender_question_free(struct tender_question *q)
{
	if (!q)
		return;
	g_free(q->said);
	g_free(q->shown);
	g_free(q->answer);
	g_free(q);
}

static void *question_from_row(struct db_rows *rows)
{
	struct tender_question *q = g_new0(struct tender_question, 1);

	column_copy(rows, 0, q->question_id, sizeof(q->question_id));
	column_copy(rows, 1, q->project_id, sizeof(q->project_id));
	column_copy(rows, 2, q->account_id, sizeof(q->account_id));
	q->kind = tender_ask_from_name(db_col_text(rows, 3));
	q->said = g_strdup(db_col_text(rows, 4));
	q->asked_us = db_col_time(rows, 5);
	q->shown = g_strdup(db_col_text(rows, 6));
	q->answer = g_strdup(db_col_text(rows, 7));
	q->affects_bids = db_col_int(rows, 8) != 0;
	q->answered_us = column_time(rows, 9);
	return q;
}

int tender_store_add_question(struct db_txn *txn, const struct tender_question *q)
{
	return db_exec(txn,
		"INSERT INTO tender_question (question_id, project_id, account_id, kind, said, "
		"asked_at) VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(q->question_id), db_text(q->project_id), db_text(q->account_id),
			db_text(tender_ask_name(q->kind)), db_text(q->said), db_time(q->asked_us)),
		NULL);
}

int tender_store_question(struct db_txn *txn, const char *question_id, struct tender_question **ret)
{
	return rows_by_key(
		txn, QUESTION "WHERE question_id = ?", question_id, question_from_row, ret);
}

int tender_store_answer(struct db_txn *txn, const struct tender_question *q)
{
	return db_exec(txn,
		"UPDATE tender_question SET shown = ?, answer = ?, affects_bids = ?, "
		"answered_at = ? WHERE question_id = ?",
		DB_PARAMS(db_text(q->shown), db_text(q->answer), db_int(q->affects_bids),
			db_time(q->answered_us), db_text(q->question_id)),
		NULL);
}

static int questions(struct db_rows *rows, int r, GPtrArray **ret)
{
	return rows_take(r, rows, question_from_row, (GDestroyNotify)tender_question_free, ret);
}

int tender_store_questions(struct db_txn *txn, const char *project_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, QUESTION "WHERE project_id = ? ORDER BY question_id",
		DB_PARAMS(db_text(project_id)), &rows);

	return questions(rows, r, ret);
}

int tender_store_open_questions(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		QUESTION "WHERE answered_at IS NULL AND question_id > ? "
			 "ORDER BY question_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return questions(rows, r, ret);
}
