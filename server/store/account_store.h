/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_ACCOUNT_STORE_H
#define SERVER_STORE_ACCOUNT_STORE_H

/*
 * Accounts, their public keys, and who is signed in. Getters return 0, STORE_E_NONE or negative
 * errno; rows are freed by the matching _free.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct account {
	char account_id[ID_SIZE];
	char *login, *name, *org_name, *credit_code; /* the last two may be NULL */
	uint32_t roles;
	char *password_hash;
	bool password_once;  /* given by somebody else, to be changed */
	GBytes *totp_secret; /* wrapped; NULL: not enrolled */
	bool totp_on;
	int64_t totp_last_step;
	bool locked;
	int64_t version;
};

void account_free(struct account *a);
static inline void account_freep(struct account **a)
{
	account_free(*a);
}
#define ACCOUNT_AUTO __attribute__((cleanup(account_freep)))

int account_store_get(struct db_txn *txn, const char *account_id, struct account **ret);
int account_store_by_login(struct db_txn *txn, const char *login, struct account **ret);
/* Accounts by login, from after `after` (may be ""), that have one of these roles; 0: all. The
 * array owns them. */
int account_store_list(
	struct db_txn *txn, const char *after, uint32_t roles, unsigned limit, GPtrArray **ret);

/* Those who may hold keys: the role and a registered key; by id, from behind `after`. */
int account_store_holders(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

/* 0 or DB_E_DUPLICATE for a login that is taken. */
int account_store_insert(struct db_txn *txn, const struct account *a, int64_t now_us);
int account_store_set_roles(struct db_txn *txn, const char *account_id, uint32_t roles);
int account_store_set_password(
	struct db_txn *txn, const char *account_id, const char *hash, bool once);
/* secret NULL: enrolment is taken back. */
int account_store_set_totp(struct db_txn *txn, const char *account_id, GBytes *secret, bool on);
/* Burns a TOTP step: true in *ret_fresh only for a step later than any used before. */
int account_store_use_totp_step(
	struct db_txn *txn, const char *account_id, int64_t step, bool *ret_fresh);

struct account_key {
	char key_id[65];
	char account_id[ID_SIZE];
	char purpose[17]; /* "bidder", "holder", "expert", "seat" */
	char alg[17];     /* "p256", "ed25519" */
	GBytes *public_key;
	char *label;
};

void account_key_free(struct account_key *k);
/* 0 or DB_E_DUPLICATE when the key is registered already. */
int account_store_add_key(struct db_txn *txn, const struct account_key *k, int64_t now_us);
/* Keys in force, newest first; purpose NULL: all. The array owns them. */
int account_store_keys(
	struct db_txn *txn, const char *account_id, const char *purpose, GPtrArray **ret);

/* A sign-in; session_id and seat_id are "" unless it is an expert's at a seat. */
struct sign_in {
	char account_id[ID_SIZE];
	char csrf[65];
	char session_id[ID_SIZE];
	char seat_id[33];
	int64_t expires_us;
};

int account_store_add_sign_in(struct db_txn *txn, const uint8_t token_hash[static 32],
	const struct sign_in *s, int64_t now_us);
/* Only one that has not expired. */
int account_store_find_sign_in(struct db_txn *txn, const uint8_t token_hash[static 32],
	int64_t now_us, struct sign_in *ret);
int account_store_end_sign_in(struct db_txn *txn, const uint8_t token_hash[static 32]);
/* Ends all sign-ins of an account: after a password change or a reset. */
int account_store_end_sign_ins(struct db_txn *txn, const char *account_id);
/* Ends those at a seat only. */
int account_store_end_seat_sign_ins(struct db_txn *txn, const char *account_id);

#endif
