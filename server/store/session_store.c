/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/session_store.h"

#include <errno.h>

#include "server/store/columns.h"
#include "server/store/project_store.h"

#define SESSION_SELECT                                                                       \
	"SELECT s.session_id, s.project_id, s.title, s.step, s.panel_size, s.scheduled_at, " \
	"s.leader_no, s.started_at, s.closed_at, s.created_at, p.code, p.name, d.draw_id, "  \
	"s.step_ends_at, s.hold, s.hold_reason, s.scheduled_until, "                         \
	"(SELECT COUNT(*) FROM session_venue o WHERE o.session_id = s.session_id "           \
	"AND o.confirmed_at IS NULL AND EXISTS (SELECT 1 FROM session_venue g "              \
	"WHERE g.session_id = s.session_id AND g.guest)) "                                   \
	"FROM eval_session s JOIN project p ON p.project_id = s.project_id "                 \
	"LEFT JOIN draw d ON d.session_id = s.session_id WHERE "
#define EVALUATION "s.hall_of IS NULL AND "

void eval_session_free(struct eval_session *s)
{
	if (!s)
		return;
	g_free(s->title);
	g_free(s->hold_reason);
	g_free(s->project_code);
	g_free(s->project_name);
	g_free(s);
}

static struct eval_session *session_from_row(struct db_rows *rows)
{
	struct eval_session *s = g_new0(struct eval_session, 1);

	column_copy(rows, 0, s->session_id, sizeof(s->session_id));
	column_copy(rows, 1, s->project_id, sizeof(s->project_id));
	s->title = g_strdup(db_col_text(rows, 2));
	s->step = flow_step_from_name(db_col_text(rows, 3));
	s->panel_size = db_col_int(rows, 4);
	s->scheduled_us = db_col_time(rows, 5);
	s->leader_no = db_col_is_null(rows, 6) ? 0 : (int)db_col_int(rows, 6);
	s->started_us = column_time(rows, 7);
	s->closed_us = column_time(rows, 8);
	s->created_us = db_col_time(rows, 9);
	s->project_code = g_strdup(db_col_text(rows, 10));
	s->project_name = g_strdup(db_col_text(rows, 11));
	column_copy(rows, 12, s->draw_id, sizeof(s->draw_id));
	s->step_ends_us = column_time(rows, 13);
	s->hold = flow_hold_from_name(db_col_text(rows, 14));
	s->hold_reason = g_strdup(db_col_text(rows, 15));
	s->until_us = column_time(rows, 16);
	s->venues_open = (unsigned)db_col_int(rows, 17);
	return s;
}

int session_store_insert(struct db_txn *txn, const struct eval_session *s)
{
	return db_exec(txn,
		"INSERT INTO eval_session (session_id, project_id, title, step, panel_size, "
		"scheduled_at, scheduled_until, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(s->session_id), db_text(s->project_id), db_text(s->title),
			db_text(flow_step_name(s->step)), db_int(s->panel_size),
			db_time(s->scheduled_us), db_maybe_time(s->until_us),
			db_time(s->created_us)),
		NULL);
}

static int read_one(
	struct db_txn *txn, const char *sql, const char *session_id, struct eval_session **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = session_from_row(rows);
	return r;
}

int session_store_get(struct db_txn *txn, const char *session_id, struct eval_session **ret)
{
	return read_one(txn, SESSION_SELECT EVALUATION "s.session_id = ?", session_id, ret);
}

int session_store_get_any(struct db_txn *txn, const char *session_id, struct eval_session **ret)
{
	return read_one(txn, SESSION_SELECT "s.session_id = ?", session_id, ret);
}

static int write_version(struct db_txn *txn, const char *session_id)
{
	return db_exec(txn, "UPDATE eval_session SET version = version + 1 WHERE session_id = ?",
		DB_PARAMS(db_text(session_id)), NULL);
}

int session_store_lock(struct db_txn *txn, const char *session_id, struct eval_session **ret)
{
	int r = write_version(txn, session_id);

	return r ? r : session_store_get(txn, session_id, ret);
}

int session_store_lock_any(struct db_txn *txn, const char *session_id, struct eval_session **ret)
{
	int r = write_version(txn, session_id);

	return r ? r : session_store_get_any(txn, session_id, ret);
}

#define PAGE "(? = '' OR s.session_id < ?) ORDER BY s.session_id DESC LIMIT ?"

static int read_list(
	struct db_txn *txn, const char *sql, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list =
		g_ptr_array_new_with_free_func((GDestroyNotify)eval_session_free);
	int r = db_query(txn, sql, DB_PARAMS(db_text(after), db_text(after), db_int(limit)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		g_ptr_array_add(list, session_from_row(rows));
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int session_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	return read_list(txn, SESSION_SELECT EVALUATION PAGE, after, limit, ret);
}

int session_store_list_any(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	return read_list(txn, SESSION_SELECT PAGE, after, limit, ret);
}

int session_store_add_lot(struct db_txn *txn, const char *session_id, const char *lot_id)
{
	return db_exec(txn, "INSERT INTO eval_session_lot (session_id, lot_id) VALUES (?, ?)",
		DB_PARAMS(db_text(session_id), db_text(lot_id)), NULL);
}

int session_store_lots(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)lot_free);
	int r = db_query(txn,
		"SELECT l.lot_id FROM eval_session_lot e JOIN lot l ON l.lot_id = e.lot_id "
		"WHERE e.session_id = ? ORDER BY l.lot_no LIMIT 99",
		DB_PARAMS(db_text(session_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct lot *lot = NULL;

		r = project_store_lot(txn, db_col_text(rows, 0), &lot);
		if (!r)
			g_ptr_array_add(list, lot);
	}
	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret = g_steal_pointer(&list);
	return 0;
}

int session_store_of_lot(
	struct db_txn *txn, const char *lot_id, char ret_session_id[static ID_SIZE])
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT e.session_id FROM eval_session_lot e JOIN eval_session s "
		"ON s.session_id = e.session_id WHERE e.lot_id = ? AND s.closed_at IS NULL LIMIT 1",
		DB_PARAMS(db_text(lot_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		column_copy(rows, 0, ret_session_id, ID_SIZE);
	return r;
}

int session_store_is_judged(struct db_txn *txn, const char *lot_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM eval_session_lot e JOIN eval_session s USING (session_id) "
		"WHERE e.lot_id = ? AND s.step = ? AND s.closed_at IS NOT NULL "
		"AND s.hall_of IS NULL LIMIT 1",
		DB_PARAMS(db_text(lot_id), db_text(flow_step_name(FLOW_CLOSED))), &rows);

	return rows_exist(r, rows, ret);
}

static void *id_from_row(struct db_rows *rows)
{
	return g_strdup(db_col_text(rows, 0));
}

int session_store_dissolved_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT s.session_id FROM eval_session_lot l JOIN eval_session s USING (session_id) "
		"WHERE l.lot_id = ? AND s.step = ?",
		DB_PARAMS(db_text(lot_id), db_text(flow_step_name(FLOW_DISSOLVED))), &rows);

	return rows_take(r, rows, id_from_row, g_free, ret);
}

int session_store_set_hold(
	struct db_txn *txn, const char *session_id, enum flow_hold hold, const char *reason)
{
	return db_exec(txn,
		"UPDATE eval_session SET hold = ?, hold_reason = ? WHERE session_id = ?",
		DB_PARAMS(
			db_text(flow_hold_name(hold)), db_maybe_text(reason), db_text(session_id)),
		NULL);
}

int session_store_step(struct db_txn *txn, const char *session_id, enum flow_step *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT step FROM eval_session WHERE session_id = ?",
		DB_PARAMS(db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = flow_step_from_name(db_col_text(rows, 0));
	return r;
}

int session_store_set_step(struct db_txn *txn, const char *session_id, enum flow_step step)
{
	return db_exec(txn,
		"UPDATE eval_session SET step = ?, step_ends_at = NULL WHERE session_id = ?",
		DB_PARAMS(db_text(flow_step_name(step)), db_text(session_id)), NULL);
}

int session_store_set_step_ends(struct db_txn *txn, const char *session_id, int64_t ends_us)
{
	return db_exec(txn, "UPDATE eval_session SET step_ends_at = ? WHERE session_id = ?",
		DB_PARAMS(ends_us ? db_time(ends_us) : db_null(), db_text(session_id)), NULL);
}

int session_store_set_started(
	struct db_txn *txn, const char *session_id, const char *host, int64_t now_us)
{
	return db_exec(txn, "UPDATE eval_session SET started_at = ?, host = ? WHERE session_id = ?",
		DB_PARAMS(db_time(now_us), db_text(host), db_text(session_id)), NULL);
}

int session_store_reopen(struct db_txn *txn, const char *session_id)
{
	return db_exec(txn, "UPDATE eval_session SET closed_at = NULL WHERE session_id = ?",
		DB_PARAMS(db_text(session_id)), NULL);
}

int session_store_set_closed(struct db_txn *txn, const char *session_id, int64_t now_us)
{
	return db_exec(txn, "UPDATE eval_session SET closed_at = ? WHERE session_id = ?",
		DB_PARAMS(db_time(now_us), db_text(session_id)), NULL);
}

int session_store_set_leader(struct db_txn *txn, const char *session_id, int leader_no)
{
	return db_exec(txn, "UPDATE eval_session SET leader_no = ? WHERE session_id = ?",
		DB_PARAMS(leader_no ? db_int(leader_no) : db_null(), db_text(session_id)), NULL);
}

int session_store_add_vote(
	struct db_txn *txn, const char *session_id, const struct leader_vote *vote)
{
	return db_exec(txn,
		"INSERT INTO leader_vote (session_id, round_no, voter_no, choice_no) "
		"VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_int(vote->round), db_int(vote->voter_no),
			db_int(vote->choice_no)),
		NULL);
}

int session_store_votes(struct db_txn *txn, const char *session_id, GArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) votes = g_array_new(FALSE, FALSE, sizeof(struct leader_vote));
	int r = db_query(txn,
		"SELECT round_no, voter_no, choice_no FROM leader_vote WHERE session_id = ? "
		"AND undone = 0 ORDER BY round_no, voter_no LIMIT 10000",
		DB_PARAMS(db_text(session_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct leader_vote v = {(int)db_col_int(rows, 0), (int)db_col_int(rows, 1),
			(int)db_col_int(rows, 2)};

		g_array_append_val(votes, v);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&votes);
	return 0;
}
