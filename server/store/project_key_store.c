/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/project_key_store.h"

#include <errno.h>

#include "db/fault.h"
#include "db/stmt.h"
#include "server/store/columns.h"

int project_key_store_of_lot(
	struct db_txn *txn, const char *lot_id, char ret_project_id[static ID_SIZE], GBytes **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT l.project_id, k.key_enc, k.destroyed_at FROM lot l "
		"LEFT JOIN project_key k USING (project_id) WHERE l.lot_id = ?",
		DB_PARAMS(db_text(lot_id)), &rows);

	if (!r)
		r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	if (!db_col_is_null(rows, 2))
		return PROJECT_KEY_E_DESTROYED;
	column_copy(rows, 0, ret_project_id, ID_SIZE);
	*ret = column_bytes(rows, 1);
	return 0;
}

int project_key_store_settle(struct db_txn *txn, const char *project_id, GBytes *key)
{
	int r = db_exec(txn, "INSERT INTO project_key (project_id, key_enc) VALUES (?, ?)",
		DB_PARAMS(db_text(project_id), db_bytes(key)), NULL);

	return r == DB_E_DUPLICATE ? 0 : r <= 0 ? r : -EIO;
}

void project_key_clear(struct project_key *k)
{
	g_free(k->reason);
	*k = (struct project_key){0};
}

int project_key_store_get(struct db_txn *txn, const char *project_id, struct project_key *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT project_id, proposal_id, proposed_by, proposed_at, reason, confirmed_by, "
		"destroyed_at FROM project_key WHERE project_id = ?",
		DB_PARAMS(db_text(project_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	column_copy(rows, 0, ret->project_id, ID_SIZE);
	column_copy(rows, 1, ret->proposal_id, ID_SIZE);
	column_copy(rows, 2, ret->proposed_by, ID_SIZE);
	ret->proposed_us = column_time(rows, 3);
	ret->reason = g_strdup(db_col_text(rows, 4));
	column_copy(rows, 5, ret->confirmed_by, ID_SIZE);
	ret->destroyed_us = column_time(rows, 6);
	return 0;
}

/* Also those of bids that lie under the house's key, from before there were keys of projects. */
static int end_bids(struct db_txn *txn, const char *project_id)
{
	int r = db_exec(txn, "UPDATE project_key SET key_enc = NULL WHERE project_id = ?",
		DB_PARAMS(db_text(project_id)), NULL);

	if (!r)
		r = db_exec(txn,
			"UPDATE bid JOIN lot USING (lot_id) SET bid.content_key = NULL "
			"WHERE lot.project_id = ?",
			DB_PARAMS(db_text(project_id)), NULL);
	return r ? r
		 : db_exec(txn,
			   "DELETE bid_share FROM bid_share JOIN bid USING (bid_id) "
			   "JOIN lot USING (lot_id) WHERE lot.project_id = ?",
			   DB_PARAMS(db_text(project_id)), NULL);
}

int project_key_store_set(struct db_txn *txn, const struct project_key *k)
{
	int r = db_exec(txn,
		"UPDATE project_key SET proposal_id = ?, proposed_by = ?, proposed_at = ?, "
		"reason = ?, confirmed_by = ?, destroyed_at = ? WHERE project_id = ?",
		DB_PARAMS(db_maybe_text(*k->proposal_id ? k->proposal_id : NULL),
			db_maybe_text(*k->proposed_by ? k->proposed_by : NULL),
			db_maybe_time(k->proposed_us), db_maybe_text(k->reason),
			db_maybe_text(*k->confirmed_by ? k->confirmed_by : NULL),
			db_maybe_time(k->destroyed_us), db_text(k->project_id)),
		NULL);

	return !r && k->destroyed_us ? end_bids(txn, k->project_id) : r;
}

int project_key_store_sessions(struct db_txn *txn, const char *project_id,
	char ret_open_id[static ID_SIZE], char ret_kept_id[static ID_SIZE])
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT MIN(CASE WHEN s.closed_at IS NULL THEN s.session_id END), "
		"MIN(CASE WHEN s.started_at IS NULL OR r.state = 'removed' THEN NULL "
		"ELSE s.session_id END) "
		"FROM eval_session s LEFT JOIN archive_record r USING (session_id) "
		"WHERE s.project_id = ?",
		DB_PARAMS(db_text(project_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r > 0 ? -EBADMSG : r;
	column_copy(rows, 0, ret_open_id, ID_SIZE);
	column_copy(rows, 1, ret_kept_id, ID_SIZE);
	return 0;
}

int project_key_store_is_destroyed(struct db_txn *txn, const char *session_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM eval_session JOIN project_key USING (project_id) "
		"WHERE session_id = ? AND destroyed_at IS NOT NULL",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_exist(r, rows, ret);
}
