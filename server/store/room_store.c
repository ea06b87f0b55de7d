/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/room_store.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "db/stmt.h"
#include "server/store/columns.h"

int room_store_lease(struct db_txn *txn, const char *session_id, struct room_lease *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT owner, url, epoch, opened_at, expires_at FROM room_lease "
		"WHERE session_id = ? FOR UPDATE",
		DB_PARAMS(db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	*ret = (struct room_lease){
		.epoch = db_col_int(rows, 2),
		.opened_us = column_time(rows, 3),
		.expires_us = db_col_time(rows, 4),
	};
	if (!db_col_is_null(rows, 0))
		g_strlcpy(ret->owner, db_col_text(rows, 0), sizeof(ret->owner));
	if (!db_col_is_null(rows, 1))
		g_strlcpy(ret->url, db_col_text(rows, 1), sizeof(ret->url));
	return 0;
}

int room_store_put_lease(struct db_txn *txn, const char *session_id, const struct room_lease *lease)
{
	return db_exec(txn,
		"INSERT INTO room_lease (session_id, owner, url, epoch, opened_at, expires_at) "
		"VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE owner = VALUES(owner), "
		"url = VALUES(url), epoch = VALUES(epoch), opened_at = VALUES(opened_at), "
		"expires_at = VALUES(expires_at)",
		DB_PARAMS(db_text(session_id), db_maybe_text(*lease->owner ? lease->owner : NULL),
			db_maybe_text(*lease->url ? lease->url : NULL), db_int(lease->epoch),
			lease->opened_us ? db_time(lease->opened_us) : db_null(),
			db_time(lease->expires_us)),
		NULL);
}

int room_store_session(struct db_txn *txn, const char *session_id, struct room_session *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT step, closed_at, host, room_locked, masked, hold FROM eval_session "
		"WHERE session_id = ?",
		DB_PARAMS(db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	*ret = (struct room_session){
		.step = flow_step_from_name(db_col_text(rows, 0)),
		.hold = flow_hold_from_name(db_col_text(rows, 5)),
		.closed = !db_col_is_null(rows, 1),
		.locked = db_col_int(rows, 3),
		.masked = db_col_int(rows, 4),
	};
	if (!db_col_is_null(rows, 2))
		g_strlcpy(ret->host, db_col_text(rows, 2), sizeof(ret->host));
	return 0;
}

int room_store_set_host(struct db_txn *txn, const char *session_id, const char *account_id)
{
	return db_exec(txn, "UPDATE eval_session SET host = ? WHERE session_id = ?",
		DB_PARAMS(db_text(account_id), db_text(session_id)), NULL);
}

int room_store_set_locked(struct db_txn *txn, const char *session_id, bool locked)
{
	return db_exec(txn, "UPDATE eval_session SET room_locked = ? WHERE session_id = ?",
		DB_PARAMS(db_int(locked), db_text(session_id)), NULL);
}

int room_store_set_masked(struct db_txn *txn, const char *session_id, bool masked)
{
	return db_exec(txn, "UPDATE eval_session SET masked = ? WHERE session_id = ?",
		DB_PARAMS(db_int(masked), db_text(session_id)), NULL);
}

int room_store_add_track(struct db_txn *txn, const char *session_id, const struct room_track *track)
{
	return db_exec(txn,
		"INSERT INTO media_track (session_id, track_no, seat_id, kind, codec, width, "
		"height, device_key, started_ms, mask, to_seat) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_int(track->track_no), db_text(track->seat_id),
			db_text(track->kind), db_text(track->codec), db_int(track->width),
			db_int(track->height), db_blob(track->device_key, 32),
			db_int(track->started_ms), db_text(track->mask), db_text(track->to_seat)),
		NULL);
}

int room_store_end_track(struct db_txn *txn, const char *session_id, int track_no, int64_t ended_ms)
{
	return db_exec(txn,
		"UPDATE media_track SET ended_ms = ? WHERE session_id = ? AND track_no = ? "
		"AND ended_ms IS NULL",
		DB_PARAMS(db_int(ended_ms), db_text(session_id), db_int(track_no)), NULL);
}

int room_store_last_track(struct db_txn *txn, const char *session_id, int *ret_track_no)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT track_no FROM media_track WHERE session_id = ? "
		"ORDER BY track_no DESC LIMIT 1",
		DB_PARAMS(db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r == STORE_E_NONE) {
		*ret_track_no = 0;
		return 0;
	}
	if (!r)
		*ret_track_no = (int)db_col_int(rows, 0);
	return r;
}

static int track_from_row(struct db_rows *rows, struct room_track *ret)
{
	size_t len;
	const void *key = db_col_blob(rows, 6, &len);

	if (!key || len != sizeof(ret->device_key))
		return -EBADMSG;
	*ret = (struct room_track){
		.track_no = (int)db_col_int(rows, 0),
		.width = (int)db_col_int(rows, 4),
		.height = (int)db_col_int(rows, 5),
		.started_ms = db_col_int(rows, 7),
	};
	memcpy(ret->device_key, key, len);
	g_strlcpy(ret->seat_id, db_col_text(rows, 1), sizeof(ret->seat_id));
	g_strlcpy(ret->kind, db_col_text(rows, 2), sizeof(ret->kind));
	g_strlcpy(ret->codec, db_col_text(rows, 3), sizeof(ret->codec));
	g_strlcpy(ret->to_seat, db_col_text(rows, 8), sizeof(ret->to_seat));
	return 0;
}

int room_store_open_tracks(struct db_txn *txn, const char *session_id, GArray **ret_tracks)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(struct room_track));
	int r = db_query(txn,
		"SELECT track_no, seat_id, kind, codec, width, height, device_key, started_ms, "
		"to_seat FROM media_track WHERE session_id = ? AND ended_ms IS NULL ORDER BY track_no "
		"LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct room_track track;

		r = track_from_row(rows, &track);
		if (!r)
			g_array_append_val(tracks, track);
	}
	if (r)
		return r;
	*ret_tracks = g_steal_pointer(&tracks);
	return 0;
}
