/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_SHEET_ACT_H
#define SERVER_ACT_SHEET_ACT_H

/* Score sheets (评分表) as their acts and views read them; only here are they unwrapped. */
#include "server/act/act.h"
#include "server/eval/criteria.h"

struct bid_row;
struct eval_session;
struct lot;
struct member_row;
struct rejection;
struct sheet_row;

/* A lot of a session with what is needed to score it. */
struct sheet_lot {
	struct lot *lot;
	struct criteria *criteria;
	GPtrArray *bids;       /* struct bid_row: opened, in order of receipt */
	GPtrArray *rejections; /* struct rejection */
	const char **ids;      /* of the bids that came to be scored */
	size_t n_ids;
};

void sheet_lot_clear(struct sheet_lot *l);
#define SHEET_LOT_AUTO __attribute__((cleanup(sheet_lot_clear)))

/* REFUSED when the lot does not belong to the session. */
int sheet_lot_read(
	struct act *a, const char *session_id, const char *lot_id, struct sheet_lot *ret);

/* Why a bid of the lot is rejected, or NULL. */
const struct rejection *sheet_lot_rejection(const struct sheet_lot *l, const char *bid_id);

/* Who was rejected before the scoring is not scored; who is rejected later is, by everybody. */
bool sheet_lot_is_scored(const struct sheet_lot *l, const struct bid_row *b);

/* Its bids for a table of scores: [{"bid_id", "no", "bidder_name"}]; a new array. */
json_t *sheet_lot_bids(const struct sheet_lot *l);

/*
 * The session, the member who asks and the lot, from the input's session_id and lot_id, if the
 * session's step allows the act `name`. What was read before it failed is the caller's to free,
 * too.
 */
int sheet_lot_enter(struct act *a, const json_t *in, const char *name, bool lock,
	struct eval_session **ret_session, struct member_row **ret_member,
	struct sheet_lot *ret_lot);

/* One member before his own sheet of a lot. */
struct sheet_case {
	struct eval_session *session;
	struct member_row *member;
	struct sheet_lot lot;
	struct sheet_row *row; /* NULL: nothing written yet */
};

void sheet_case_clear(struct sheet_case *c);
#define SHEET_CASE_AUTO __attribute__((cleanup(sheet_case_clear)))

/* From the input's session_id and lot_id, if the session's step allows the act `name`. */
int sheet_case_read(
	struct act *a, const json_t *in, const char *name, bool lock, struct sheet_case *ret);

/* REFUSED when the sheet is submitted, or its lot has failed: there is nothing to score. */
int sheet_check_open(struct act *a, const struct sheet_case *c);

/* The version a writer must have read; 1 for a sheet without a line. */
int64_t sheet_version(const struct sheet_case *c);

/* REFUSED when the scores are not lawful, not complete, if they must be, or changed where they did
 * not go back (sheet_return.h). */
int sheet_check(struct act *a, const struct sheet_case *c, const json_t *scores, bool complete);

/* {"scores", "salt"?} wrapped by the score key, and back. */
int sheet_seal(struct act *a, const struct sheet_case *c, const json_t *content, GBytes **ret);
int sheet_open(
	struct act *a, const char *session_id, const struct sheet_row *row, json_t **ret_content);

/*
 * Keeps what was saved as a version of its own, with the event sheet.saved about it: the salted
 * digest of the scores, which tells nothing before the scores are opened. row: as it is stored now.
 */
int sheet_keep_version(struct act *a, const struct sheet_case *c, const struct sheet_row *row,
	const json_t *scores);

/*
 * What is odd about a lot that is ranked (server/eval/lot_findings.h), for those of enum
 * anomaly_audience; a new array.
 */
int sheet_lot_findings(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const json_t *result, unsigned audience, json_t **ret);

/*
 * The result of a lot all of whose members have submitted: ranks the bids, keeps the result with
 * the lot and appends lot.ranked. Does nothing while one is missing, or while the committee has not
 * dealt with the low price of a bid (low_price_act.h).
 */
int sheet_rank(struct act *a, const char *session_id, const struct sheet_lot *l);

#endif
