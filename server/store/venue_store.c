/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/venue_store.h"

#include "server/store/columns.h"

#define VENUE_SELECT                         \
	"SELECT v.venue_id, v.name, v.city, " \
	"(SELECT COUNT(*) FROM venue_booth b WHERE b.venue_id = v.venue_id) FROM venue v "

void venue_free(struct venue *v)
{
	if (!v)
		return;
	g_free(v->name);
	g_free(v->city);
	g_free(v->confirmed_by);
	g_free(v);
}

static void *venue_from_row(struct db_rows *rows)
{
	struct venue *v = g_new0(struct venue, 1);

	column_copy(rows, 0, v->venue_id, sizeof(v->venue_id));
	v->name = g_strdup(db_col_text(rows, 1));
	v->city = g_strdup(db_col_text(rows, 2));
	v->n_booths = db_col_int(rows, 3);
	return v;
}

int venue_store_insert(struct db_txn *txn, const struct venue *v)
{
	return db_exec(txn, "INSERT INTO venue (venue_id, name, city) VALUES (?, ?, ?)",
		DB_PARAMS(db_text(v->venue_id), db_text(v->name), db_text(v->city)), NULL);
}

int venue_store_get(struct db_txn *txn, const char *venue_id, struct venue **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, VENUE_SELECT "WHERE v.venue_id = ?",
		DB_PARAMS(db_text(venue_id)), &rows);

	return rows_take_one(r, rows, venue_from_row, ret);
}

int venue_store_lock(struct db_txn *txn, const char *venue_id)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	/* Written, not only locked: on Galera a lock alone would not keep two nodes apart. */
	int r = db_exec(txn, "UPDATE venue SET version = version + 1 WHERE venue_id = ?",
		DB_PARAMS(db_text(venue_id)), NULL);

	if (!r)
		r = db_query(txn, "SELECT venue_id FROM venue WHERE venue_id = ?",
			DB_PARAMS(db_text(venue_id)), &rows);
	return r ? r : rows_only(rows);
}

int venue_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		VENUE_SELECT "WHERE v.venue_id > ? ORDER BY v.venue_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return rows_take(r, rows, venue_from_row, (GDestroyNotify)venue_free, ret);
}

static void *of_session_from_row(struct db_rows *rows)
{
	struct venue *v = venue_from_row(rows);

	v->in_session.guest = db_col_int(rows, 4);
	v->in_session.confirmed_us = column_time(rows, 5);
	v->confirmed_by = g_strdup(db_col_text(rows, 6));
	return v;
}

int venue_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT v.venue_id, v.name, v.city, 0, COALESCE(i.guest, 0), i.confirmed_at, "
		"a.name FROM venue v LEFT JOIN session_venue i ON i.venue_id = v.venue_id "
		"AND i.session_id = ? LEFT JOIN account a ON a.account_id = i.confirmed_by "
		"WHERE v.venue_id IN (SELECT venue_id FROM seat WHERE session_id = ?) "
		"ORDER BY v.venue_id LIMIT 256",
		DB_PARAMS(db_text(session_id), db_text(session_id)), &rows);

	return rows_take(r, rows, of_session_from_row, (GDestroyNotify)venue_free, ret);
}

int venue_store_add_to_session(
	struct db_txn *txn, const char *session_id, const char *venue_id, bool guest)
{
	return db_exec(txn,
		"INSERT INTO session_venue (session_id, venue_id, guest) VALUES (?, ?, ?) "
		"ON DUPLICATE KEY UPDATE guest = guest OR VALUES(guest)",
		DB_PARAMS(db_text(session_id), db_text(venue_id), db_int(guest)), NULL);
}

int venue_store_in_session(struct db_txn *txn, const char *session_id, const char *venue_id,
	struct session_venue *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT guest, confirmed_at FROM session_venue "
		"WHERE session_id = ? AND venue_id = ?",
		DB_PARAMS(db_text(session_id), db_text(venue_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	ret->guest = db_col_int(rows, 0);
	ret->confirmed_us = column_time(rows, 1);
	return 0;
}

int venue_store_confirmed_another(struct db_txn *txn, const char *session_id,
	const char *venue_id, const char *account_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM session_venue WHERE session_id = ? AND venue_id <> ? "
		"AND confirmed_by = ? LIMIT 1",
		DB_PARAMS(db_text(session_id), db_text(venue_id), db_text(account_id)), &rows);

	return rows_exist(r, rows, ret);
}

int venue_store_set_confirmed(struct db_txn *txn, const char *session_id, const char *venue_id,
	const char *account_id, int64_t now_us)
{
	return db_exec(txn,
		"UPDATE session_venue SET confirmed_at = ?, confirmed_by = ? "
		"WHERE session_id = ? AND venue_id = ?",
		DB_PARAMS(db_maybe_time(account_id ? now_us : 0), db_maybe_text(account_id),
			db_text(session_id), db_text(venue_id)),
		NULL);
}
