/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_BID_STORE_H
#define SERVER_STORE_BID_STORE_H

/*
 * Sealed bids (投标文件) as rows; the file itself is bid_file.h. Getters return 0, STORE_E_NONE or
 * negative errno.
 *
 * Whoever changes a bid writes its row first (bid_store_lock), and only then, if at all, the row of
 * its lot: closing a lot goes the other way round, so it touches no bid that is still uploading.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/decimal.h"
#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/bid.h"

struct db_txn;


struct bid_row {
	char bid_id[ID_SIZE], lot_id[ID_SIZE], account_id[ID_SIZE];
	enum bid_state state;
	int64_t size, received;
	GBytes *header; /* NULL until finalised */
	bool has_receipt;
	uint8_t receipt_digest[32];
	char receipt_event[ID_SIZE]; /* "" until finalised */
	int64_t finalised_us;        /* 0 until finalised */
	int64_t no;                  /* order of receipt; 0 until the lot is closed */
	char *rescue_reason;         /* NULL: the holders were not asked */
	int64_t rescue_us;
	bool others_fault;   /* the host found it when it asked them */
	GBytes *content_key; /* wrapped (server/sign/bid_key); NULL until opened */
	char opened_by[17];  /* "bidder", "holders"; "" until opened */
	int64_t opened_us;
	char *manifest, *bidder_name; /* NULL until opened */
	struct decimal price;         /* once opened */
	int64_t created_us;
	/* From the neighbouring rows. */
	int64_t n_shares;
};

void bid_row_free(struct bid_row *b);
static inline void bid_row_freep(struct bid_row **b)
{
	bid_row_free(*b);
}
#define BID_AUTO __attribute__((cleanup(bid_row_freep)))

int bid_store_insert(struct db_txn *txn, const struct bid_row *b);
int bid_store_get(struct db_txn *txn, const char *bid_id, struct bid_row **ret);
/* The same, and nobody else can change the bid until this transaction ends. */
int bid_store_lock(struct db_txn *txn, const char *bid_id, struct bid_row **ret);

/* All bids of a lot that were there at its deadline, in order of receipt. */
int bid_store_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret);
/* All bids of a project that were opened, by lot and in order of receipt. */
int bid_store_opened_of(struct db_txn *txn, const char *project_id, GPtrArray **ret);
/* A bidder's own, newest first, behind id `after` ("": from the start). */
int bid_store_of_account(struct db_txn *txn, const char *account_id, const char *after,
	unsigned limit, GPtrArray **ret);
/* The bidder's finalised bids for a lot, but for one. */
int bid_store_rivals(struct db_txn *txn, const struct bid_row *b, GPtrArray **ret);

/* Whether these bytes were handed in for the lot before, by whomever, withdrawn ones included. */
int bid_store_was_handed_in(
	struct db_txn *txn, const char *lot_id, const uint8_t digest[static 32], bool *ret);

int bid_store_set_received(struct db_txn *txn, const char *bid_id, int64_t received);
int bid_store_set_state(struct db_txn *txn, const char *bid_id, enum bid_state state);
/* Takes header, digest, event and time from the row. */
int bid_store_finalise(struct db_txn *txn, const struct bid_row *b);

/* Uploads of a lot that were not handed in; one that is being handed in at this moment is waited
 * for. */
int bid_store_unfinished(struct db_txn *txn, const char *lot_id, GPtrArray **ret);
/* How many of them a bidder has; the lot is locked, when it matters. */
int bid_store_count_uploads(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_n);
/* Whether anybody ever began a bid for a lot, whatever became of it. */
int bid_store_begun(struct db_txn *txn, const char *lot_id, bool *ret);
/* Writes all finalised bids of a lot, so that none can be withdrawn any more; their number. */
int bid_store_hold(struct db_txn *txn, const char *lot_id, uint64_t *ret_n);
/* Numbers and seals them. */
int bid_store_seal(struct db_txn *txn, const char *lot_id);

/* Takes rescue_reason, rescue_us and others_fault from b. */
int bid_store_ask_rescue(struct db_txn *txn, const struct bid_row *b);
/* Takes key, manifest, name, price, by whom and when from the row. */
int bid_store_open(struct db_txn *txn, const struct bid_row *b);

/* A holder's share, wrapped. 0 or DB_E_DUPLICATE when he gave one. */
int bid_store_add_share(
	struct db_txn *txn, const char *bid_id, int64_t holder_no, GBytes *wrapped, int64_t now_us);
struct bid_share {
	int64_t holder_no;
	GBytes *wrapped;
};
int bid_store_shares(struct db_txn *txn, const char *bid_id, GPtrArray **ret);
/* Once the bid is settled, whatever became of it. */
int bid_store_drop_shares(struct db_txn *txn, const char *bid_id);

/* Whether the bid is one that has not been opened yet, so that nobody may learn whose it is. */
int bid_store_is_hidden(struct db_txn *txn, const char *bid_id, bool *ret_hidden);

/* The number under which an account holds a key for the lot's project; 0: it does not. */
int bid_store_holder_no(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_no);

/* The step of an evaluation session that judges this bid; STORE_E_NONE: it does not. */
int bid_store_session_step(
	struct db_txn *txn, const char *bid_id, const char *session_id, char **ret_step);

/* A document of an opened bid that an account read in a session. *ret_first: it had not before. */
struct bid_reading {
	const char *session_id, *account_id, *bid_id;
	int64_t file_no, read_us;
};
int bid_store_add_reading(struct db_txn *txn, const struct bid_reading *r, bool *ret_first);

/* A sealed bid a holder may be asked for. */
struct bid_task {
	char bid_id[ID_SIZE], project_id[ID_SIZE], lot_id[ID_SIZE];
	int64_t holder_no;
	char lot_code[41];
	char *lot_name, *project_name, *reason; /* reason NULL: the window is over */
	int64_t since_us;
	bool given;
};
void bid_task_free(struct bid_task *t);
int bid_store_tasks(struct db_txn *txn, const char *account_id, int64_t legal_us, GPtrArray **ret);

#endif
