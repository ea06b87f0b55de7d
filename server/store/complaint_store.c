/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/complaint_store.h"

#include "server/store/columns.h"

#define COMPLAINT_SELECT                                                                         \
	"SELECT c.complaint_id, c.project_id, c.matter, c.state, c.told, c.known_at, "           \
	"c.objected_at, c.answered_at, c.received_at, c.accepted_at, c.suspended_at, "           \
	"c.suspended_until, COALESCE(c.outcome, ''), c.ended_at, c.recorded_by, c.recorded_at, " \
	"c.version, p.name, p.code, p.rulebook_version, p.regime "                               \
	"FROM complaint c JOIN project p USING (project_id) "

void complaint_row_free(struct complaint_row *c)
{
	if (!c)
		return;
	g_clear_pointer(&c->told, g_bytes_unref);
	g_free(c->project_name);
	g_free(c->project_code);
	g_free(c->rulebook_version);
	g_free(c);
}

int complaint_store_insert(struct db_txn *txn, const struct complaint_row *c)
{
	return db_exec(txn,
		"INSERT INTO complaint (complaint_id, project_id, matter, state, told, known_at, "
		"objected_at, answered_at, received_at, recorded_by, recorded_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(c->complaint_id), db_text(c->project_id),
			db_text(complaint_matter_name(c->times.matter)),
			db_text(complaint_state_name(c->times.state)), db_bytes(c->told),
			db_time(c->times.known_us), db_maybe_time(c->times.objected_us),
			db_maybe_time(c->times.answered_us), db_time(c->times.received_us),
			db_text(c->recorded_by), db_time(c->recorded_us)),
		NULL);
}

int complaint_store_update(struct db_txn *txn, const struct complaint_row *c)
{
	return db_exec(txn,
		"UPDATE complaint SET matter = ?, state = ?, told = ?, known_at = ?, objected_at = ?, "
		"answered_at = ?, received_at = ?, accepted_at = ?, suspended_at = ?, "
		"suspended_until = ?, outcome = ?, ended_at = ?, version = version + 1 "
		"WHERE complaint_id = ?",
		DB_PARAMS(db_text(complaint_matter_name(c->times.matter)),
			db_text(complaint_state_name(c->times.state)), db_bytes(c->told),
			db_time(c->times.known_us), db_maybe_time(c->times.objected_us),
			db_maybe_time(c->times.answered_us), db_time(c->times.received_us),
			db_maybe_time(c->times.accepted_us), db_maybe_time(c->times.suspended_us),
			db_maybe_time(c->times.suspended_until_us),
			db_maybe_text(*c->outcome ? c->outcome : NULL), db_maybe_time(c->ended_us),
			db_text(c->complaint_id)),
		NULL);
}

static void *complaint_from_row(struct db_rows *rows)
{
	struct complaint_row *c = g_new0(struct complaint_row, 1);

	column_copy(rows, 0, c->complaint_id, sizeof(c->complaint_id));
	column_copy(rows, 1, c->project_id, sizeof(c->project_id));
	c->told = column_bytes(rows, 4);
	c->times = (struct complaint_times){
		.regime = regime_from_name(db_col_text(rows, 20)),
		.matter = complaint_matter_from_name(db_col_text(rows, 2)),
		.state = complaint_state_from_name(db_col_text(rows, 3)),
		.known_us = column_time(rows, 5),
		.objected_us = column_time(rows, 6),
		.answered_us = column_time(rows, 7),
		.received_us = column_time(rows, 8),
		.accepted_us = column_time(rows, 9),
		.suspended_us = column_time(rows, 10),
		.suspended_until_us = column_time(rows, 11),
	};
	column_copy(rows, 12, c->outcome, sizeof(c->outcome));
	c->ended_us = column_time(rows, 13);
	column_copy(rows, 14, c->recorded_by, sizeof(c->recorded_by));
	c->recorded_us = column_time(rows, 15);
	c->version = db_col_int(rows, 16);
	c->project_name = g_strdup(db_col_text(rows, 17));
	c->project_code = g_strdup(db_col_text(rows, 18));
	c->rulebook_version = g_strdup(db_col_text(rows, 19));
	return c;
}

int complaint_store_get(struct db_txn *txn, const char *complaint_id, struct complaint_row **ret)
{
	return rows_by_key(txn, COMPLAINT_SELECT "WHERE c.complaint_id = ?", complaint_id,
		complaint_from_row, ret);
}

int complaint_store_lock(struct db_txn *txn, const char *complaint_id, struct complaint_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT version FROM complaint WHERE complaint_id = ? FOR UPDATE",
		DB_PARAMS(db_text(complaint_id)), &rows);

	return r ? r : complaint_store_get(txn, complaint_id, ret);
}

static int take(int r, struct db_rows *rows, GPtrArray **ret)
{
	return rows_take(r, rows, complaint_from_row, (GDestroyNotify)complaint_row_free, ret);
}

int complaint_store_list(struct db_txn *txn, const struct complaint_query *q, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	const char *project = q->project_id ? q->project_id : "";
	const char *state = q->state ? complaint_state_name(q->state) : "";
	const char *after = q->after ? q->after : "";
	int r = db_query(txn,
		COMPLAINT_SELECT
		"WHERE (? = '' OR c.project_id = ?) AND (? = '' OR c.state = ?) AND "
		"(? = '' OR c.complaint_id < ?) ORDER BY c.complaint_id DESC LIMIT ?",
		DB_PARAMS(db_text(project), db_text(project), db_text(state), db_text(state),
			db_text(after), db_text(after), db_int(q->limit)),
		&rows);

	return take(r, rows, ret);
}

int complaint_store_open(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		COMPLAINT_SELECT "WHERE c.state IN ('received', 'accepted') AND c.complaint_id > ? "
				 "ORDER BY c.complaint_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return take(r, rows, ret);
}

int complaint_store_suspended(
	struct db_txn *txn, const char *project_id, int64_t now_us, int64_t *ret_until_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT MAX(suspended_until) FROM complaint WHERE project_id = ? AND "
		"state = 'accepted' AND suspended_until > ?",
		DB_PARAMS(db_text(project_id), db_time(now_us)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_until_us = column_time(rows, 0);
	return r;
}
