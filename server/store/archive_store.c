/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/archive_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"
#include "server/store/columns.h"

#define HOLDS_MAX 1000

static const char *const state_names[] = {"kept", "proposed", "expired", "destroyed", "removed"};

const char *archive_state_name(enum archive_state state)
{
	return state_names[state];
}

static int state_from_name(const char *name, enum archive_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(state_names); i++)
		if (strcmp(state_names[i], name) == 0) {
			*ret = (enum archive_state)i;
			return 0;
		}
	return -EBADMSG;
}

void archive_record_clear(struct archive_record *r)
{
	g_clear_pointer(&r->reason, g_free);
	g_clear_pointer(&r->destroyer, g_free);
}

int archive_store_get(struct db_txn *txn, const char *session_id, struct archive_record *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct archive_record a = {0};
	int r = db_query(txn,
		"SELECT class, counts_from, state, proposal_id, proposed_by, confirmed_by, "
		"proposed_at, expired_at, reason, destroyer FROM archive_record "
		"WHERE session_id = ?",
		DB_PARAMS(db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		r = state_from_name(db_col_text(rows, 2), &a.state);
	if (r)
		return r;
	g_strlcpy(a.session_id, session_id, sizeof(a.session_id));
	column_copy(rows, 0, a.class, sizeof(a.class));
	a.counts_from_us = db_col_time(rows, 1);
	column_copy(rows, 3, a.proposal_id, sizeof(a.proposal_id));
	column_copy(rows, 4, a.proposed_by, sizeof(a.proposed_by));
	column_copy(rows, 5, a.confirmed_by, sizeof(a.confirmed_by));
	a.proposed_us = column_time(rows, 6);
	a.expired_us = column_time(rows, 7);
	a.reason = g_strdup(db_col_text(rows, 8));
	a.destroyer = g_strdup(db_col_text(rows, 9));
	*ret = a;
	return 0;
}

#define MOVABLE                                                                            \
	"SELECT session_id FROM eval_session LEFT JOIN archive_record USING (session_id) " \
	"WHERE closed_at > ? AND closed_at <= ? "                                          \
	"AND COALESCE(state, 'kept') IN ('kept', 'proposed')"

int archive_store_movable(struct db_txn *txn, const char *session_id, int64_t closed_after_us,
	int64_t closed_until_us, GPtrArray *sessions)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct db_param after = db_time(closed_after_us), until = db_time(closed_until_us);
	int r = session_id ? db_query(txn, MOVABLE " AND session_id = ?",
				     DB_PARAMS(after, until, db_text(session_id)), &rows)
			   : db_query(txn, MOVABLE " ORDER BY session_id", DB_PARAMS(after, until),
				     &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		g_ptr_array_add(sessions, g_strdup(db_col_text(rows, 0)));
		r = 0;
	}
	return r;
}

int archive_store_set_class(
	struct db_txn *txn, const char *session_id, const char *class, int64_t counts_from_us)
{
	return db_exec(txn,
		"INSERT INTO archive_record (session_id, class, counts_from, state) "
		"VALUES (?, ?, ?, 'kept') "
		"ON DUPLICATE KEY UPDATE class = VALUES(class), counts_from = VALUES(counts_from)",
		DB_PARAMS(db_text(session_id), db_text(class), db_time(counts_from_us)), NULL);
}

int archive_store_drop_class(struct db_txn *txn, const char *session_id)
{
	return db_exec(txn, "DELETE FROM archive_record WHERE session_id = ?",
		DB_PARAMS(db_text(session_id)), NULL);
}

static struct db_param maybe_id(const char *id)
{
	return db_maybe_text(*id ? id : NULL);
}

int archive_store_set_state(struct db_txn *txn, const struct archive_record *r)
{
	return db_exec(txn,
		"UPDATE archive_record SET state = ?, proposal_id = ?, proposed_by = ?, "
		"confirmed_by = ?, proposed_at = ?, expired_at = ?, reason = ?, destroyer = ? "
		"WHERE session_id = ?",
		DB_PARAMS(db_text(archive_state_name(r->state)), maybe_id(r->proposal_id),
			maybe_id(r->proposed_by), maybe_id(r->confirmed_by),
			db_maybe_time(r->proposed_us), db_maybe_time(r->expired_us),
			db_maybe_text(r->reason), db_maybe_text(r->destroyer),
			db_text(r->session_id)),
		NULL);
}

int archive_store_is_expired(struct db_txn *txn, const char *session_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM archive_record WHERE session_id = ? "
		"AND state NOT IN ('kept', 'proposed')",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_exist(r, rows, ret);
}

int archive_store_due(
	struct db_txn *txn, const char *after, int64_t since_us, unsigned limit, GArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) list = g_array_new(FALSE, TRUE, ID_SIZE);
	int r = db_query(txn,
		"SELECT session_id FROM archive_record WHERE session_id > ? "
		"AND (state IN ('expired', 'destroyed') OR (state = 'removed' AND expired_at > ?)) "
		"ORDER BY session_id LIMIT ?",
		DB_PARAMS(db_text(after), db_time(since_us), db_int(limit)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		char id[ID_SIZE];

		column_copy(rows, 0, id, sizeof(id));
		g_array_append_vals(list, id, 1);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int archive_store_add_hold(struct db_txn *txn, const char *session_id, const struct archive_hold *h)
{
	return db_exec(txn,
		"INSERT INTO archive_hold (hold_id, session_id, reason, set_by, set_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(h->hold_id), db_text(session_id), db_text(h->reason),
			db_text(h->set_by), db_time(h->set_us)),
		NULL);
}

int archive_store_lift_hold(
	struct db_txn *txn, const char *session_id, const struct archive_hold *h)
{
	uint64_t n = 0;
	int r = db_exec(txn,
		"UPDATE archive_hold SET lift_reason = ?, lifted_by = ?, lifted_at = ? "
		"WHERE hold_id = ? AND session_id = ? AND lifted_at IS NULL",
		DB_PARAMS(db_text(h->lift_reason), db_text(h->lifted_by), db_time(h->lifted_us),
			db_text(h->hold_id), db_text(session_id)),
		&n);

	return r ? r : n ? 0 : STORE_E_NONE;
}

static void hold_free(void *data)
{
	struct archive_hold *h = data;

	g_free(h->reason);
	g_free(h->lift_reason);
	g_free(h);
}

int archive_store_holds(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(hold_free);
	int r = db_query(txn,
		"SELECT hold_id, set_by, lifted_by, set_at, lifted_at, reason, lift_reason "
		"FROM archive_hold WHERE session_id = ? ORDER BY set_at, hold_id LIMIT ?",
		DB_PARAMS(db_text(session_id), db_int(HOLDS_MAX)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct archive_hold *h = g_new0(struct archive_hold, 1);

		column_copy(rows, 0, h->hold_id, sizeof(h->hold_id));
		column_copy(rows, 1, h->set_by, sizeof(h->set_by));
		column_copy(rows, 2, h->lifted_by, sizeof(h->lifted_by));
		h->set_us = db_col_time(rows, 3);
		h->lifted_us = column_time(rows, 4);
		h->reason = g_strdup(db_col_text(rows, 5));
		h->lift_reason = g_strdup(db_col_text(rows, 6));
		g_ptr_array_add(list, h);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

bool archive_holds_any(const GPtrArray *holds)
{
	for (guint i = 0; i < holds->len; i++)
		if (!((const struct archive_hold *)g_ptr_array_index(holds, i))->lifted_us)
			return true;
	return false;
}
