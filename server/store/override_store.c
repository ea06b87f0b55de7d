/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/override_store.h"

#include "server/store/columns.h"

#define OVERRIDE_SELECT                                                                         \
	"SELECT o.override_id, o.notice_id, o.rule, o.reason, o.asked_by, a.name, o.asked_at, " \
	"COALESCE(o.granted_by, ''), g.name, o.granted_at FROM rule_override o "                \
	"JOIN account a ON a.account_id = o.asked_by "                                          \
	"LEFT JOIN account g ON g.account_id = o.granted_by "

void rule_override_free(struct rule_override *o)
{
	if (!o)
		return;
	g_free(o->reason);
	g_free(o->asked_by_name);
	g_free(o->granted_by_name);
	g_free(o);
}

int override_store_insert(struct db_txn *txn, const struct rule_override *o)
{
	return db_exec(txn,
		"INSERT INTO rule_override (override_id, notice_id, rule, reason, asked_by, asked_at) "
		"VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(o->override_id), db_text(o->notice_id), db_text(o->rule),
			db_text(o->reason), db_text(o->asked_by), db_time(o->asked_us)),
		NULL);
}

int override_store_grant(
	struct db_txn *txn, const char *override_id, const char *granted_by, int64_t granted_us)
{
	return db_exec(txn,
		"UPDATE rule_override SET granted_by = ?, granted_at = ? WHERE override_id = ?",
		DB_PARAMS(db_text(granted_by), db_time(granted_us), db_text(override_id)), NULL);
}

static void *from_row(struct db_rows *rows)
{
	struct rule_override *o = g_new0(struct rule_override, 1);

	g_strlcpy(o->override_id, db_col_text(rows, 0), sizeof(o->override_id));
	g_strlcpy(o->notice_id, db_col_text(rows, 1), sizeof(o->notice_id));
	g_strlcpy(o->rule, db_col_text(rows, 2), sizeof(o->rule));
	o->reason = g_strdup(db_col_text(rows, 3));
	g_strlcpy(o->asked_by, db_col_text(rows, 4), sizeof(o->asked_by));
	o->asked_by_name = g_strdup(db_col_text(rows, 5));
	o->asked_us = db_col_time(rows, 6);
	g_strlcpy(o->granted_by, db_col_text(rows, 7), sizeof(o->granted_by));
	o->granted_by_name = g_strdup(db_col_text(rows, 8));
	o->granted_us = db_col_is_null(rows, 9) ? 0 : db_col_time(rows, 9);
	return o;
}

int override_store_lock(struct db_txn *txn, const char *override_id, struct rule_override **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, OVERRIDE_SELECT "WHERE o.override_id = ? FOR UPDATE",
		DB_PARAMS(db_text(override_id)), &rows);

	return rows_take_one(r, rows, from_row, ret);
}

int override_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, OVERRIDE_SELECT "WHERE o.notice_id = ? ORDER BY o.override_id",
		DB_PARAMS(db_text(notice_id)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)rule_override_free, ret);
}
