/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/replay_store.h"

#include "db/stmt.h"

#define TRACKS_MAX 1000

void replay_session_clear(struct replay_session *s)
{
	g_clear_pointer(&s->title, g_free);
}

int replay_store_session(
	struct db_txn *txn, const char *session_id, int64_t now_us, struct replay_session *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT s.title, s.closed_at IS NOT NULL, l.opened_at, "
		"COALESCE(l.owner IS NOT NULL AND l.expires_at > ?, 0), s.hall_of "
		"FROM eval_session s "
		"LEFT JOIN room_lease l USING (session_id) WHERE s.session_id = ?",
		DB_PARAMS(db_time(now_us), db_text(session_id)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : STORE_E_NONE;
	*ret = (struct replay_session){
		.title = g_strdup(db_col_text(rows, 0)),
		.closed = db_col_int(rows, 1),
		.opened_us = db_col_is_null(rows, 2) ? 0 : db_col_time(rows, 2),
		.held = db_col_int(rows, 3),
	};
	if (!db_col_is_null(rows, 4))
		g_strlcpy(ret->hall_of, db_col_text(rows, 4), sizeof(ret->hall_of));
	return 0;
}

static void track_free(void *data)
{
	struct replay_track *t = data;

	g_free(t->seat_name);
	g_free(t->to_name);
	g_free(t);
}

static struct replay_track *track_from_row(struct db_rows *rows)
{
	struct replay_track *t = g_new0(struct replay_track, 1);

	t->track_no = db_col_int(rows, 0);
	g_strlcpy(t->seat_id, db_col_text(rows, 1), sizeof(t->seat_id));
	t->seat_name = g_strdup(db_col_text(rows, 2));
	g_strlcpy(t->kind, db_col_text(rows, 3), sizeof(t->kind));
	g_strlcpy(t->codec, db_col_text(rows, 4), sizeof(t->codec));
	t->width = db_col_int(rows, 5);
	t->height = db_col_int(rows, 6);
	t->started_ms = db_col_int(rows, 7);
	t->ended_ms = db_col_is_null(rows, 8) ? -1 : db_col_int(rows, 8);
	g_strlcpy(t->mask, db_col_text(rows, 9), sizeof(t->mask));
	g_strlcpy(t->to_seat, db_col_text(rows, 10), sizeof(t->to_seat));
	t->to_name = g_strdup(db_col_text(rows, 11));
	return t;
}

int replay_store_tracks(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(track_free);
	int r = db_query(txn,
		"SELECT t.track_no, t.seat_id, COALESCE(s.label, t.seat_id), t.kind, t.codec, t.width, "
		"t.height, t.started_ms, t.ended_ms, t.mask, t.to_seat, COALESCE(o.label, t.to_seat) "
		"FROM media_track t "
		"LEFT JOIN seat s ON s.session_id = t.session_id AND s.seat_id = t.seat_id "
		"LEFT JOIN seat o ON o.session_id = t.session_id AND o.seat_id = t.to_seat "
		"WHERE t.session_id = ? ORDER BY t.track_no LIMIT ?",
		DB_PARAMS(db_text(session_id), db_int(TRACKS_MAX)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		g_ptr_array_add(list, track_from_row(rows));
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}
