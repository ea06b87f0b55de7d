/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/medium_store.h"

#include "server/store/columns.h"

#define MEDIUM_SELECT                                                                           \
	"SELECT m.record_id, m.notice_id, m.medium_no, m.appeared_at, m.text_sha256, "          \
	"m.differs_at, m.common_text, m.our_text, m.their_text, m.recorded_by, m.recorded_at, " \
	"a.name, n.title, "                                                                     \
	"JSON_VALUE(n.media, CONCAT('$[', m.medium_no - 1, '].name')) "                         \
	"FROM medium_record m JOIN notice n USING (notice_id) "                                 \
	"JOIN account a ON a.account_id = m.recorded_by "

void medium_record_free(struct medium_record *m)
{
	if (!m)
		return;
	g_free(m->text);
	medium_difference_clear(&m->difference);
	g_free(m->recorded_by_name);
	g_free(m->notice_title);
	g_free(m->medium_name);
	g_free(m);
}

int medium_store_insert(struct db_txn *txn, const struct medium_record *m)
{
	const struct medium_difference *d = &m->difference;

	return db_exec(txn,
		"INSERT INTO medium_record (record_id, notice_id, medium_no, appeared_at, text, "
		"text_sha256, differs_at, common_text, our_text, their_text, recorded_by, "
		"recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(m->record_id), db_text(m->notice_id), db_int(m->medium_no),
			db_time(m->appeared_us), db_text(m->text),
			db_blob(m->text_sha256, sizeof(m->text_sha256)),
			m->agrees ? db_null() : db_int(d->at), db_maybe_text(d->common),
			db_maybe_text(d->ours), db_maybe_text(d->theirs), db_text(m->recorded_by),
			db_time(m->recorded_us)),
		NULL);
}

static void *record_from_row(struct db_rows *rows)
{
	struct medium_record *m = g_new0(struct medium_record, 1);

	column_copy(rows, 0, m->record_id, sizeof(m->record_id));
	column_copy(rows, 1, m->notice_id, sizeof(m->notice_id));
	m->medium_no = db_col_int(rows, 2);
	m->appeared_us = column_time(rows, 3);
	column_32(rows, 4, m->text_sha256); /* BINARY(32) */
	m->agrees = db_col_is_null(rows, 5);
	if (!m->agrees)
		m->difference = (struct medium_difference){.at = db_col_int(rows, 5),
			.common = g_strdup(db_col_text(rows, 6)),
			.ours = g_strdup(db_col_text(rows, 7)),
			.theirs = g_strdup(db_col_text(rows, 8))};
	column_copy(rows, 9, m->recorded_by, sizeof(m->recorded_by));
	m->recorded_us = column_time(rows, 10);
	m->recorded_by_name = g_strdup(db_col_text(rows, 11));
	m->notice_title = g_strdup(db_col_text(rows, 12));
	m->medium_name = g_strdup(db_col_text(rows, 13));
	return m;
}

static int take(int r, struct db_rows *rows, GPtrArray **ret)
{
	return rows_take(r, rows, record_from_row, (GDestroyNotify)medium_record_free, ret);
}

int medium_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, MEDIUM_SELECT "WHERE m.notice_id = ? ORDER BY m.record_id DESC",
		DB_PARAMS(db_text(notice_id)), &rows);

	return take(r, rows, ret);
}

int medium_store_differing(struct db_txn *txn, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		MEDIUM_SELECT
		"WHERE m.differs_at IS NOT NULL AND n.state = 'published' AND NOT EXISTS "
		"(SELECT 1 FROM medium_record l WHERE l.notice_id = m.notice_id AND "
		"l.medium_no = m.medium_no AND l.record_id > m.record_id) "
		"ORDER BY m.record_id DESC LIMIT ?",
		DB_PARAMS(db_int(limit)), &rows);

	return take(r, rows, ret);
}

int medium_store_count(struct db_txn *txn, const char *notice_id, int64_t medium_no, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT COUNT(*) FROM medium_record WHERE notice_id = ? AND medium_no = ?",
		DB_PARAMS(db_text(notice_id), db_int(medium_no)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = db_col_int(rows, 0);
	return r;
}
