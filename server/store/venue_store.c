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
	int r = db_query(txn, "SELECT venue_id FROM venue WHERE venue_id = ? FOR UPDATE",
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

int venue_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		VENUE_SELECT "WHERE v.venue_id IN "
			     "(SELECT venue_id FROM seat WHERE session_id = ?) "
			     "ORDER BY v.venue_id LIMIT 256",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, venue_from_row, (GDestroyNotify)venue_free, ret);
}
