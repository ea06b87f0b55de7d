/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_PROJECT_KEY_STORE_H
#define SERVER_STORE_PROJECT_KEY_STORE_H

/* The wrapped key of each project (server/sign/bid_key). */
#include <glib.h>

#include "server/core/id.h"

struct db_txn;

/* Of the lot's project, and which that is; *ret NULL: it has none. 0 or negative errno. */
int project_key_store_of_lot(
	struct db_txn *txn, const char *lot_id, char ret_project_id[static ID_SIZE], GBytes **ret);

/* Keeps it unless the project has one. 0 or negative errno. */
int project_key_store_settle(struct db_txn *txn, const char *project_id, GBytes *key);

#endif
