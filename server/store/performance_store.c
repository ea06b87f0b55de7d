/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/performance_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define COLUMNS                                                                           \
	"p.session_id, s.title, p.member_no, p.expert_id, p.items, p.remark, p.remark_salt, " \
	"p.recorded_by, p.recorded_at FROM member_performance p "                         \
	"JOIN eval_session s ON s.session_id = p.session_id "

void performance_row_free(void *row)
{
	struct performance_row *p = row;

	if (!p)
		return;
	g_free(p->session_title);
	json_decref(p->items);
	g_free(p->remark);
	g_free(p);
}

static void *from_row(struct db_rows *rows)
{
	struct performance_row *p = g_new0(struct performance_row, 1);

	column_copy(rows, 0, p->session_id, sizeof(p->session_id));
	p->session_title = g_strdup(db_col_text(rows, 1));
	p->member_no = (int)db_col_int(rows, 2);
	column_copy(rows, 3, p->expert_id, sizeof(p->expert_id));
	p->items = column_json(rows, 4);
	p->remark = g_strdup(db_col_text(rows, 5));
	column_fixed(rows, 6, p->remark_salt, sizeof(p->remark_salt));
	column_copy(rows, 7, p->recorded_by, sizeof(p->recorded_by));
	p->recorded_us = column_time(rows, 8);
	return p;
}

int performance_store_add(struct db_txn *txn, const struct performance_row *row)
{
	g_autoptr(GString) items = column_json_text(row->items);

	if (!items)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO member_performance (session_id, member_no, expert_id, items, remark, "
		"remark_salt, recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(row->session_id), db_int(row->member_no),
			db_text(row->expert_id), db_text(items->str), db_maybe_text(row->remark),
			row->remark ? db_blob(row->remark_salt, sizeof(row->remark_salt))
				    : db_null(),
			db_text(row->recorded_by), db_time(row->recorded_us)),
		NULL);
}

int performance_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " COLUMNS "WHERE p.session_id = ? ORDER BY p.member_no LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, from_row, performance_row_free, ret);
}

int performance_store_of_expert(
	struct db_txn *txn, const char *expert_id, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " COLUMNS "WHERE p.expert_id = ? ORDER BY p.recorded_at DESC, "
		"p.session_id DESC LIMIT ?",
		DB_PARAMS(db_text(expert_id), db_int(limit)), &rows);

	return rows_take(r, rows, from_row, performance_row_free, ret);
}
