/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/seat_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"

/* The leader (组长) is known by member number, and the member by the seat. */
#define SEAT_SELECT                                                                        \
	"SELECT s.seat_id, s.account_id, s.role, s.label, v.name, "                        \
	"EXISTS (SELECT 1 FROM session_member m JOIN eval_session e "                      \
	"ON e.session_id = m.session_id AND e.leader_no = m.member_no "                    \
	"WHERE m.session_id = s.session_id AND m.seat_id = s.seat_id), "                   \
	"d.epoch, d.device_key, d.muted, d.muted_host, d.removed, d.left_at IS NOT NULL, " \
	"s.booth, d.next_device, d.knocked_at, d.knock_device, s.venue_id "                \
	"FROM seat s LEFT JOIN venue v ON v.venue_id = s.venue_id "                        \
	"LEFT JOIN seat_device d ON d.session_id = s.session_id AND d.seat_id = s.seat_id "

void seat_row_free(struct seat_row *s)
{
	if (!s)
		return;
	g_free(s->label);
	g_free(s->venue);
	g_free(s->booth);
	g_free(s);
}

static void copy_text(char *to, size_t size, struct db_rows *rows, unsigned i)
{
	const char *text = db_col_text(rows, i);

	g_strlcpy(to, text ? text : "", size);
}

static int copy_key(uint8_t to[static 32], struct db_rows *rows, unsigned i)
{
	size_t len;
	const void *bytes = db_col_blob(rows, i, &len);

	if (!bytes || len != 32)
		return -EBADMSG;
	memcpy(to, bytes, 32);
	return 0;
}

static int seat_from_row(struct db_rows *rows, struct seat_row **ret)
{
	SEAT_ROW_AUTO struct seat_row *s = g_new0(struct seat_row, 1);

	copy_text(s->seat_id, sizeof(s->seat_id), rows, 0);
	copy_text(s->account_id, sizeof(s->account_id), rows, 1);
	copy_text(s->role, sizeof(s->role), rows, 2);
	s->label = g_strdup(db_col_text(rows, 3));
	s->venue = g_strdup(db_col_text(rows, 4));
	s->leader = db_col_int(rows, 5);
	s->booth = g_strdup(db_col_text(rows, 12));
	copy_text(s->venue_id, sizeof(s->venue_id), rows, 16);
	s->has_device = !db_col_is_null(rows, 6);
	if (s->has_device) {
		s->epoch = db_col_int(rows, 6);
		int r = copy_key(s->device_key, rows, 7);
		if (r)
			return r;
		copy_text(s->muted, sizeof(s->muted), rows, 8);
		copy_text(s->muted_host, sizeof(s->muted_host), rows, 9);
		s->removed = db_col_int(rows, 10);
		s->left = db_col_int(rows, 11);
		s->has_next = !db_col_is_null(rows, 13);
		if (s->has_next)
			r = copy_key(s->next_device, rows, 13);
		s->knocked_us = db_col_is_null(rows, 14) ? 0 : db_col_time(rows, 14);
		if (!r && s->knocked_us)
			r = copy_key(s->knock_device, rows, 15);
		if (r)
			return r;
	}
	*ret = g_steal_pointer(&s);
	return 0;
}

static int one_seat(struct db_rows *rows, struct seat_row **ret)
{
	int r = db_rows_next(rows);

	if (r <= 0)
		return r < 0 ? r : STORE_E_NONE;
	return seat_from_row(rows, ret);
}

int seat_store_get(
	struct db_txn *txn, const char *session_id, const char *seat_id, struct seat_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, SEAT_SELECT "WHERE s.session_id = ? AND s.seat_id = ?",
		DB_PARAMS(db_text(session_id), db_text(seat_id)), &rows);

	return r ? r : one_seat(rows, ret);
}

int seat_store_by_resume(struct db_txn *txn, const char *session_id,
	const uint8_t resume_hash[static 32], struct seat_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, SEAT_SELECT "WHERE s.session_id = ? AND d.resume_hash = ?",
		DB_PARAMS(db_text(session_id), db_blob(resume_hash, 32)), &rows);

	return r ? r : one_seat(rows, ret);
}

int seat_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) seats = g_ptr_array_new_with_free_func((GDestroyNotify)seat_row_free);
	int r = db_query(txn, SEAT_SELECT "WHERE s.session_id = ? ORDER BY s.seat_id LIMIT 256",
		DB_PARAMS(db_text(session_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct seat_row *s = NULL;
		r = seat_from_row(rows, &s);
		if (!r)
			g_ptr_array_add(seats, s);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&seats);
	return 0;
}

int seat_store_put_observer(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *label, const char *account_id, const char *role)
{
	int r = db_exec(txn,
		"INSERT INTO seat (session_id, seat_id, label, account_id, role) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(seat_id), db_text(label),
			db_text(account_id), db_text(role)),
		NULL);

	return r > 0 ? 0 : r;
}

int seat_store_count_role(
	struct db_txn *txn, const char *session_id, const char *role, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT COUNT(*) FROM seat WHERE session_id = ? AND role = ?",
		DB_PARAMS(db_text(session_id), db_text(role)), &rows);

	if (!r)
		r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret = db_col_int(rows, 0);
	return 0;
}

int seat_store_add_ticket(
	struct db_txn *txn, const uint8_t ticket_hash[static 32], const struct ticket_row *ticket)
{
	return db_exec(txn,
		"INSERT INTO seat_ticket (ticket_hash, session_id, seat_id, account_id, device_key, "
		"expires_at) VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_blob(ticket_hash, 32), db_text(ticket->session_id),
			db_text(ticket->seat_id), db_text(ticket->account_id),
			db_blob(ticket->device_key, 32), db_time(ticket->expires_us)),
		NULL);
}

int seat_store_ticket(
	struct db_txn *txn, const uint8_t ticket_hash[static 32], struct ticket_row *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT session_id, seat_id, account_id, device_key, expires_at, "
		"used_at IS NOT NULL FROM seat_ticket "
		"WHERE ticket_hash = ?",
		DB_PARAMS(db_blob(ticket_hash, 32)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : STORE_E_NONE;
	copy_text(ret->session_id, sizeof(ret->session_id), rows, 0);
	copy_text(ret->seat_id, sizeof(ret->seat_id), rows, 1);
	copy_text(ret->account_id, sizeof(ret->account_id), rows, 2);
	ret->expires_us = db_col_time(rows, 4);
	ret->used = db_col_int(rows, 5);
	return copy_key(ret->device_key, rows, 3);
}

int seat_store_use_ticket(struct db_txn *txn, const uint8_t ticket_hash[static 32], int64_t now_us)
{
	return db_exec(txn, "UPDATE seat_ticket SET used_at = ? WHERE ticket_hash = ?",
		DB_PARAMS(db_time(now_us), db_blob(ticket_hash, 32)), NULL);
}

int seat_store_seat(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *account_id, int64_t epoch, const uint8_t device_key[static 32],
	const uint8_t resume_hash[static 32], int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO seat_device (session_id, seat_id, account_id, epoch, device_key, "
		"resume_hash, seated_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
		"ON DUPLICATE KEY UPDATE account_id = VALUES(account_id), epoch = VALUES(epoch), "
		"device_key = VALUES(device_key), resume_hash = VALUES(resume_hash), "
		"seated_at = VALUES(seated_at), left_at = NULL, next_device = NULL, "
		"knocked_at = NULL, knock_device = NULL",
		DB_PARAMS(db_text(session_id), db_text(seat_id), db_text(account_id), db_int(epoch),
			db_blob(device_key, 32), db_blob(resume_hash, 32), db_time(now_us)),
		NULL);
}

int seat_store_reserve(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t chance[static 32], int64_t now_us)
{
	static const uint8_t no_key[32];

	return db_exec(txn,
		"INSERT INTO seat_device (session_id, seat_id, account_id, epoch, device_key, "
		"resume_hash, seated_at, left_at) VALUES (?, ?, '', 0, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(seat_id), db_blob(no_key, 32),
			db_blob(chance, 32), db_time(now_us), db_time(now_us)),
		NULL);
}

int seat_store_set_left(
	struct db_txn *txn, const char *session_id, const char *seat_id, int64_t now_us)
{
	return db_exec(txn,
		"UPDATE seat_device SET left_at = ?, next_device = NULL "
		"WHERE session_id = ? AND seat_id = ?",
		DB_PARAMS(db_time(now_us), db_text(session_id), db_text(seat_id)), NULL);
}

int seat_store_set_knock(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t device_key[static 32], int64_t now_us)
{
	return db_exec(txn,
		"UPDATE seat_device SET knock_device = ?, knocked_at = ? "
		"WHERE session_id = ? AND seat_id = ?",
		DB_PARAMS(db_blob(device_key, 32), db_time(now_us), db_text(session_id),
			db_text(seat_id)),
		NULL);
}

int seat_store_set_next(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t device_key[static 32])
{
	return db_exec(txn,
		"UPDATE seat_device SET next_device = ? WHERE session_id = ? AND seat_id = ?",
		DB_PARAMS(db_blob(device_key, 32), db_text(session_id), db_text(seat_id)), NULL);
}

int seat_store_void_tickets(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t *except, int64_t now_us)
{
	static const uint8_t nobody[32];

	return db_exec(txn,
		"UPDATE seat_ticket SET expires_at = ? WHERE session_id = ? AND seat_id = ? "
		"AND expires_at > ? AND device_key <> ?",
		DB_PARAMS(db_time(now_us), db_text(session_id), db_text(seat_id), db_time(now_us),
			db_blob(except ? except : nobody, 32)),
		NULL);
}

int seat_store_move(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *venue_id, const char *booth)
{
	return db_exec(txn,
		"UPDATE seat SET venue_id = ?, booth = ? WHERE session_id = ? AND seat_id = ?",
		DB_PARAMS(db_text(venue_id), db_maybe_text(booth), db_text(session_id),
			db_text(seat_id)),
		NULL);
}

int seat_store_has_venue(struct db_txn *txn, const char *session_id, const char *venue_id)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT seat_id FROM seat WHERE session_id = ? AND venue_id = ? LIMIT 1",
		DB_PARAMS(db_text(session_id), db_text(venue_id)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	return r > 0 ? 0 : r < 0 ? r : STORE_E_NONE;
}

int seat_store_set_muted(struct db_txn *txn, const char *session_id, const char *seat_id,
	bool by_host, const char *muted)
{
	return db_exec(txn,
		by_host ? "UPDATE seat_device SET muted_host = ? WHERE session_id = ? AND seat_id = ?"
			: "UPDATE seat_device SET muted = ? WHERE session_id = ? AND seat_id = ?",
		DB_PARAMS(db_text(muted), db_text(session_id), db_text(seat_id)), NULL);
}

int seat_store_set_removed(
	struct db_txn *txn, const char *session_id, const char *seat_id, bool removed)
{
	return db_exec(txn,
		"UPDATE seat_device SET removed = ? WHERE session_id = ? AND seat_id = ?",
		DB_PARAMS(db_int(removed), db_text(session_id), db_text(seat_id)), NULL);
}
