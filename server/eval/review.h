/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Pass or fail (资格审查、初步评审、符合性审查), before anything is scored. The items are data of
 * the tender file, the member "review" of a scoring scheme (E07, nothing else may be asked):
 *
 *	[{"id", "stage": "qualification" | "preliminary" | "responsiveness", "name", "clause"} …]
 *
 * clause: where the tender file says so; a rejection quotes it. Each member votes on each item of
 * each bid:
 *
 *	{"<bid id>": {"<item id>": {"pass": true} | {"pass": false, "reason"}}}
 *
 * More than half of the members decide an item; who voted otherwise is recorded as dissent with
 * his reason. An item without a majority is discussed and voted again. A bid that fails one item
 * is rejected, and the stages after that do not look at it. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define REVIEW_ITEMS_MAX 200
#define REVIEW_TEXT_MAX 500 /* characters of a name, clause or reason */

#define REVIEW_REFUSALS(X)                              \
	X(REVIEW_E_FORM, "review.form")                 \
	X(REVIEW_E_UNKNOWN_BID, "review.unknown_bid")   \
	X(REVIEW_E_UNKNOWN_ITEM, "review.unknown_item") \
	X(REVIEW_E_NO_REASON, "review.no_reason")       \
	X(REVIEW_E_INCOMPLETE, "review.incomplete")

enum review_refusal { REVIEW_E_NONE = 0, REVIEW_REFUSALS(REFUSAL_ENUM) };

enum review_stage {
	REVIEW_QUALIFICATION = 1, /* 资格审查 */
	REVIEW_PRELIMINARY,       /* 初步评审 */
	REVIEW_RESPONSIVENESS,    /* 符合性审查 */
};

struct review_item {
	char *id, *name, *clause;
	enum review_stage stage;
};

/* What comes of an item or of a bid. */
enum review_state {
	REVIEW_OPEN = 1, /* votes are missing */
	REVIEW_TIED,     /* all have voted and there is no majority: discuss, vote again */
	REVIEW_PASSED,
	REVIEW_FAILED,
};

/* One member's votes. */
struct review_member {
	int no;
	const json_t *votes;
};

/* About which bid and item a refusal is; the texts belong to the arguments. */
struct review_place {
	const char *bid_id, *item_id;
};

const char *review_refusal_code(int refusal);
const char *review_stage_name(enum review_stage s);
const char *review_stage_label(enum review_stage s); /* Chinese */
enum review_stage review_stage_from_name(const char *name);
const char *review_state_name(enum review_state s);

/* A list of struct review_item in the order of the stages; NULL reads as none. False: not lawful.
 */
bool review_items_read(const json_t *review, GPtrArray **ret);
/* NULL for none. */
json_t *review_items_to_json(const GPtrArray *items);

/* Checks one member's votes on one stage; complete: on every item of it for every bid. */
int review_check(const GPtrArray *items, enum review_stage stage, const char *const *bid_ids,
	size_t n_bids, const json_t *votes, bool complete, struct review_place *ret_place);

/* Whose ballot of which stage of which lot it is, under which scheme. */
struct review_ballot_head {
	const char *session_id, *lot_id;
	enum review_stage stage;
	int member_no;
	const uint8_t *criteria; /* the digest of the scheme, 32 bytes */
};

/*
 * The commitment to checked votes, SHA-256(salt ‖ canonical text) as of a score sheet (score.h), of
 *
 *	{"format": "bidroom.ballot.v1", "session", "lot", "stage", "member": n, "criteria": "<hex>",
 *	 "votes"}
 *
 * 0, or -EINVAL for votes without a canonical text.
 */
int review_commitment(const struct review_ballot_head *head, const json_t *votes,
	const uint8_t *salt, uint8_t ret[32]);

/*
 * Counts one item of one bid. ret_dissent (may be NULL): [n_members], who voted against the
 * majority.
 */
enum review_state review_count(const char *bid_id, const char *item_id,
	const struct review_member *members, size_t n_members, unsigned *ret_pass,
	unsigned *ret_fail, bool *ret_dissent);

/*
 * A stage as a whole, [{"bid_id", "state", "items": [{"item_id", "state", "pass", "fail",
 * "dissent": [{"member_no", "reason"?}], "reasons": [text]}]}], one row for each bid given. reasons
 * are those of the members who found that it fails. *ret_n_passed and *ret_n_open (open or tied)
 * count bids.
 */
json_t *review_result(const GPtrArray *items, enum review_stage stage, const char *const *bid_ids,
	size_t n_bids, const struct review_member *members, size_t n_members, size_t *ret_n_passed,
	size_t *ret_n_open);

/*
 * How many bids must be left for the lot to go on, after this stage or (0) a rejection by votes.
 * Government purchase: E16 after the qualification, later G10, *ret_rule names it. Under the tender
 * law the committee judges whether competition is left: 0.
 */
size_t review_bids_needed(const struct rulebook *book, enum regime regime, enum review_stage stage,
	const char **ret_rule);

/* Adds a vote to reject a bid to the reason everybody is told: "clause：reason；clause：reason". */
void review_reason_add(GString *text, const char *clause, const char *reason);
