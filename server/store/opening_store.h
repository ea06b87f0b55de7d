/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_OPENING_STORE_H
#define SERVER_STORE_OPENING_STORE_H

/*
 * What bidders say at the opening of a lot (开标异议), what is done in its hall, and its record as it
 * was printed. They are named by the number of their bid, as the opening does. Getters return 0, STORE_E_NONE or negative
 * errno.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct opening_objection {
	int64_t no, bid_no;
	char *said, *answer; /* answer NULL: not answered yet */
	int64_t raised_us, answered_us;
};
void opening_objection_free(struct opening_objection *o);

/* In order of their numbers, from 1. The lot's row is written, when a number depends on it. */
int opening_store_objections(struct db_txn *txn, const char *lot_id, GPtrArray **ret);
int opening_store_add_objection(
	struct db_txn *txn, const char *lot_id, const struct opening_objection *o);
int opening_store_answer(struct db_txn *txn, const char *lot_id, const struct opening_objection *o);

/* The number of the bid an account had in a lot at its deadline. */
int opening_store_bid_no(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_no);

/* The bid an account has handed in for a lot, opened or not, and did not take back. */
int opening_store_own_bid(struct db_txn *txn, const char *lot_id, const char *account_id,
	char ret_id[static ID_SIZE]);
/* 0 or DB_E_DUPLICATE. */
int opening_store_attend(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t now_us);
int opening_store_read_out(struct db_txn *txn, const char *lot_id, int64_t bid_no, int64_t now_us);

/* What was done in the hall, by GINT_TO_POINTER(number) of the lot's numbered bids. */
struct opening_hall {
	GHashTable *attended, *readings; /* when, microseconds as int64_t * */
};
int opening_store_hall(struct db_txn *txn, const char *lot_id, struct opening_hall *ret);
void opening_hall_clear(struct opening_hall *h);
#define OPENING_HALL_AUTO __attribute__((cleanup(opening_hall_clear)))
/* 0: the bid with this number has none. */
int64_t opening_hall_time(GHashTable *times, int64_t bid_no);
/* When an account signed in; 0: it has not. */
int opening_store_own_attendance(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_us);

/* The record as it was printed. */
struct opening_paper {
	json_t *model; /* kept as what model_sha256 in the ledger is of; NULL when read */
	GBytes *pdf;   /* NULL when read without */
	uint8_t pdf_sha256[32];
	int64_t made_us;
};
void opening_paper_clear(struct opening_paper *p);
#define OPENING_PAPER_AUTO __attribute__((cleanup(opening_paper_clear)))
/* 0 or DB_E_DUPLICATE. */
int opening_store_add_paper(
	struct db_txn *txn, const char *lot_id, const struct opening_paper *paper);
/* 0, STORE_E_NONE or negative errno. */
int opening_store_paper(
	struct db_txn *txn, const char *lot_id, bool with_pdf, struct opening_paper *ret);

#endif
