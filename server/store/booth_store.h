/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_BOOTH_STORE_H
#define SERVER_STORE_BOOTH_STORE_H

/*
 * Booths (机位) of venues, and which session has which when. A session has a booth from when it is
 * scheduled until it is to be over, or until it is over. A venue none of whose booths is known
 * lends seats without a number. Getters return 0 or negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"

struct db_txn;

/* A booth, once for each session that has it and is not over. */
struct booth_row {
	char *booth;
	char session_id[ID_SIZE]; /* "": nobody has it */
	char *title;
	int64_t from_us, until_us; /* until_us 0: not said */
	bool seated;               /* somebody was given it */
};

/* A stretch of time that booths are asked for. */
struct booth_time {
	int64_t from_us, until_us; /* until_us 0: for ever */
	int64_t now_us;            /* a session that has begun and is not over lasts until now at least */
};

void booth_row_free(struct booth_row *b);

/* 0 or DB_E_DUPLICATE. */
int booth_store_add(struct db_txn *txn, const char *venue_id, const char *booth);
int booth_store_count(struct db_txn *txn, const char *venue_id, int64_t *ret);
/* By booth and time; struct booth_row, the array owns them. */
int booth_store_list(struct db_txn *txn, const char *venue_id, GPtrArray **ret);
/* Booths that no session but this one ("": none) has at any time of t: texts, by name, owned by the
 * array. Lock the venue first (venue_store.h). */
int booth_store_free(struct db_txn *txn, const char *venue_id, const char *session_id,
	const struct booth_time *t, GPtrArray **ret);
/* Seats of sessions at any time of t that were given out before the venue's booths had names. */
int booth_store_unnumbered(
	struct db_txn *txn, const char *venue_id, const struct booth_time *t, int64_t *ret);
/* The session's own seat that stands in the booth; "" if none does. ret_seated: somebody has it. */
int booth_store_seat(struct db_txn *txn, const char *session_id, const char *venue_id,
	const char *booth, char ret_seat_id[static 33], bool *ret_seated);

#endif
