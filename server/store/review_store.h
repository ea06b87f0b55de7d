/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_REVIEW_STORE_H
#define SERVER_STORE_REVIEW_STORE_H

/*
 * The review (资格审查、初步评审、符合性审查) of a session's lots: ballots, one a member, lot and
 * stage, whose votes stay wrapped here; results; and rejected bids (否决投标). Getters return 0,
 * STORE_E_NONE or negative errno; arrays own their rows.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/flow.h"
#include "server/eval/review.h"
#include "server/store/event_store.h"

struct db_txn;

struct review_ballot {
	char lot_id[ID_SIZE];
	enum review_stage stage;
	int member_no;
	bool submitted;
	GBytes *votes_enc;
	int n_votes;
	int64_t submitted_us;
	int64_t version;
	int64_t undone_us; /* 0: it stands */
};

struct review_count_row {
	char lot_id[ID_SIZE];
	enum review_stage stage;
	json_t *result; /* review_result() */
	int64_t counted_us;
};

struct rejection {
	char bid_id[ID_SIZE];
	char lot_id[ID_SIZE];
	enum review_stage stage; /* 0: by votes outside a review */
	char *reason;
	bool scored;         /* it stands on the score sheets: the scoring had begun */
	bool priced;         /* the lot's prices had been judged, see price_rule.h */
	enum flow_step step; /* at which votes outside a review found it; 0: not noted */
	char cause[17];      /* "silence": no explanation of a low price came; "": votes or a stage */
	int64_t rejected_us;
};

struct rejection_vote {
	char bid_id[ID_SIZE];
	int member_no;
	char *clause, *reason;
	enum flow_step step; /* at which he voted; written only */
};

void review_ballot_free(struct review_ballot *b);
void review_count_row_free(struct review_count_row *c);
void rejection_free(struct rejection *r);
void rejection_vote_free(struct rejection_vote *v);
static inline void review_ballot_freep(struct review_ballot **b)
{
	review_ballot_free(*b);
}
#define REVIEW_BALLOT_AUTO __attribute__((cleanup(review_ballot_freep)))

int review_store_ballot(struct db_txn *txn, const char *session_id, const char *lot_id,
	enum review_stage stage, int member_no, struct review_ballot **ret);
/* All ballots of a session, drafts too, by lot, stage and member. */
int review_store_ballots(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Those that are void, by lot, stage, time and member. */
int review_store_void_ballots(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Writes votes, number and state; the version becomes ballot->version. */
int review_store_put(
	struct db_txn *txn, const char *session_id, const struct review_ballot *ballot);

int review_store_counts(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* The row of this stage of a lot, borrowed; NULL: it is not counted. */
const struct review_count_row *review_count_find(
	const GPtrArray *counts, const char *lot_id, enum review_stage stage);
int review_store_add_count(
	struct db_txn *txn, const char *session_id, const struct review_count_row *count);

/*
 * What was decided by one who left is undone: it is read no more and stays. A ballot becomes a
 * draft again, and what was given stays as it was. now_us tells one undoing from another.
 */
int review_store_reopen_ballot(struct db_txn *txn, const char *session_id,
	const struct review_ballot *ballot, int64_t now_us);
int review_store_undo_count(struct db_txn *txn, const char *session_id, const char *lot_id,
	enum review_stage stage, int64_t now_us);
int review_store_reinstate(struct db_txn *txn, const char *bid_id, int64_t now_us);

/* Of one lot, by bid. */
int review_store_rejections(struct db_txn *txn, const char *lot_id, GPtrArray **ret);
int review_store_reject(struct db_txn *txn, const char *session_id, const struct rejection *row);

/* DB_E_DUPLICATE: the member has voted so. */
int review_store_add_vote(struct db_txn *txn, const char *session_id,
	const struct rejection_vote *vote, int64_t now_us);
int review_store_votes(
	struct db_txn *txn, const char *session_id, const char *bid_id, GPtrArray **ret);

#endif
