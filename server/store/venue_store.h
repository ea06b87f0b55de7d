/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_VENUE_STORE_H
#define SERVER_STORE_VENUE_STORE_H

/* Venues (评标场地): where experts sit, several for one session. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

/*
 * Where a session sits, as it was planned: at the main venue (主场) or as a guest (副场). Where it has
 * a guest venue, all confirm that their seats are ready.
 */
struct session_venue {
	bool guest;
	int64_t confirmed_us; /* 0: not yet, or not any more */
};

struct venue {
	char venue_id[ID_SIZE];
	char *name, *city;
	int64_t n_booths; /* that are known (booth_store.h) */
	/* Of venue_store_of_session() alone. */
	struct session_venue in_session;
	char *confirmed_by; /* the account's name; NULL: nobody */
};

void venue_free(struct venue *v);
static inline void venue_freep(struct venue **v)
{
	venue_free(*v);
}
#define VENUE_AUTO __attribute__((cleanup(venue_freep)))

int venue_store_insert(struct db_txn *txn, const struct venue *v);
/* 0, STORE_E_NONE or negative errno. */
int venue_store_get(struct db_txn *txn, const char *venue_id, struct venue **ret);
/* Nobody else books its booths until this transaction ends. 0, STORE_E_NONE or negative errno. */
int venue_store_lock(struct db_txn *txn, const char *venue_id);
/* By id, behind `after` (""). The array owns them. */
int venue_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);
/* Again for the same venue: it is a guest if it was either time. */
int venue_store_add_to_session(
	struct db_txn *txn, const char *session_id, const char *venue_id, bool guest);
/* 0, STORE_E_NONE or negative errno. */
int venue_store_in_session(struct db_txn *txn, const char *session_id, const char *venue_id,
	struct session_venue *ret);
/* account_id NULL: it is taken back. */
/* Whether the account has confirmed another venue of the session than this one. */
int venue_store_confirmed_another(struct db_txn *txn, const char *session_id,
	const char *venue_id, const char *account_id, bool *ret);
int venue_store_set_confirmed(struct db_txn *txn, const char *session_id, const char *venue_id,
	const char *account_id, int64_t now_us);

/* Those where a session has seats, with what they are to it. */
int venue_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);

#endif
