/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/objection_store.h"

#include "server/store/columns.h"
#include "server/trade/bid.h"

#define OBJECTION_SELECT                                                                        \
	"SELECT o.objection_id, o.project_id, o.notice_id, o.account_id, o.told, "              \
	"o.received_at, o.recorded_by, o.recorded_at, COALESCE(o.outcome, ''), o.answered_at, " \
	"n.title, p.name, p.rulebook_version, p.regime FROM objection o "                       \
	"JOIN project p USING (project_id) JOIN notice n USING (notice_id) "

void objection_row_free(struct objection_row *o)
{
	if (!o)
		return;
	g_clear_pointer(&o->told, g_bytes_unref);
	g_free(o->notice_title);
	g_free(o->project_name);
	g_free(o->rulebook_version);
	g_free(o);
}

int objection_store_insert(struct db_txn *txn, const struct objection_row *o)
{
	return db_exec(txn,
		"INSERT INTO objection (objection_id, project_id, notice_id, account_id, told, "
		"received_at, recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(o->objection_id), db_text(o->project_id), db_text(o->notice_id),
			db_maybe_text(*o->account_id ? o->account_id : NULL), db_bytes(o->told),
			db_time(o->received_us), db_text(o->recorded_by), db_time(o->recorded_us)),
		NULL);
}

int objection_store_answer(struct db_txn *txn, const struct objection_row *o)
{
	return db_exec(txn,
		"UPDATE objection SET told = ?, outcome = ?, answered_at = ? WHERE objection_id = ?",
		DB_PARAMS(db_bytes(o->told), db_text(objection_outcome_name(o->outcome)),
			db_time(o->answered_us), db_text(o->objection_id)),
		NULL);
}

static void *objection_from_row(struct db_rows *rows)
{
	struct objection_row *o = g_new0(struct objection_row, 1);

	column_copy(rows, 0, o->objection_id, sizeof(o->objection_id));
	column_copy(rows, 1, o->project_id, sizeof(o->project_id));
	column_copy(rows, 2, o->notice_id, sizeof(o->notice_id));
	column_copy(rows, 3, o->account_id, sizeof(o->account_id));
	o->told = column_bytes(rows, 4);
	o->received_us = column_time(rows, 5);
	column_copy(rows, 6, o->recorded_by, sizeof(o->recorded_by));
	o->recorded_us = column_time(rows, 7);
	o->outcome = objection_outcome_from_name(db_col_text(rows, 8));
	o->answered_us = column_time(rows, 9);
	o->notice_title = g_strdup(db_col_text(rows, 10));
	o->project_name = g_strdup(db_col_text(rows, 11));
	o->rulebook_version = g_strdup(db_col_text(rows, 12));
	o->regime = regime_from_name(db_col_text(rows, 13));
	return o;
}

int objection_store_get(struct db_txn *txn, const char *objection_id, struct objection_row **ret)
{
	return rows_by_key(txn, OBJECTION_SELECT "WHERE o.objection_id = ?", objection_id,
		objection_from_row, ret);
}

static int take(int r, struct db_rows *rows, GPtrArray **ret)
{
	return rows_take(r, rows, objection_from_row, (GDestroyNotify)objection_row_free, ret);
}

int objection_store_of_project(struct db_txn *txn, const char *project_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, OBJECTION_SELECT "WHERE o.project_id = ? ORDER BY o.objection_id",
		DB_PARAMS(db_text(project_id)), &rows);

	return take(r, rows, ret);
}

int objection_store_open(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		OBJECTION_SELECT "WHERE o.answered_at IS NULL AND o.objection_id > ? "
				 "ORDER BY o.objection_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return take(r, rows, ret);
}

int objection_store_has_bid(
	struct db_txn *txn, const char *project_id, const char *account_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM bid b JOIN lot l USING (lot_id) WHERE l.project_id = ? "
		"AND b.account_id = ? AND b.state NOT IN (?, ?) LIMIT 1",
		DB_PARAMS(db_text(project_id), db_text(account_id),
			db_text(bid_state_name(BID_UPLOADING)),
			db_text(bid_state_name(BID_WITHDRAWN))),
		&rows);

	return rows_exist(r, rows, ret);
}
