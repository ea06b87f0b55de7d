/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/hall_store.h"


#include "server/eval/flow.h"
#include "server/store/columns.h"

/* A room is open to those who come before anybody is checked in, and to nobody once it is closed. */
#define OPEN_STEP FLOW_CHECKIN
#define CLOSED_STEP FLOW_CLOSED

int hall_store_insert(struct db_txn *txn, const struct hall *h, const char *title)
{
	return db_exec(txn,
		"INSERT INTO eval_session (session_id, project_id, title, step, panel_size, "
		"scheduled_at, host, started_at, created_at, hall_of) "
		"VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(h->session_id), db_text(h->project_id), db_text(title),
			db_text(flow_step_name(OPEN_STEP)), db_time(h->opened_us), db_text(h->host),
			db_time(h->opened_us), db_time(h->opened_us), db_text(h->lot_id)),
		NULL);
}

static int read_hall(struct db_txn *txn, const char *sql, const char *key, struct hall *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(key)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	column_copy(rows, 0, ret->session_id, sizeof(ret->session_id));
	column_copy(rows, 1, ret->project_id, sizeof(ret->project_id));
	column_copy(rows, 2, ret->lot_id, sizeof(ret->lot_id));
	column_copy(rows, 3, ret->host, sizeof(ret->host));
	ret->opened_us = column_time(rows, 4);
	ret->closed_us = column_time(rows, 5);
	return 0;
}

#define HALL_SELECT \
	"SELECT session_id, project_id, hall_of, host, started_at, closed_at FROM eval_session "

int hall_store_of_lot(struct db_txn *txn, const char *lot_id, struct hall *ret)
{
	return read_hall(txn,
		HALL_SELECT "WHERE hall_of = ? ORDER BY closed_at IS NULL DESC, started_at DESC, "
			    "session_id DESC LIMIT 1",
		lot_id, ret);
}

int hall_store_get(struct db_txn *txn, const char *session_id, struct hall *ret)
{
	return read_hall(
		txn, HALL_SELECT "WHERE session_id = ? AND hall_of IS NOT NULL", session_id, ret);
}

int hall_store_is_told(
	struct db_txn *txn, const char *session_id, const char *account_id, bool *ret_told)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM eval_session s JOIN bid b ON b.lot_id = s.hall_of "
		"WHERE s.session_id = ? AND b.account_id = ? AND b.state = 'opened' LIMIT 1",
		DB_PARAMS(db_text(session_id), db_text(account_id)), &rows);

	return rows_exist(r, rows, ret_told);
}

int hall_store_witnesses(struct db_txn *txn, const char *lot_id, char **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT GROUP_CONCAT(DISTINCT a.name ORDER BY a.name SEPARATOR '、') "
		"FROM eval_session h JOIN seat s USING (session_id) "
		"JOIN seat_device d USING (session_id, seat_id) "
		"JOIN account a ON a.account_id = s.account_id "
		"WHERE h.hall_of = ? AND s.role = 'witness' AND d.epoch > 0",
		DB_PARAMS(db_text(lot_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = g_strdup(db_col_text(rows, 0));
	return r;
}

int hall_store_close(struct db_txn *txn, const char *session_id, int64_t now_us)
{
	return db_exec(txn, "UPDATE eval_session SET step = ?, closed_at = ? WHERE session_id = ?",
		DB_PARAMS(db_text(flow_step_name(CLOSED_STEP)), db_time(now_us),
			db_text(session_id)),
		NULL);
}
