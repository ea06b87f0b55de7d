/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_VENUE_STORE_H
#define SERVER_STORE_VENUE_STORE_H

/* Venues (评标场地): where experts sit, several for one session. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct venue {
	char venue_id[ID_SIZE];
	char *name, *city;
	int64_t n_booths; /* that are known (booth_store.h) */
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
/* Those where a session has seats. */
int venue_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);

#endif
