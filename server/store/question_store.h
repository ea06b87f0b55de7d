/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_QUESTION_STORE_H
#define SERVER_STORE_QUESTION_STORE_H

/* Questions of a committee to bidders (澄清), with what became of each. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct question_row {
	char question_id[ID_SIZE], session_id[ID_SIZE], lot_id[ID_SIZE], bid_id[ID_SIZE];
	char account_id[ID_SIZE]; /* the bidder who is asked */
	int member_no;            /* who asked for the committee */
	bool low_price;           /* for an explanation of a low price */
	char *text;
	int64_t asked_us;
	int64_t reviewed_us; /* 0: the supervisor has not decided */
	char reviewed_by[ID_SIZE];
	bool passed;
	char *note;          /* why it was returned */
	int64_t deadline_us; /* of the answer; 0 unless passed */
	char *answer;        /* NULL: none */
	char key_id[65];
	GBytes *signature;
	int64_t answered_us;
	char outcome[17]; /* "" until settled */
	char *outcome_note;
	int64_t settled_us;
};

void question_row_free(struct question_row *q);
static inline void question_row_freep(struct question_row **q)
{
	question_row_free(*q);
}
#define QUESTION_AUTO __attribute__((cleanup(question_row_freep)))

int question_store_insert(struct db_txn *txn, const struct question_row *q);
/* 0, STORE_E_NONE or negative errno. */
int question_store_get(struct db_txn *txn, const char *question_id, struct question_row **ret);
/* Nobody else changes it until this transaction ends. 0, STORE_E_NONE or negative errno. */
int question_store_lock(struct db_txn *txn, const char *question_id, struct question_row **ret);
/* In order of asking; the array owns them. */
int question_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* A bidder's, as far as the supervisor passed them on; not what a dissolved committee left open. */
int question_store_of_account(struct db_txn *txn, const char *account_id, GPtrArray **ret);
/* What the row says now of review, answer and outcome. */
int question_store_update(struct db_txn *txn, const struct question_row *q);

#endif
