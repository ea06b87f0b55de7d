/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The live room of an opening (开标大厅): a session for the room alone. session_store, of the
 * evaluation, does not know it; room_store, seat_store and replay_store do. Getters return 0,
 * STORE_E_NONE or negative errno.
 */
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

/* Of the seats of bidders: bid_1 is who made the first bid. */
#define HALL_BIDDER_PREFIX "bid_"

struct hall {
	char session_id[ID_SIZE], project_id[ID_SIZE], lot_id[ID_SIZE];
	char host[ID_SIZE]; /* who leads it */
	int64_t opened_us, closed_us;
};

int hall_store_insert(struct db_txn *txn, const struct hall *h, const char *title);
/* The one that is open, else the last one. */
int hall_store_of_lot(struct db_txn *txn, const char *lot_id, struct hall *ret);
/* Of a session that is one. */
int hall_store_get(struct db_txn *txn, const char *session_id, struct hall *ret);
/* Whether the account's bid in the lot of this hall is opened: then everybody knows whose it is. */
int hall_store_is_told(
	struct db_txn *txn, const char *session_id, const char *account_id, bool *ret_told);
/* Who watched as a witness (见证人) in a hall of the lot, "甲、乙"; NULL: nobody. g_free it. */
int hall_store_witnesses(struct db_txn *txn, const char *lot_id, char **ret);
int hall_store_close(struct db_txn *txn, const char *session_id, int64_t now_us);
