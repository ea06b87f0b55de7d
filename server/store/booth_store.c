/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/booth_store.h"

#include "server/store/columns.h"
#include "server/store/event_store.h"

#define NOT_OVER "e.step NOT IN ('closed', 'dissolved')"
/* Of until, until, from, now, from: it lasts at some time between from and until. What has begun lasts, whatever was
 * planned, until it is over; nobody knows the end of what has none. */
#define LASTS_THEN                                                                                 \
	NOT_OVER " AND (? IS NULL OR e.scheduled_at < ?) AND (e.scheduled_until IS NULL "         \
		 "OR e.scheduled_until > ? OR (e.started_at IS NOT NULL AND ? > ?))"

void booth_row_free(struct booth_row *b)
{
	if (!b)
		return;
	g_free(b->booth);
	g_free(b->title);
	g_free(b);
}

static void *booth_from_row(struct db_rows *rows)
{
	struct booth_row *b = g_new0(struct booth_row, 1);

	b->booth = g_strdup(db_col_text(rows, 0));
	column_copy(rows, 1, b->session_id, sizeof(b->session_id));
	b->title = g_strdup(db_col_text(rows, 2));
	b->from_us = column_time(rows, 3);
	b->until_us = column_time(rows, 4);
	b->seated = db_col_int(rows, 5);
	return b;
}

static void *name_from_row(struct db_rows *rows)
{
	return g_strdup(db_col_text(rows, 0));
}

int booth_store_add(struct db_txn *txn, const char *venue_id, const char *booth)
{
	return db_exec(txn, "INSERT INTO venue_booth (venue_id, booth) VALUES (?, ?)",
		DB_PARAMS(db_text(venue_id), db_text(booth)), NULL);
}

int booth_store_count(struct db_txn *txn, const char *venue_id, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT COUNT(*) FROM venue_booth WHERE venue_id = ?",
		DB_PARAMS(db_text(venue_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = db_col_int(rows, 0);
	return r;
}

int booth_store_list(struct db_txn *txn, const char *venue_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT b.booth, u.session_id, u.title, u.scheduled_at, u.scheduled_until, "
		"COALESCE(u.seated, 0) FROM venue_booth b LEFT JOIN "
		"(SELECT s.venue_id, s.booth, s.account_id IS NOT NULL AS seated, e.session_id, "
		"e.title, e.scheduled_at, e.scheduled_until FROM seat s JOIN eval_session e "
		"ON e.session_id = s.session_id WHERE " NOT_OVER " AND s.venue_id = ?) u "
		"ON u.venue_id = b.venue_id AND u.booth = b.booth WHERE b.venue_id = ? "
		"ORDER BY b.booth, u.scheduled_at",
		DB_PARAMS(db_text(venue_id), db_text(venue_id)), &rows);

	return rows_take(r, rows, booth_from_row, (GDestroyNotify)booth_row_free, ret);
}

int booth_store_free(struct db_txn *txn, const char *venue_id, const char *session_id,
	const struct booth_time *t, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT b.booth FROM venue_booth b WHERE b.venue_id = ? AND NOT EXISTS "
		"(SELECT 1 FROM seat s JOIN eval_session e ON e.session_id = s.session_id "
		"WHERE s.venue_id = b.venue_id AND s.booth = b.booth AND e.session_id <> ? "
		"AND " LASTS_THEN ") ORDER BY b.booth",
		DB_PARAMS(db_text(venue_id), db_text(session_id), db_maybe_time(t->until_us),
			db_maybe_time(t->until_us), db_time(t->from_us), db_time(t->now_us),
			db_time(t->from_us)),
		&rows);

	return rows_take(r, rows, name_from_row, g_free, ret);
}

int booth_store_unnumbered(
	struct db_txn *txn, const char *venue_id, const struct booth_time *t, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT COUNT(*) FROM seat s JOIN eval_session e ON e.session_id = s.session_id "
		"WHERE s.venue_id = ? AND s.booth IS NULL AND " LASTS_THEN,
		DB_PARAMS(db_text(venue_id), db_maybe_time(t->until_us),
			db_maybe_time(t->until_us), db_time(t->from_us), db_time(t->now_us),
			db_time(t->from_us)),
		&rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = db_col_int(rows, 0);
	return r;
}

int booth_store_seat(struct db_txn *txn, const char *session_id, const char *venue_id,
	const char *booth, char ret_seat_id[static 33], bool *ret_seated)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT seat_id, account_id IS NOT NULL FROM seat "
		"WHERE session_id = ? AND venue_id = ? AND booth = ? LIMIT 1",
		DB_PARAMS(db_text(session_id), db_text(venue_id), db_text(booth)), &rows);

	ret_seat_id[0] = '\0';
	*ret_seated = false;
	if (!r)
		r = rows_only(rows);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	column_copy(rows, 0, ret_seat_id, 33);
	*ret_seated = db_col_int(rows, 1);
	return 0;
}
