/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_ROLLBACK_STORE_H
#define SERVER_STORE_ROLLBACK_STORE_H

/*
 * Steps back (环节回退) of a session: asked for by one person, decided on by another; and what one
 * makes void, which is read no more and stays (the review's part is review_store's). undone_us
 * tells one undoing from another.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/rollback.h"
#include "server/store/event_store.h"

struct db_txn;

struct rollback_row {
	char rollback_id[ID_SIZE];
	enum flow_step from, to;
	enum rollback_reason code;
	char *reason;
	char asked_by[ID_SIZE];
	int member_no; /* of the leader; 0: the host asked */
	int64_t asked_us;
	bool approved;
	bool withdrawn;           /* by who asked: nobody decided on it */
	char *note;               /* of who decided; may be NULL */
	char decided_by[ID_SIZE]; /* "": it waits */
	int64_t decided_us;
};

/* What a lot was ranked by, and is no more. */
struct void_result {
	char lot_id[ID_SIZE];
	int64_t undone_us;
	json_t *result;
};

void void_result_free(struct void_result *v);
void rollback_row_free(struct rollback_row *r);

int rollback_store_insert(
	struct db_txn *txn, const char *session_id, const struct rollback_row *row);
/* approved or withdrawn, note, decided_by and decided_us. */
int rollback_store_decide(struct db_txn *txn, const struct rollback_row *row);
/* All of a session, in their order; the array owns them. */
int rollback_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);

int rollback_store_void_leader(struct db_txn *txn, const char *session_id, int64_t undone_us);
/* Votes to reject a bid that were given at this step. */
int rollback_store_void_reject_votes(
	struct db_txn *txn, const char *session_id, enum flow_step step, int64_t undone_us);
/* The lot has no result any more. */
int rollback_store_void_result(
	struct db_txn *txn, const char *session_id, const char *lot_id, int64_t undone_us);
/* When the lot's last result that does not stand any more was undone; 0: none was. */
int rollback_store_result_undone(struct db_txn *txn, const char *lot_id, int64_t *ret_us);
/* Those that stood before, by lot and time; the array owns them. */
int rollback_store_void_results(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Those of a lot, whichever session found them, the earliest first; the array owns them. */
int rollback_store_void_results_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret);
/* With its signatures and refusals. */
int rollback_store_void_report(struct db_txn *txn, const char *session_id, int64_t undone_us);

#endif
