/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_DEPOSIT_STORE_H
#define SERVER_STORE_DEPOSIT_STORE_H

/*
 * Bid bonds (投标保证金) as rows: who was given which reference, what came in, guarantees, what
 * goes back. Whose they are is secret until the bids are opened; the acts and views keep it.
 * Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/decimal.h"
#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/deposit.h"

struct db_txn;

/* Under what server/sign/field_cipher wraps a payment's payer and a guarantee's file. */
#define DEPOSIT_PAYER_PURPOSE "deposit.payer"
#define DEPOSIT_FILE_PURPOSE "deposit.guarantee"

struct deposit {
	char deposit_id[ID_SIZE], lot_id[ID_SIZE], account_id[ID_SIZE];
	char reference[DEPOSIT_REFERENCE_SIZE];
	int64_t made_us;
};

int deposit_store_insert(struct db_txn *txn, const struct deposit *d);
/* Of a bidder for a lot; and by reference, so that nobody else changes it meanwhile. */
int deposit_store_get(
	struct db_txn *txn, const char *lot_id, const char *account_id, struct deposit **ret);
int deposit_store_lock(struct db_txn *txn, const char *reference, struct deposit **ret);
/* All of a bidder behind the id `after` ("" for the first page), newest first. */
int deposit_store_of_account(struct db_txn *txn, const char *account_id, const char *after,
	unsigned limit, GPtrArray **ret);

/* What a payment is now. */
#define DEPOSIT_HELD "held"
#define DEPOSIT_ASIDE "aside"
#define DEPOSIT_BACK "back"
#define DEPOSIT_KEEPING "keeping" /* somebody asked to keep it, and a second person has to agree \
				   */
#define DEPOSIT_KEPT "kept"

struct deposit_payment {
	char payment_id[ID_SIZE], deposit_id[ID_SIZE]; /* the latter "" where nobody's */
	char *bank_serial, *reference;
	struct decimal amount;
	int64_t paid_us;
	GBytes *payer;           /* wrapped JSON {"name", "account", "bank"} */
	char state[9], flaw[17]; /* flaw "" but for what is put aside */
	int64_t asked_us;        /* the bidder wants it back; 0: does not */
	char *reason;            /* why it is kept, or shall be */
	enum deposit_ground ground;
	char keep_by[ID_SIZE]; /* who asked for that */
	/* From the neighbouring rows; "" and 0 where there are none. */
	char lot_id[ID_SIZE], account_id[ID_SIZE];
	int64_t ordered_us, returned_us;
	struct decimal interest;
	int64_t n_twice; /* how often the bank gave it back once more */
};
void deposit_payment_free(struct deposit_payment *p);
static inline void deposit_payment_freep(struct deposit_payment **p)
{
	deposit_payment_free(*p);
}
#define DEPOSIT_PAYMENT_AUTO __attribute__((cleanup(deposit_payment_freep)))

/* 0 or DB_E_DUPLICATE: the bank's line was taken before. */
int deposit_store_add_payment(
	struct db_txn *txn, const struct deposit_payment *p, int64_t taken_us);
/* The bank's line, when it was taken before. */
int deposit_store_by_serial(
	struct db_txn *txn, const char *bank_serial, struct deposit_payment **ret);
int deposit_store_payment(struct db_txn *txn, const char *payment_id, struct deposit_payment **ret);
/* The same, and nobody else can change it until this transaction ends. */
int deposit_store_lock_payment(
	struct db_txn *txn, const char *payment_id, struct deposit_payment **ret);
/* The one of a bidder's that is held; STORE_E_NONE: none is. */
int deposit_store_held(struct db_txn *txn, const char *deposit_id, struct deposit_payment **ret);
/* All that came under a lot's references, oldest first; lot_id NULL: under nobody's, as long as
 * they are not back. */
int deposit_store_payments(struct db_txn *txn, const char *lot_id, GPtrArray **ret);
/* Takes state, asked_us, and why it is kept and who asked for that, from p. */
int deposit_store_set_payment(struct db_txn *txn, const struct deposit_payment *p);

struct deposit_guarantee {
	char guarantee_id[ID_SIZE], deposit_id[ID_SIZE];
	enum deposit_form form;
	char *issuer, *number, *name;
	struct decimal amount;
	int64_t valid_until_us, handed_us, size;
	uint8_t sha256[32];
	GBytes *content;                           /* wrapped; NULL unless asked for by id */
	char lot_id[ID_SIZE], account_id[ID_SIZE]; /* read only */
};
void deposit_guarantee_free(struct deposit_guarantee *g);
static inline void deposit_guarantee_freep(struct deposit_guarantee **g)
{
	deposit_guarantee_free(*g);
}
#define DEPOSIT_GUARANTEE_AUTO __attribute__((cleanup(deposit_guarantee_freep)))

/* How many of a bidder's for a lot there ever were. */
int deposit_store_count_guarantees(struct db_txn *txn, const char *deposit_id, int64_t *ret_n);
/* It takes the place of the one before. */
int deposit_store_add_guarantee(struct db_txn *txn, const struct deposit_guarantee *g);
int deposit_store_guarantee(
	struct db_txn *txn, const char *guarantee_id, struct deposit_guarantee **ret);
/* Those in force of a lot, oldest first. */
int deposit_store_guarantees(struct db_txn *txn, const char *lot_id, GPtrArray **ret);

struct deposit_return {
	char return_id[ID_SIZE], order_id[ID_SIZE], payment_id[ID_SIZE];
	int64_t due_us, ordered_us, returned_us, failed_us;
	char *bank_serial, *failure;
	struct decimal interest;
};
void deposit_return_free(struct deposit_return *r);
static inline void deposit_return_freep(struct deposit_return **r)
{
	deposit_return_free(*r);
}
#define DEPOSIT_RETURN_AUTO __attribute__((cleanup(deposit_return_freep)))

/* Writes its payment, too, so that nobody else changes that meanwhile. 0 or DB_E_DUPLICATE: another
 * order of that moment has it. */
int deposit_store_add_return(struct db_txn *txn, const struct deposit_return *r);
/* So that nobody else changes it meanwhile. */
int deposit_store_lock_return(
	struct db_txn *txn, const char *return_id, struct deposit_return **ret);
/* The one of a payment that has not failed. */
int deposit_store_open_return(
	struct db_txn *txn, const char *payment_id, struct deposit_return **ret);
/* Takes what the bank said from r. 0 or DB_E_DUPLICATE: its number was that of another return. */
int deposit_store_set_return(struct db_txn *txn, const struct deposit_return *r);

/* What the bank gave back although it had done so before. */
struct deposit_twice {
	char return_id[ID_SIZE], payment_id[ID_SIZE];
	char *bank_serial;
	int64_t returned_us, told_us;
};
void deposit_twice_free(struct deposit_twice *t);
static inline void deposit_twice_freep(struct deposit_twice **t)
{
	deposit_twice_free(*t);
}
#define DEPOSIT_TWICE_AUTO __attribute__((cleanup(deposit_twice_freep)))

/* 0 or DB_E_DUPLICATE. */
int deposit_store_add_twice(struct db_txn *txn, const struct deposit_twice *t);
int deposit_store_twice(struct db_txn *txn, const char *bank_serial, struct deposit_twice **ret);
/* The return that has this number of the bank. */
int deposit_store_return_by_serial(
	struct db_txn *txn, const char *bank_serial, struct deposit_return **ret);

int deposit_store_returns(struct db_txn *txn, const char *order_id, GPtrArray **ret);
/* The newest hundred orders: struct deposit_order. */
struct deposit_order {
	char order_id[ID_SIZE];
	int64_t ordered_us, n, n_open;
};
int deposit_store_orders(struct db_txn *txn, GPtrArray **ret);

struct lot_settlement {
	char lot_id[ID_SIZE];
	int64_t bid_no, awarded_us, contracted_us; /* the last 0: not yet */
	char account_id[ID_SIZE];                  /* read only: whose bid that is */
};
int deposit_store_settle(struct db_txn *txn, const struct lot_settlement *s);
/* Zeros where there is none. */
int deposit_store_settlement(struct db_txn *txn, const char *lot_id, struct lot_settlement *ret);

/* When the lot is evaluated again; *ret_void: there was one. */
int deposit_store_void_settlement(
	struct db_txn *txn, const char *lot_id, int64_t undone_us, bool *ret_void);
/* Whether a bond of one of its opened bids was in an order. */
int deposit_store_is_ordered(struct db_txn *txn, const char *lot_id, bool *ret);

/* A lot under whose references money came that is not back yet. */
struct deposit_lot {
	char lot_id[ID_SIZE], project_id[ID_SIZE];
};
/* Behind this id by id. */
int deposit_store_lots(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

/* Whether the account has a bid that is handed in for the lot, or was there at its deadline. */
int deposit_store_has_bid(
	struct db_txn *txn, const char *lot_id, const char *account_id, bool *ret);
/* When the account last withdrew a bid for the lot; 0: it never did. */
int deposit_store_withdrawn(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_us);
/* Whether a bond's bid, or that of the bond a payment belongs to, is open for all to see. */
int deposit_store_is_shown(struct db_txn *txn, const char *deposit_id, bool *ret);
int deposit_store_is_payment_shown(struct db_txn *txn, const char *payment_id, bool *ret);

#endif
