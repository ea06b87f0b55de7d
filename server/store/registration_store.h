/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_REGISTRATION_STORE_H
#define SERVER_STORE_REGISTRATION_STORE_H

/* Firms that register themselves as bidders (投标人注册). Getters return 0, STORE_E_NONE or
 * negative errno. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

enum registration_state {
	REGISTRATION_PENDING,
	REGISTRATION_APPROVED,
	REGISTRATION_REFUSED,
	REGISTRATION_LAPSED, /* nobody decided it in time */
};
const char *registration_state_name(enum registration_state state);

struct registration {
	char registration_id[ID_SIZE];
	char *login, *org_name, *credit_code;
	char *name, *phone;  /* of who answers for it; NULL once it was refused or lapsed */
	char *password_hash; /* NULL once it was decided */
	enum registration_state state;
	char *reason; /* NULL: none was given */
	int64_t created_us;
	/* What whoever decides should look at: accounts with this credit code, others that wait
	 * with it, accounts and waiting ones with this name of the house and another code or none,
	 * and whether an account has the login. */
	int64_t n_accounts, n_pending, n_name;
	bool login_taken;
};
void registration_free(struct registration *r);
static inline void registration_freep(struct registration **r)
{
	registration_free(*r);
}
#define REGISTRATION_AUTO __attribute__((cleanup(registration_freep)))

/* A pending one. 0; DB_E_DUPLICATE: this very one is there. */
int registration_store_insert(struct db_txn *txn, const struct registration *r);
int registration_store_get(struct db_txn *txn, const char *id, struct registration **ret);
/* The same, locked until the transaction ends. */
int registration_store_lock(struct db_txn *txn, const char *id, struct registration **ret);
/* Pending ones by id, from behind `after`. */
int registration_store_pending(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);
int registration_store_count(struct db_txn *txn, int64_t *ret_pending);
/* Pending ones with this credit code, locked until the transaction ends. */
int registration_store_lock_code(struct db_txn *txn, const char *credit_code, GPtrArray **ret);
/* Pending ones that were made before then, oldest first. */
int registration_store_older(
	struct db_txn *txn, int64_t before_us, unsigned limit, GPtrArray **ret);
/* With the state and reason it has now; by NULL: nobody. */
int registration_store_decide(
	struct db_txn *txn, const struct registration *r, const char *by, int64_t now_us);

#endif
