/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_ROOM_STORE_H
#define SERVER_STORE_ROOM_STORE_H

/*
 * What a live room leaves in the database: which process holds it, and the tracks that were
 * published. Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/flow.h"
#include "server/store/event_store.h"

struct db_txn;

/* The holder of a session's room. */
struct room_lease {
	char owner[201]; /* "" when nobody holds it */
	char url[401];
	int64_t epoch;
	int64_t opened_us; /* session time 0; 0: the room was never open */
	int64_t expires_us;
};

int room_store_lease(struct db_txn *txn, const char *session_id, struct room_lease *ret);

/* Writes the whole row, whether it was there or not. */
int room_store_put_lease(
	struct db_txn *txn, const char *session_id, const struct room_lease *lease);

/* What the session says to its room. */
struct room_session {
	enum flow_step step;
	enum flow_hold hold;
	bool closed;
	char host[ID_SIZE]; /* who leads it; "": every host may */
	bool locked;        /* nobody new joins */
	bool masked;        /* experts are seen and heard masked */
};
int room_store_session(struct db_txn *txn, const char *session_id, struct room_session *ret);
int room_store_set_host(struct db_txn *txn, const char *session_id, const char *account_id);
int room_store_set_locked(struct db_txn *txn, const char *session_id, bool locked);
int room_store_set_masked(struct db_txn *txn, const char *session_id, bool masked);

struct room_track {
	int track_no;
	char seat_id[33];
	char kind[17], codec[17];
	char mask[17];    /* "none", "masked" or "original" */
	char to_seat[33]; /* whom alone it is for; "": all */
	int width, height;
	uint8_t device_key[32];
	int64_t started_ms;
};

/* 0 or DB_E_DUPLICATE when the number was given before. */
int room_store_add_track(
	struct db_txn *txn, const char *session_id, const struct room_track *track);
int room_store_end_track(
	struct db_txn *txn, const char *session_id, int track_no, int64_t ended_ms);
/* The highest number given; 0: none. */
int room_store_last_track(struct db_txn *txn, const char *session_id, int *ret_track_no);

/* Tracks that were not ended, as struct room_track, by number. */
int room_store_open_tracks(struct db_txn *txn, const char *session_id, GArray **ret_tracks);

#endif
