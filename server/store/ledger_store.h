/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_LEDGER_STORE_H
#define SERVER_STORE_LEDGER_STORE_H

/*
 * Places and checkpoints of the ledger, and the lease of its keeper. The lease row is written by
 * every step taken under it, not only locked: on Galera a lock alone does not keep two keepers
 * apart.
 */
#include <glib.h>
#include <stdint.h>

#include "server/audit/event.h"
#include "server/store/event_store.h"

struct db_txn;

/* Somebody else holds the lease. */
#define LEASE_E_TAKEN 1

/*
 * Takes or prolongs the lease until now_us + life_us. *epoch 0 asks for a new one and gets its
 * number; any other value must still be the row's. 0, LEASE_E_TAKEN or negative errno.
 */
int lease_store_hold(struct db_txn *txn, const char *name, const char *owner, int64_t now_us,
	int64_t life_us, int64_t *epoch);

int ledger_store_place(struct db_txn *txn, int64_t seq, const struct event *e);
int ledger_store_add_checkpoint(struct db_txn *txn, int64_t size, const uint8_t root[static 32],
	const char *note, int64_t now_us);

struct stored_checkpoint {
	int64_t size;
	uint8_t root[32];
	char *note; /* g_free */
};
/* The largest, or STORE_E_NONE. */
int ledger_store_last_checkpoint(struct db_txn *txn, struct stored_checkpoint *ret);

/* Where an event lies and the leaf hash it was placed with, or STORE_E_NONE. */
int ledger_store_place_of(
	struct db_txn *txn, const char *event_id, int64_t *ret_seq, uint8_t ret_hash[static 32]);

/* What the tables hold for one place, damaged or not: for exports, which must not smooth it over.
 */
struct ledger_row {
	int64_t seq;
	uint8_t hash[32];
	struct event *event; /* NULL: the row is missing or unreadable */
};
/* Places from `from` on in order; the array owns its rows. */
int ledger_store_rows(struct db_txn *txn, int64_t from, unsigned limit, GArray **ret);

/* All checkpoints with tree_size > after, ascending; the array owns struct stored_checkpoint. */
int ledger_store_checkpoints(struct db_txn *txn, int64_t after, unsigned limit, GArray **ret);

/* Leaf hashes as placed, from `from` on, 32 bytes each, at most limit. -EBADMSG for a gap. */
int ledger_store_hashes(struct db_txn *txn, int64_t from, unsigned limit, GByteArray **ret);

#endif
