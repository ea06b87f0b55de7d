/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_PROJECT_KEY_STORE_H
#define SERVER_STORE_PROJECT_KEY_STORE_H

/* The wrapped key of each project (server/sign/bid_key), and its end. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

/* The key was destroyed: nothing that lay under it is read again, and nothing laid under it. */
#define PROJECT_KEY_E_DESTROYED 3

/* Of the lot's project, and which that is; *ret NULL: it has none. 0, PROJECT_KEY_E_DESTROYED or
 * negative errno. */
int project_key_store_of_lot(
	struct db_txn *txn, const char *lot_id, char ret_project_id[static ID_SIZE], GBytes **ret);

/* Keeps it unless the project has one, or had. 0 or negative errno. */
int project_key_store_settle(struct db_txn *txn, const char *project_id, GBytes *key);

/* What was said of its end. */
struct project_key {
	char project_id[ID_SIZE];
	char proposal_id[ID_SIZE], proposed_by[ID_SIZE]; /* "" while nothing is proposed */
	int64_t proposed_us;
	char *reason;
	char confirmed_by[ID_SIZE];
	int64_t destroyed_us; /* 0: it is there */
};

void project_key_clear(struct project_key *k);
#define PROJECT_KEY_AUTO __attribute__((cleanup(project_key_clear)))

/* Whoever goes on to change it has locked the project. 0, STORE_E_NONE or negative errno. */
int project_key_store_get(struct db_txn *txn, const char *project_id, struct project_key *ret);
/* Writes what was said. With destroyed_us the key itself goes, and what of its bids lay under the
 * house's own key (content keys from before there were keys of projects, shares of holders). */
int project_key_store_set(struct db_txn *txn, const struct project_key *k);

/* Sessions of the project, halls of openings too: one that is not closed, and one that was held and
 * whose recording was not removed; "": there is none. */
int project_key_store_sessions(struct db_txn *txn, const char *project_id,
	char ret_open_id[static ID_SIZE], char ret_kept_id[static ID_SIZE]);

/* Whether the key of the session's project was destroyed. */
int project_key_store_is_destroyed(struct db_txn *txn, const char *session_id, bool *ret);

#endif
