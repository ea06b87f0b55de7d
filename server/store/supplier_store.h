/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_SUPPLIER_STORE_H
#define SERVER_STORE_SUPPLIER_STORE_H

/*
 * The suppliers (供应商库) of the centre: what their opened bids came to. A bid that is not opened
 * is not counted and not told. 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/decimal.h"
#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct supplier {
	char account_id[ID_SIZE];
	char *login, *name, *org_name, *credit_code; /* the last two may be NULL */
	bool locked;
	int64_t n_opened, n_won;
};
void supplier_free(struct supplier *s);
static inline void supplier_freep(struct supplier **s)
{
	supplier_free(*s);
}
#define SUPPLIER_AUTO __attribute__((cleanup(supplier_freep)))

/* Bidders whose organisation, credit code or login has the text in it ("": all), behind this login
 * by login. */
int supplier_store_list(
	struct db_txn *txn, const char *text, const char *after, unsigned limit, GPtrArray **ret);
int supplier_store_get(struct db_txn *txn, const char *account_id, struct supplier **ret);

struct supplier_bid {
	char bid_id[ID_SIZE], lot_id[ID_SIZE];
	char *lot_code, *lot_name, *project_name;
	int64_t no, opened_us;
	struct decimal price;
	bool won;  /* the award letter is recorded */
	bool kept; /* its bond was not given back */
};
void supplier_bid_free(struct supplier_bid *b);
/* Opened ones, newest first, at most 500. */
int supplier_store_bids(struct db_txn *txn, const char *account_id, GPtrArray **ret);

#endif
