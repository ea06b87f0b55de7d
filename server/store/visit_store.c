/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/visit_store.h"

#include "db/stmt.h"
#include "server/store/columns.h"

#define VISIT                                                                               \
	"SELECT visit_id, project_id, starts_at, place, note, announced_at, cancelled_at, " \
	"reason FROM site_visit "

void site_visit_free(struct site_visit *v)
{
	if (!v)
		return;
	g_free(v->place);
	g_free(v->note);
	g_free(v->reason);
	g_free(v);
}

static void *visit_from_row(struct db_rows *rows)
{
	struct site_visit *v = g_new0(struct site_visit, 1);

	column_copy(rows, 0, v->visit_id, sizeof(v->visit_id));
	column_copy(rows, 1, v->project_id, sizeof(v->project_id));
	v->starts_us = db_col_time(rows, 2);
	v->place = g_strdup(db_col_text(rows, 3));
	v->note = g_strdup(db_col_text(rows, 4));
	v->announced_us = db_col_time(rows, 5);
	v->cancelled_us = column_time(rows, 6);
	v->reason = g_strdup(db_col_text(rows, 7));
	return v;
}

int visit_store_insert(struct db_txn *txn, const struct site_visit *v)
{
	return db_exec(txn,
		"INSERT INTO site_visit (visit_id, project_id, starts_at, place, note, "
		"announced_at) VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(v->visit_id), db_text(v->project_id), db_time(v->starts_us),
			db_text(v->place), db_maybe_text(v->note), db_time(v->announced_us)),
		NULL);
}

int visit_store_get(struct db_txn *txn, const char *visit_id, struct site_visit **ret)
{
	return rows_by_key(txn, VISIT "WHERE visit_id = ?", visit_id, visit_from_row, ret);
}

int visit_store_cancel(struct db_txn *txn, const struct site_visit *v)
{
	return db_exec(txn, "UPDATE site_visit SET cancelled_at = ?, reason = ? WHERE visit_id = ?",
		DB_PARAMS(db_time(v->cancelled_us), db_text(v->reason), db_text(v->visit_id)),
		NULL);
}

int visit_store_list(struct db_txn *txn, const char *project_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, VISIT "WHERE project_id = ? ORDER BY visit_id LIMIT 100",
		DB_PARAMS(db_text(project_id)), &rows);

	return rows_take(r, rows, visit_from_row, (GDestroyNotify)site_visit_free, ret);
}
