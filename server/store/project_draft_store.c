/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/project_draft_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define DRAFT_SELECT                                                                         \
	"SELECT d.draft_id, d.body, d.state, d.author, COALESCE(d.decided_by, ''), w.name, " \
	"b.name, d.return_reason, COALESCE(d.project_id, ''), d.created_at, d.changed_at, "  \
	"d.version FROM project_draft d JOIN account w ON w.account_id = d.author "          \
	"LEFT JOIN account b ON b.account_id = d.decided_by "

void project_draft_row_free(struct project_draft_row *d)
{
	if (!d)
		return;
	json_decref(d->body);
	g_free(d->author_name);
	g_free(d->decided_by_name);
	g_free(d->return_reason);
	g_free(d);
}

int project_draft_store_insert(struct db_txn *txn, const struct project_draft_row *d)
{
	g_autoptr(GString) body = column_json_text(d->body);

	if (!body)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO project_draft (draft_id, body, state, author, created_at, changed_at) "
		"VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(d->draft_id), db_text(body->str),
			db_text(project_draft_state_name(d->state)), db_text(d->author),
			db_time(d->created_us), db_time(d->created_us)),
		NULL);
}

int project_draft_store_update(struct db_txn *txn, const struct project_draft_row *d)
{
	g_autoptr(GString) body = column_json_text(d->body);

	if (!body)
		return -EINVAL;
	return db_exec(txn,
		"UPDATE project_draft SET body = ?, state = ?, decided_by = ?, return_reason = ?, "
		"project_id = ?, changed_at = ?, version = version + 1 WHERE draft_id = ?",
		DB_PARAMS(db_text(body->str), db_text(project_draft_state_name(d->state)),
			db_maybe_text(*d->decided_by ? d->decided_by : NULL),
			db_maybe_text(d->return_reason),
			db_maybe_text(*d->project_id ? d->project_id : NULL),
			db_time(d->changed_us), db_text(d->draft_id)),
		NULL);
}

int project_draft_store_delete(struct db_txn *txn, const char *draft_id)
{
	return db_exec(txn, "DELETE FROM project_draft WHERE draft_id = ?",
		DB_PARAMS(db_text(draft_id)), NULL);
}

static void *draft_from_row(struct db_rows *rows)
{
	struct project_draft_row *d = g_new0(struct project_draft_row, 1);

	column_copy(rows, 0, d->draft_id, sizeof(d->draft_id));
	d->body = column_json(rows, 1);
	d->state = project_draft_state_from_name(db_col_text(rows, 2));
	column_copy(rows, 3, d->author, sizeof(d->author));
	column_copy(rows, 4, d->decided_by, sizeof(d->decided_by));
	d->author_name = g_strdup(db_col_text(rows, 5));
	d->decided_by_name = g_strdup(db_col_text(rows, 6));
	d->return_reason = g_strdup(db_col_text(rows, 7));
	column_copy(rows, 8, d->project_id, sizeof(d->project_id));
	d->created_us = column_time(rows, 9);
	d->changed_us = column_time(rows, 10);
	d->version = db_col_int(rows, 11);
	return d;
}

int project_draft_store_get(
	struct db_txn *txn, const char *draft_id, struct project_draft_row **ret)
{
	return rows_by_key(txn, DRAFT_SELECT "WHERE d.draft_id = ?", draft_id, draft_from_row, ret);
}

int project_draft_store_lock(
	struct db_txn *txn, const char *draft_id, struct project_draft_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT version FROM project_draft WHERE draft_id = ? FOR UPDATE",
		DB_PARAMS(db_text(draft_id)), &rows);

	return r ? r : project_draft_store_get(txn, draft_id, ret);
}

int project_draft_store_list(struct db_txn *txn, enum project_draft_state state, const char *after,
	unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	const char *name = state ? project_draft_state_name(state) : "";
	int r = db_query(txn,
		DRAFT_SELECT "WHERE (d.state = ? OR (? = '' AND d.state <> 'approved')) AND "
			     "(? = '' OR d.draft_id < ?) ORDER BY d.draft_id DESC LIMIT ?",
		DB_PARAMS(db_text(name), db_text(name), db_text(after), db_text(after),
			db_int(limit)),
		&rows);

	return rows_take(r, rows, draft_from_row, (GDestroyNotify)project_draft_row_free, ret);
}
