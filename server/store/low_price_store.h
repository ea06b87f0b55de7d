/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_LOW_PRICE_STORE_H
#define SERVER_STORE_LOW_PRICE_STORE_H

/* Bids of a session that must explain an abnormally low price, and who found the explanation
 * sufficient. What is undone is read no more and stays. */
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct low_price_row {
	char bid_id[ID_SIZE], lot_id[ID_SIZE];
	char by[17];     /* the rule's name or LOW_PRICE_BY_JUDGEMENT */
	json_t *finding; /* the numbers; NULL: of a judgement */
	int member_no;   /* whose judgement; 0: the rule's */
	char *reason;    /* of the judgement; may be NULL */
	int64_t raised_us;
};

struct low_price_vote {
	char bid_id[ID_SIZE];
	int member_no;
	char *reason;
};

void low_price_row_free(struct low_price_row *r);
static inline void low_price_row_freep(struct low_price_row **r)
{
	low_price_row_free(*r);
}
#define LOW_PRICE_ROW_AUTO __attribute__((cleanup(low_price_row_freep)))
void low_price_vote_free(struct low_price_vote *v);

/* DB_E_DUPLICATE: the bid must explain already. */
int low_price_store_add(
	struct db_txn *txn, const char *session_id, const struct low_price_row *row);
/* Who says so, and its numbers, computed anew; finding NULL: a member's judgement again. */
int low_price_store_set_finding(struct db_txn *txn, const char *session_id, const char *bid_id,
	const char *by, const json_t *finding);
/* 0, STORE_E_NONE or negative errno. */
int low_price_store_get(
	struct db_txn *txn, const char *session_id, const char *bid_id, struct low_price_row **ret);
/* By lot and bid; the array owns them. */
int low_price_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);

/* DB_E_DUPLICATE: the member has voted so. */
int low_price_store_add_vote(struct db_txn *txn, const char *session_id,
	const struct low_price_vote *vote, int64_t now_us);
/* Of one bid, by member; the array owns them. */
int low_price_store_votes(
	struct db_txn *txn, const char *session_id, const char *bid_id, GPtrArray **ret);

/* The bid need not explain any more, and nobody voted; bid_id NULL: no bid of the session. */
int low_price_store_void(
	struct db_txn *txn, const char *session_id, const char *bid_id, int64_t undone_us);

#endif
