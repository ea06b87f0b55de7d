/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REVIEW_ACT_H
#define SERVER_ACT_REVIEW_ACT_H

/*
 * The review (资格审查、初步评审、符合性审查) as its acts and views see it: one member before his
 * ballot of one stage of one lot. Votes stay wrapped until all members have submitted.
 */
#include "server/act/act.h"
#include "server/act/sheet_act.h"
#include "server/eval/review.h"

struct rejection;
struct review_ballot;

struct review_case {
	struct eval_session *session;
	struct member_row *member;
	struct sheet_lot lot;
	enum review_stage stage;
	const char **ids; /* of the bids this stage looks at: not rejected before it */
	size_t n_ids;
	struct review_ballot *ballot; /* NULL: nothing written yet */
	bool counted;
};

void review_case_clear(struct review_case *c);
#define REVIEW_CASE_AUTO __attribute__((cleanup(review_case_clear)))

/* From the input's session_id, lot_id and stage, if the session's step allows the act `name`. */
int review_case_read(
	struct act *a, const json_t *in, const char *name, bool lock, struct review_case *ret);

/* REFUSED unless this is the stage the lot is at, and the ballot still the member's own. */
int review_check_open(struct act *a, const struct review_case *c);

/* REFUSED when the votes are not lawful or, if they must be, not complete. */
int review_check_votes(
	struct act *a, const struct review_case *c, const json_t *votes, bool complete);

/* Wraps the votes with their salt and writes the ballot: a draft, or for good. */
int review_put(struct act *a, const struct review_case *c, const json_t *votes, bool submitted,
	const char *salt);

/* {"votes", "salt"} of a ballot. */
int review_open(struct act *a, const char *session_id, const struct review_ballot *b, json_t **ret);

/*
 * Counts the stage of the lot if all members have submitted: result, events, rejected bids, and
 * the end of a lot with too few left.
 */
int review_count_all(struct act *a, const struct review_case *c);

/*
 * A lot whose law wants more bids than are left has failed: state and event lot.failed (E16, G10).
 * stage: after which it is asked; 0 for a rejection by votes.
 */
int review_check_left(struct act *a, const struct eval_session *session, struct lot *lot,
	enum review_stage stage, size_t n_left);

/* After a member left: undoes what is not decided any more without his vote, with its events. */
int review_undo_undecided(struct act *a, const struct eval_session *session);

/* Votes to reject a bid (struct rejection_vote) of the members who count. */
int review_votes_counting(
	struct act *a, const char *session_id, const char *bid_id, GPtrArray **ret);

/* One vote to reject a bid of a lot, and the rejection if it makes more than half of the panel. */
struct reject_vote {
	const char *bid_id, *clause, *reason;
	int member_no;
};
/* The session is locked; REFUSED if he has voted so. *ret_n: how many votes there are now. */
int bid_reject_vote(struct act *a, const struct eval_session *s, struct sheet_lot *l,
	const struct reject_vote *vote, unsigned *ret_n, bool *ret_rejected);

/*
 * Rejects a bid outside the items of a review, with what follows: the lot is ranked if it can be,
 * and fails with too few bids left. cause: of struct rejection, "" for votes.
 */
int bid_reject_now(struct act *a, const struct eval_session *s, struct sheet_lot *l,
	const char *bid_id, const char *reason, const char *cause);

/* Rejects a bid: row and event bid.rejected; items: what it failed, may be NULL. */
int review_reject(struct act *a, const char *session_id, const struct lot *lot,
	const struct rejection *row, json_t *items);

#endif
