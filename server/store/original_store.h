/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_ORIGINAL_STORE_H
#define SERVER_STORE_ORIGINAL_STORE_H

/*
 * Openings of the originals (原始音像) of masked seats. Times are real time: an opening is a
 *ticket, not a legal period.
 *
 *	asked -> open -> over (its time, or somebody ended it)
 *	asked -> declined
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

enum original_state { ORIGINAL_ASKED, ORIGINAL_OPEN, ORIGINAL_DECLINED, ORIGINAL_OVER };

/* "asked", … */
const char *original_state_name(enum original_state state);

struct original_opening {
	char opening_id[ID_SIZE];
	char seat_id[33];
	char asked_by[ID_SIZE], decided_by[ID_SIZE]; /* the latter "" while nobody has decided */
	int64_t asked_us, decided_us, ends_us;       /* the last two 0 until then */
	int64_t minutes;
	char *reason;
	enum original_state state; /* as it was written; original_state_at() knows the time */
};

void original_opening_free(void *opening);

/* An open one is over when its time is. */
enum original_state original_state_at(const struct original_opening *o, int64_t now_us);

int original_store_insert(
	struct db_txn *txn, const char *session_id, const struct original_opening *o);
/* Writes state, decided_by and both times. 0, or STORE_E_NONE: it is not in the state `before`. */
int original_store_decide(
	struct db_txn *txn, const struct original_opening *o, enum original_state before);
/* All of a session, newest first, at most 1000; the array owns struct original_opening. */
int original_store_list(struct db_txn *txn, const char *session_id, GPtrArray **ret);

/* The seats (char *, owned) whose originals this account may look at now. */
int original_store_open_seats(struct db_txn *txn, const char *session_id, const char *account_id,
	int64_t now_us, GPtrArray **ret);
bool original_seats_have(const GPtrArray *seats, const char *seat_id);

/* Seats that have an original at all (char *, owned), in order. */
int original_store_masked_seats(struct db_txn *txn, const char *session_id, GPtrArray **ret);

#endif
