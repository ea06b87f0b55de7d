/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/member_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define MEMBER_SELECT                                                                        \
	"SELECT m.member_no, m.entry, m.expert_enc, m.state, m.arrived_at, m.promised_at, "  \
	"m.account_id, m.seat_id, s.label, s.venue_id, v.name, m.left_reason, m.left_salt, " \
	"d.seat_id IS NOT NULL AND d.left_at IS NULL AND d.removed = 0, "                    \
	"m.release_note, m.release_salt "                                                    \
	"FROM session_member m "                                                             \
	"LEFT JOIN seat s ON s.session_id = m.session_id AND s.seat_id = m.seat_id "         \
	"LEFT JOIN venue v ON v.venue_id = s.venue_id "                                      \
	"LEFT JOIN seat_device d ON d.session_id = m.session_id AND d.seat_id = m.seat_id "

void member_row_free(struct member_row *m)
{
	if (!m)
		return;
	g_clear_pointer(&m->expert_enc, g_bytes_unref);
	g_free(m->seat_label);
	g_free(m->venue_name);
	g_free(m->left_reason);
	g_free(m->release_note);
	g_free(m);
}

static int member_from_row(struct db_rows *rows, struct member_row **ret)
{
	MEMBER_ROW_AUTO struct member_row *m = g_new0(struct member_row, 1);
	int r = column_32(rows, 1, m->entry);

	if (r)
		return r;
	m->no = (int)db_col_int(rows, 0);
	m->expert_enc = column_bytes(rows, 2);
	m->state = member_state_from_name(db_col_text(rows, 3));
	m->arrived_us = column_time(rows, 4);
	m->promised_us = column_time(rows, 5);
	column_copy(rows, 6, m->account_id, sizeof(m->account_id));
	column_copy(rows, 7, m->seat_id, sizeof(m->seat_id));
	m->seat_label = g_strdup(db_col_text(rows, 8));
	column_copy(rows, 9, m->venue_id, sizeof(m->venue_id));
	m->venue_name = g_strdup(db_col_text(rows, 10));
	m->left_reason = g_strdup(db_col_text(rows, 11));
	m->left_salted = column_fixed(rows, 12, m->left_salt, sizeof(m->left_salt));
	m->online = db_col_int(rows, 13);
	m->release_note = g_strdup(db_col_text(rows, 14));
	column_fixed(rows, 15, m->release_salt, sizeof(m->release_salt));
	*ret = g_steal_pointer(&m);
	return 0;
}

int member_store_insert(struct db_txn *txn, const char *session_id, const struct member_row *m)
{
	return db_exec(txn,
		"INSERT INTO session_member (session_id, member_no, entry, expert_enc, state) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_int(m->no), db_blob(m->entry, sizeof(m->entry)),
			db_bytes(m->expert_enc), db_text(member_state_name(m->state))),
		NULL);
}

int member_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)member_row_free);
	int r = db_query(txn,
		MEMBER_SELECT "WHERE m.session_id = ? ORDER BY m.member_no LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct member_row *m = NULL;

		r = member_from_row(rows, &m);
		if (!r)
			g_ptr_array_add(list, m);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

static void member_drawn_free(void *p)
{
	struct member_drawn *d = p;

	g_clear_pointer(&d->row.expert_enc, g_bytes_unref);
	g_free(d);
}

static void *drawn_from_row(struct db_rows *rows)
{
	struct member_drawn *d = g_new0(struct member_drawn, 1);

	column_copy(rows, 0, d->session_id, sizeof(d->session_id));
	d->session_us = column_time(rows, 1);
	d->row.no = (int)db_col_int(rows, 2);
	d->row.expert_enc = column_bytes(rows, 3);
	return d;
}

int member_store_drawn(struct db_txn *txn, int64_t from_us, int64_t until_us, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT m.session_id, s.scheduled_at, m.member_no, m.expert_enc "
		"FROM eval_session s JOIN session_member m ON m.session_id = s.session_id "
		"WHERE s.scheduled_at BETWEEN ? AND ?",
		DB_PARAMS(db_time(from_us), db_time(until_us)), &rows);

	return rows_take(r, rows, drawn_from_row, member_drawn_free, ret);
}

#define NOT_OVER "s.step NOT IN ('closed', 'dissolved')"

int member_store_drawn_meanwhile(
	struct db_txn *txn, int64_t from_us, int64_t until_us, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT m.session_id, s.scheduled_at, m.member_no, m.expert_enc "
		"FROM eval_session s JOIN session_member m ON m.session_id = s.session_id "
		"WHERE s.scheduled_at < ? AND s.scheduled_until > ? AND " NOT_OVER
		" AND m.state IN (?, ?, ?)",
		DB_PARAMS(db_time(until_us), db_time(from_us),
			db_text(member_state_name(MEMBER_DRAWN)),
			db_text(member_state_name(MEMBER_ARRIVED)),
			db_text(member_state_name(MEMBER_PROMISED))),
		&rows);

	return rows_take(r, rows, drawn_from_row, member_drawn_free, ret);
}

int member_store_is_elsewhere(
	struct db_txn *txn, const char *session_id, const char *account_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM eval_session own JOIN session_member m "
		"ON m.session_id <> own.session_id JOIN eval_session s "
		"ON s.session_id = m.session_id WHERE own.session_id = ? AND m.account_id = ? "
		"AND m.state IN (?, ?) AND " NOT_OVER
		" AND s.scheduled_at < own.scheduled_until "
		"AND s.scheduled_until > own.scheduled_at LIMIT 1",
		DB_PARAMS(db_text(session_id), db_text(account_id),
			db_text(member_state_name(MEMBER_ARRIVED)),
			db_text(member_state_name(MEMBER_PROMISED))),
		&rows);

	if (!r)
		r = rows_only(rows);
	*ret = !r;
	return r == STORE_E_NONE ? 0 : r;
}

const struct member_row *member_row_find(const GPtrArray *members, int no)
{
	for (guint i = 0; i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);

		if (m->no == no)
			return m;
	}
	return NULL;
}

int member_store_by_account(
	struct db_txn *txn, const char *session_id, const char *account_id, struct member_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, MEMBER_SELECT "WHERE m.session_id = ? AND m.account_id = ?",
		DB_PARAMS(db_text(session_id), db_text(account_id)), &rows);

	if (!r)
		r = rows_only(rows);
	return r ? r : member_from_row(rows, ret);
}

int member_store_set_arrived(struct db_txn *txn, const char *session_id, int member_no,
	const char *account_id, const char *seat_id, int64_t now_us)
{
	return db_exec(txn,
		"UPDATE session_member SET state = ?, account_id = ?, seat_id = ?, arrived_at = ? "
		"WHERE session_id = ? AND member_no = ?",
		DB_PARAMS(db_text(member_state_name(MEMBER_ARRIVED)), db_text(account_id),
			db_text(seat_id), db_time(now_us), db_text(session_id), db_int(member_no)),
		NULL);
}

int member_store_set_promised(
	struct db_txn *txn, const char *session_id, int member_no, int64_t now_us)
{
	return db_exec(txn,
		"UPDATE session_member SET state = ?, promised_at = ? "
		"WHERE session_id = ? AND member_no = ?",
		DB_PARAMS(db_text(member_state_name(MEMBER_PROMISED)), db_time(now_us),
			db_text(session_id), db_int(member_no)),
		NULL);
}

int member_store_set_left(struct db_txn *txn, const char *session_id, int member_no,
	enum member_state state, const char *reason, const uint8_t *salt)
{
	return db_exec(txn,
		"UPDATE session_member SET state = ?, left_reason = ?, left_salt = ? "
		"WHERE session_id = ? AND member_no = ?",
		DB_PARAMS(db_text(member_state_name(state)), db_maybe_text(reason),
			reason ? db_blob(salt, 16) : db_null(), db_text(session_id),
			db_int(member_no)),
		NULL);
}

int member_store_set_released(struct db_txn *txn, const char *session_id, int member_no,
	const char *note, const uint8_t salt[static 16])
{
	return db_exec(txn,
		"UPDATE session_member SET release_note = ?, release_salt = ? "
		"WHERE session_id = ? AND member_no = ?",
		DB_PARAMS(db_text(note), db_blob(salt, 16), db_text(session_id), db_int(member_no)),
		NULL);
}

int member_store_add_seat(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *venue_id, const char *booth, const char *label)
{
	return db_exec(txn,
		"INSERT INTO seat (session_id, seat_id, venue_id, booth, label, role) "
		"VALUES (?, ?, ?, ?, ?, 'expert')",
		DB_PARAMS(db_text(session_id), db_text(seat_id), db_text(venue_id),
			db_maybe_text(booth), db_text(label)),
		NULL);
}

int member_store_free_seats(
	struct db_txn *txn, const char *session_id, const char *venue_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	int r = db_query(txn,
		"SELECT seat_id FROM seat WHERE session_id = ? AND venue_id = ? "
		"AND account_id IS NULL ORDER BY seat_id LIMIT 256",
		DB_PARAMS(db_text(session_id), db_text(venue_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		g_ptr_array_add(list, g_strdup(db_col_text(rows, 0)));
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int member_store_set_seat(
	struct db_txn *txn, const char *session_id, int member_no, const char *seat_id)
{
	return db_exec(txn,
		"UPDATE session_member SET seat_id = ? WHERE session_id = ? AND member_no = ?",
		DB_PARAMS(db_text(seat_id), db_text(session_id), db_int(member_no)), NULL);
}

int member_store_give_seat(
	struct db_txn *txn, const char *session_id, const char *seat_id, const char *account_id)
{
	return db_exec(txn, "UPDATE seat SET account_id = ? WHERE session_id = ? AND seat_id = ?",
		DB_PARAMS(db_maybe_text(account_id), db_text(session_id), db_text(seat_id)), NULL);
}

int member_store_add_pass(
	struct db_txn *txn, const uint8_t pass_hash[static 32], const struct gate_pass *pass)
{
	return db_exec(txn,
		"INSERT INTO gate_pass (pass_hash, session_id, seat_id, account_id, expires_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_blob(pass_hash, 32), db_text(pass->session_id), db_text(pass->seat_id),
			db_text(pass->account_id), db_time(pass->expires_us)),
		NULL);
}

int member_store_lock_pass(
	struct db_txn *txn, const uint8_t pass_hash[static 32], struct gate_pass *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_exec(txn, "UPDATE gate_pass SET seat_id = seat_id WHERE pass_hash = ?",
		DB_PARAMS(db_blob(pass_hash, 32)), NULL);

	if (!r)
		r = db_query(txn,
			"SELECT session_id, seat_id, account_id, expires_at, used_at IS NOT NULL, "
			"device_key FROM gate_pass WHERE pass_hash = ?",
			DB_PARAMS(db_blob(pass_hash, 32)), &rows);
	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	column_copy(rows, 0, ret->session_id, sizeof(ret->session_id));
	column_copy(rows, 1, ret->seat_id, sizeof(ret->seat_id));
	column_copy(rows, 2, ret->account_id, sizeof(ret->account_id));
	ret->expires_us = db_col_time(rows, 3);
	ret->used = db_col_int(rows, 4);
	return column_32(rows, 5, ret->device_key);
}

int member_store_use_pass(struct db_txn *txn, const uint8_t pass_hash[static 32],
	const uint8_t device_key[static 32], int64_t now_us)
{
	return db_exec(txn, "UPDATE gate_pass SET used_at = ?, device_key = ? WHERE pass_hash = ?",
		DB_PARAMS(db_time(now_us), db_blob(device_key, 32), db_blob(pass_hash, 32)), NULL);
}
