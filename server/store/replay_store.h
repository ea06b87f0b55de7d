/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_REPLAY_STORE_H
#define SERVER_STORE_REPLAY_STORE_H

/* What a replay (回放) needs to know of a session: when it ran, its tracks, who sat where. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct replay_session {
	char *title;
	int64_t opened_us; /* session time 0, real time; 0: the room was never open */
	bool closed;
	bool held;             /* some process holds the room at now_us */
	char hall_of[ID_SIZE]; /* the lot whose opening it was; "" for an evaluation */
};

void replay_session_clear(struct replay_session *s);

static inline bool replay_session_is_live(const struct replay_session *s)
{
	return s->held && !s->closed && s->opened_us;
}

/* 0, STORE_E_NONE or negative errno. */
int replay_store_session(
	struct db_txn *txn, const char *session_id, int64_t now_us, struct replay_session *ret);

struct replay_track {
	int64_t track_no;
	char seat_id[33];
	char *seat_name;
	char kind[17], codec[17];
	char mask[17];    /* "none", "masked" or "original" */
	char to_seat[33]; /* whom alone it is for; "": all */
	char *to_name;
	int64_t width, height, started_ms;
	int64_t ended_ms; /* -1: not ended */
};

/* In order of their numbers; the array owns struct replay_track. */
int replay_store_tracks(struct db_txn *txn, const char *session_id, GPtrArray **ret);

#endif
