/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_OPENING_STORE_H
#define SERVER_STORE_OPENING_STORE_H

/*
 * What bidders say at the opening of a lot (开标异议) and who confirmed its record. They are named
 * by the number of their bid, as the opening does. Getters return 0, STORE_E_NONE or negative
 * errno.
 */
#include <glib.h>
#include <stdint.h>

#include "server/store/event_store.h"

struct db_txn;

struct opening_objection {
	int64_t no, bid_no;
	char *said, *answer; /* answer NULL: not answered yet */
	int64_t raised_us, answered_us;
};
void opening_objection_free(struct opening_objection *o);

/* In order of their numbers, from 1. The lot's row is written, when a number depends on it. */
int opening_store_objections(struct db_txn *txn, const char *lot_id, GPtrArray **ret);
int opening_store_add_objection(
	struct db_txn *txn, const char *lot_id, const struct opening_objection *o);
int opening_store_answer(struct db_txn *txn, const char *lot_id, const struct opening_objection *o);

/* The number of the bid an account had in a lot at its deadline. */
int opening_store_bid_no(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_no);

/* 0 or DB_E_DUPLICATE. */
int opening_store_confirm(struct db_txn *txn, const char *lot_id, int64_t bid_no, int64_t now_us);
/* GINT_TO_POINTER(bid number) of each that confirmed; free with g_hash_table_unref. */
int opening_store_confirmed(struct db_txn *txn, const char *lot_id, GHashTable **ret);

#endif
