/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/original_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"
#include "server/store/columns.h"

#define LIST_MAX 1000

static const char *const state_names[] = {"asked", "open", "declined", "over"};

const char *original_state_name(enum original_state state)
{
	return state_names[state];
}

static int state_from_name(const char *name, enum original_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(state_names); i++)
		if (strcmp(state_names[i], name) == 0) {
			*ret = (enum original_state)i;
			return 0;
		}
	return -EBADMSG;
}

void original_opening_free(void *opening)
{
	struct original_opening *o = opening;

	g_free(o->reason);
	g_free(o);
}

enum original_state original_state_at(const struct original_opening *o, int64_t now_us)
{
	return o->state == ORIGINAL_OPEN && now_us >= o->ends_us ? ORIGINAL_OVER : o->state;
}

int original_store_insert(
	struct db_txn *txn, const char *session_id, const struct original_opening *o)
{
	return db_exec(txn,
		"INSERT INTO original_opening (opening_id, session_id, seat_id, asked_by, "
		"asked_at, minutes, reason, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(o->opening_id), db_text(session_id), db_text(o->seat_id),
			db_text(o->asked_by), db_time(o->asked_us), db_int(o->minutes),
			db_text(o->reason), db_text(original_state_name(o->state))),
		NULL);
}

int original_store_decide(
	struct db_txn *txn, const struct original_opening *o, enum original_state before)
{
	uint64_t n = 0;
	int r = db_exec(txn,
		"UPDATE original_opening SET state = ?, decided_by = ?, decided_at = ?, "
		"ends_at = ? WHERE opening_id = ? AND state = ?",
		DB_PARAMS(db_text(original_state_name(o->state)), db_text(o->decided_by),
			db_time(o->decided_us), db_maybe_time(o->ends_us), db_text(o->opening_id),
			db_text(original_state_name(before))),
		&n);

	return r ? r : n ? 0 : STORE_E_NONE;
}

static int from_row(struct db_rows *rows, struct original_opening **ret)
{
	struct original_opening *o = g_new0(struct original_opening, 1);
	int r = state_from_name(db_col_text(rows, 6), &o->state);

	column_copy(rows, 0, o->opening_id, sizeof(o->opening_id));
	column_copy(rows, 1, o->seat_id, sizeof(o->seat_id));
	column_copy(rows, 2, o->asked_by, sizeof(o->asked_by));
	o->asked_us = db_col_time(rows, 3);
	o->minutes = db_col_int(rows, 4);
	o->reason = g_strdup(db_col_text(rows, 5));
	column_copy(rows, 7, o->decided_by, sizeof(o->decided_by));
	o->decided_us = column_time(rows, 8);
	o->ends_us = column_time(rows, 9);
	if (r)
		original_opening_free(o);
	else
		*ret = o;
	return r;
}

int original_store_list(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(original_opening_free);
	int r = db_query(txn,
		"SELECT opening_id, seat_id, asked_by, asked_at, minutes, reason, state, "
		"decided_by, decided_at, ends_at FROM original_opening WHERE session_id = ? "
		"ORDER BY asked_at DESC, opening_id DESC LIMIT ?",
		DB_PARAMS(db_text(session_id), db_int(LIST_MAX)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct original_opening *o;

		r = from_row(rows, &o);
		if (!r)
			g_ptr_array_add(list, o);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

/* The first column of each row. */
static int texts(struct db_rows *rows, GPtrArray **ret)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	int r;

	while ((r = db_rows_next(rows)) > 0)
		g_ptr_array_add(list, g_strdup(db_col_text(rows, 0)));
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int original_store_open_seats(struct db_txn *txn, const char *session_id, const char *account_id,
	int64_t now_us, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT DISTINCT seat_id FROM original_opening WHERE session_id = ? AND "
		"asked_by = ? AND state = 'open' AND ends_at > ? LIMIT ?",
		DB_PARAMS(db_text(session_id), db_text(account_id), db_time(now_us),
			db_int(LIST_MAX)),
		&rows);

	return r ? r : texts(rows, ret);
}

bool original_seats_have(const GPtrArray *seats, const char *seat_id)
{
	for (guint i = 0; i < seats->len; i++)
		if (strcmp(g_ptr_array_index(seats, i), seat_id) == 0)
			return true;
	return false;
}

int original_store_masked_seats(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT DISTINCT seat_id FROM media_track WHERE session_id = ? AND "
		"mask = 'original' ORDER BY seat_id LIMIT ?",
		DB_PARAMS(db_text(session_id), db_int(LIST_MAX)), &rows);

	return r ? r : texts(rows, ret);
}
