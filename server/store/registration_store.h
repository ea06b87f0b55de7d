/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_REGISTRATION_STORE_H
#define SERVER_STORE_REGISTRATION_STORE_H

/* Firms that register themselves as bidders (投标人注册). Getters return 0, STORE_E_NONE or
 * negative errno. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

enum registration_state { REGISTRATION_PENDING, REGISTRATION_APPROVED, REGISTRATION_REFUSED };
const char *registration_state_name(enum registration_state state);

struct registration {
	char registration_id[ID_SIZE];
	char *login, *org_name, *credit_code;
	char *name, *phone;  /* of who answers for it; NULL once it was refused */
	char *password_hash; /* NULL once it was decided */
	enum registration_state state;
	char *reason; /* NULL: none was given */
	int64_t created_us;
	int64_t n_accounts; /* that have this credit code already */
};
void registration_free(struct registration *r);
static inline void registration_freep(struct registration **r)
{
	registration_free(*r);
}
#define REGISTRATION_AUTO __attribute__((cleanup(registration_freep)))

/* A pending one. 0; DB_E_DUPLICATE: another one with this login or code is pending. */
int registration_store_insert(struct db_txn *txn, const struct registration *r);
int registration_store_get(struct db_txn *txn, const char *id, struct registration **ret);
/* The same, locked until the transaction ends. */
int registration_store_lock(struct db_txn *txn, const char *id, struct registration **ret);
/* Pending ones by id, from behind `after`. */
int registration_store_pending(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);
int registration_store_count(struct db_txn *txn, int64_t *ret_pending);
/* With the state and reason it has now. */
int registration_store_decide(
	struct db_txn *txn, const struct registration *r, const char *by, int64_t now_us);

#endif
