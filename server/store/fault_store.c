/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/fault_store.h"

#include "server/store/columns.h"

#define FAULT_SELECT                                                                    \
	"SELECT fault_id, session_id, side, cause, COALESCE(venue_id, ''), started, "   \
	"hold_before, reason_before, opened_by, opened_at, repaired_at, decision, "     \
	"reason, decided_by, decided_at, ended_at FROM fault "

void fault_row_free(struct fault_row *f)
{
	if (!f)
		return;
	g_free(f->cause);
	g_free(f->reason_before);
	g_free(f->reason);
	g_free(f);
}

int fault_store_insert(struct db_txn *txn, const struct fault_row *f)
{
	return db_exec(txn,
		"INSERT INTO fault (fault_id, session_id, side, cause, venue_id, started, "
		"hold_before, reason_before, opened_by, opened_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(f->fault_id), db_text(f->session_id),
			db_text(fault_side_name(f->fault.side)), db_text(f->cause),
			db_maybe_text(f->venue_id[0] ? f->venue_id : NULL),
			db_int(f->fault.started), db_text(flow_hold_name(f->hold_before)),
			db_maybe_text(f->reason_before), db_text(f->opened_by),
			db_time(f->fault.opened_us)),
		NULL);
}

static struct db_param maybe_time(int64_t us)
{
	return us ? db_time(us) : db_null();
}

int fault_store_update(struct db_txn *txn, const struct fault_row *f)
{
	const struct fault *state = &f->fault;

	return db_exec(txn,
		"UPDATE fault SET repaired_at = ?, decision = ?, reason = ?, decided_by = ?, "
		"decided_at = ?, ended_at = ? WHERE fault_id = ?",
		DB_PARAMS(maybe_time(state->repaired_us),
			db_maybe_text(
				state->decision ? fault_decision_name(state->decision) : NULL),
			db_maybe_text(f->reason),
			db_maybe_text(f->decided_by[0] ? f->decided_by : NULL),
			maybe_time(state->decided_us), maybe_time(f->ended_us),
			db_text(f->fault_id)),
		NULL);
}

static void *from_row(struct db_rows *rows)
{
	struct fault_row *f = g_new0(struct fault_row, 1);

	column_copy(rows, 0, f->fault_id, sizeof(f->fault_id));
	column_copy(rows, 1, f->session_id, sizeof(f->session_id));
	f->fault.side = fault_side_from_name(db_col_text(rows, 2));
	f->cause = g_strdup(db_col_text(rows, 3));
	column_copy(rows, 4, f->venue_id, sizeof(f->venue_id));
	f->fault.whole_venue = f->venue_id[0] != 0;
	f->fault.started = db_col_int(rows, 5) != 0;
	f->hold_before = flow_hold_from_name(db_col_text(rows, 6));
	f->reason_before = g_strdup(db_col_text(rows, 7));
	column_copy(rows, 8, f->opened_by, sizeof(f->opened_by));
	f->fault.opened_us = db_col_time(rows, 9);
	f->fault.repaired_us = column_time(rows, 10);
	f->fault.decision = db_col_is_null(rows, 11)
				    ? FAULT_UNDECIDED
				    : fault_decision_from_name(db_col_text(rows, 11));
	f->reason = g_strdup(db_col_text(rows, 12));
	column_copy(rows, 13, f->decided_by, sizeof(f->decided_by));
	f->fault.decided_us = column_time(rows, 14);
	f->ended_us = column_time(rows, 15);
	return f;
}

int fault_store_standing(struct db_txn *txn, const char *session_id, struct fault_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, FAULT_SELECT "WHERE session_id = ? AND ended_at IS NULL LIMIT 1",
		DB_PARAMS(db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = from_row(rows);
	return r;
}

int fault_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, FAULT_SELECT "WHERE session_id = ? ORDER BY fault_id LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)fault_row_free, ret);
}

int fault_store_all_standing(struct db_txn *txn, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		FAULT_SELECT "WHERE ended_at IS NULL ORDER BY fault_id LIMIT ?",
		DB_PARAMS(db_int(limit)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)fault_row_free, ret);
}
