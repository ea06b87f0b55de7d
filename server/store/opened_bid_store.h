/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_OPENED_BID_STORE_H
#define SERVER_STORE_OPENED_BID_STORE_H

/* Opened bids as the evaluation reads them: who bids, at what price, with which documents. */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/decimal.h"
#include "server/core/id.h"

struct db_txn;

struct opened_bid {
	char bid_id[ID_SIZE];
	char account_id[ID_SIZE];
	int no; /* order of receipt among those that were there at the deadline */
	char *bidder_name;
	bool has_price;
	struct decimal price;
	json_t *manifest; /* NULL when there is none */
	int64_t opened_us;
};

void opened_bid_free(struct opened_bid *b);

/* By order of receipt; the array owns them. 0 or negative errno. */
int opened_bid_store_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret);

#endif
