/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_SHEET_RETURN_STORE_H
#define SERVER_STORE_SHEET_RETURN_STORE_H

/*
 * Sheets of a lot that went back to the members before they were added up, with the cells they may
 * change: [{"bid_id", "item_id"}]. As they had been given they stay under sheet_store_void()'s
 * time.
 */
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct sheet_return {
	char lot_id[ID_SIZE]; /* as read */
	int64_t returned_us;
	json_t *items;
};

void sheet_return_free(struct sheet_return *s);
static inline void sheet_return_freep(struct sheet_return **s)
{
	sheet_return_free(*s);
}
#define SHEET_RETURN_AUTO __attribute__((cleanup(sheet_return_freep)))

int sheet_return_store_add(struct db_txn *txn, const char *session_id, const char *lot_id,
	const struct sheet_return *row);
/* The one that has not ended. 0, STORE_E_NONE or negative errno. */
int sheet_return_store_get(
	struct db_txn *txn, const char *session_id, const char *lot_id, struct sheet_return **ret);
/* All of a session, by lot and time; the array owns them. */
int sheet_return_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
int sheet_return_store_end(struct db_txn *txn, const char *session_id, const char *lot_id);

#endif
