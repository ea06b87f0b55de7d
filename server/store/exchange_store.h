/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_EXCHANGE_STORE_H
#define SERVER_STORE_EXCHANGE_STORE_H

/*
 * The queue to an upstream platform (推送队列).
 *
 *	waiting --receipt--> delivered
 *	waiting --refused by the platform--> refused
 *	faulty: its records break the norm, so it is not sent
 *	refused, faulty --again--> waiting, to be made anew: its body is empty
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

enum exchange_state {
	EXCHANGE_WAITING = 1,
	EXCHANGE_DELIVERED,
	EXCHANGE_REFUSED,
	EXCHANGE_FAULTY,
};

const char *exchange_state_name(enum exchange_state s);
enum exchange_state exchange_state_from_name(const char *name);

struct exchange_push {
	char push_id[ID_SIZE], project_id[ID_SIZE], notice_id[ID_SIZE];
	int64_t page_seq;
	enum exchange_state state;
	char *body, *receipt, *last_error; /* the last two may be NULL */
	int64_t tries, next_try_us, created_us, delivered_us;
};

void exchange_push_free(struct exchange_push *p);

/* How far the publication order has been taken over. `lock` writes the row: one takes over at a time. */
int exchange_store_lock_seq(struct db_txn *txn, int64_t *ret_seq);
int exchange_store_set_seq(struct db_txn *txn, int64_t seq);

/* Takes the row's texts as they are; state, body, times. */
int exchange_store_insert(struct db_txn *txn, const struct exchange_push *p);

/* STORE_E_NONE: it is neither refused nor faulty (any more). */
int exchange_store_again(struct db_txn *txn, const char *push_id, int64_t now_us);
/* Of one that is to be made anew. error: faulty. */
int exchange_store_set_body(
	struct db_txn *txn, const char *push_id, const char *body, const char *error);
/* Whether this is what was queued of the notice last. */
int exchange_store_is_queued(
	struct db_txn *txn, const char *notice_id, const char *body, bool *ret_queued);

/* Waiting ones whose time has come and that have no earlier one of their project before them. */
int exchange_store_due(struct db_txn *txn, int64_t now_us, unsigned limit, GPtrArray **ret);
/* Counts a try and puts the next one off; STORE_E_NONE when somebody else was faster. */
int exchange_store_claim(struct db_txn *txn, const struct exchange_push *p, int64_t next_try_us);
/* What became of try p->tries + 1. receipt: delivered. */
int exchange_store_settle(struct db_txn *txn, const struct exchange_push *p,
	enum exchange_state state, const char *receipt, const char *error, int64_t now_us,
	int64_t next_try_us);
int exchange_store_log(
	struct db_txn *txn, const char *push_id, int64_t try_no, int64_t now_us, int status, const char *detail);

/* Newest first, behind `after` ("": from the start), state 0: any; without bodies. */
int exchange_store_list(struct db_txn *txn, enum exchange_state state, const char *after,
	unsigned limit, GPtrArray **ret);
int exchange_store_get(struct db_txn *txn, const char *push_id, struct exchange_push **ret);

struct exchange_try {
	int64_t no, tried_us, http_status;
	char *detail;
};
void exchange_try_free(struct exchange_try *t);
int exchange_store_tries(struct db_txn *txn, const char *push_id, GPtrArray **ret);

#endif
