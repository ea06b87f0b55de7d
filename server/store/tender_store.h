/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_TENDER_STORE_H
#define SERVER_STORE_TENDER_STORE_H

/*
 * The tender file (招标文件) in the hands of bidders: who fetched what, what they said they had
 * seen, what they asked. Who they are stays here: nothing of it is shown to the agency or anybody
 * else. Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/tender.h"

struct db_txn;

/* Again: only the time of the last and their number change, and *ret_first is false. */
int tender_store_add_fetch(struct db_txn *txn, const char *project_id, const char *attachment_id,
	const char *account_id, int64_t now_us, bool *ret_first);
/* The id of what a bidder has of a project's tender, which its events are about; always the same.
 */
int tender_store_copy(struct db_txn *txn, const char *project_id, const char *account_id,
	char ret_id[static ID_SIZE]);

struct tender_fetch {
	char id[ID_SIZE]; /* of the file */
	char notice_id[ID_SIZE];
	bool offered;
	int64_t first_us;
};
/* Of one project, by file. */
int tender_store_fetches(
	struct db_txn *txn, const char *project_id, const char *account_id, GPtrArray **ret);

struct tender_holding {
	char project_id[ID_SIZE];
	int64_t first_us; /* of all fetches */
};
/* All projects of a bidder behind the id `after` ("" for the first page), newest first. */
int tender_store_holdings(struct db_txn *txn, const char *account_id, const char *after,
	unsigned limit, GPtrArray **ret);

int tender_store_see(
	struct db_txn *txn, const char *account_id, const char *subject_id, int64_t now_us);
/* When it was seen, microseconds as int64_t *, by subject; free with g_hash_table_unref. */
int tender_store_seen(struct db_txn *txn, const char *account_id, GHashTable **ret);

struct tender_question {
	char question_id[ID_SIZE], project_id[ID_SIZE], account_id[ID_SIZE];
	enum tender_ask kind;
	char *said, *shown, *answer; /* the last two NULL until answered */
	bool affects_bids;
	int64_t asked_us, answered_us;
};
void tender_question_free(struct tender_question *q);
static inline void tender_question_freep(struct tender_question **q)
{
	tender_question_free(*q);
}
#define TENDER_QUESTION_AUTO __attribute__((cleanup(tender_question_freep)))

int tender_store_add_question(struct db_txn *txn, const struct tender_question *q);
int tender_store_question(
	struct db_txn *txn, const char *question_id, struct tender_question **ret);
/* Takes shown, answer, affects_bids and answered_us from q. */
int tender_store_answer(struct db_txn *txn, const struct tender_question *q);
/* All of a project; all that wait for an answer, behind the id `after`. Oldest first. */
int tender_store_questions(struct db_txn *txn, const char *project_id, GPtrArray **ret);
int tender_store_open_questions(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

#endif
