/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One member's score sheet (评分表) of one lot: bidder → item → score, as the JSON object
 * {"<bid id>": {"<item id>": "85.39"}}. A draft may lack scores, a submitted sheet may not.
 *
 * What is committed to is the canonical text (proto/canon) of
 *
 *	{"format": "bidroom.sheet.v1", "session", "lot", "member": n, "criteria": "<hex digest>",
 *	 "scores": { … every score with two decimals … }}
 *
 * and the commitment is SHA-256(salt ‖ text), salt being 16 random bytes. It stands in the ledger
 * before anybody sees another's sheet. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#include "proto/decimal.h"
#include "server/eval/criteria.h"
#include "server/trade/verdict.h"

#define SCORE_SALT_LEN 16

#define SCORE_REFUSALS(X)                             \
	X(SCORE_E_FORM, "score.form")                 \
	X(SCORE_E_UNKNOWN_BID, "score.unknown_bid")   \
	X(SCORE_E_UNKNOWN_ITEM, "score.unknown_item") \
	X(SCORE_E_NOT_DECIMAL, "score.not_decimal")   \
	X(SCORE_E_PRECISION, "score.precision")       \
	X(SCORE_E_RANGE, "score.out_of_range")        \
	X(SCORE_E_INCOMPLETE, "score.incomplete")

enum score_refusal { SCORE_E_NONE = 0, SCORE_REFUSALS(REFUSAL_ENUM) };

/* Which score a refusal is about; the texts belong to the arguments. NULL: the whole. */
struct score_place {
	const char *bid_id;
	const char *item_id;
};

/* Whose sheet it is. */
struct score_sheet_head {
	const char *session_id;
	const char *lot_id;
	int member_no;
};

const char *score_refusal_code(int refusal);

/* Checks scores against the scheme and the bids of the lot. */
int score_check(const struct criteria *criteria, const char *const *bid_ids, size_t n_bids,
	const json_t *scores, bool complete, struct score_place *ret_place);

/* How many scores are filled in. */
size_t score_count(const json_t *scores);

/* The canonical text of checked, complete scores. The caller owns it. */
int score_canonical(const struct criteria *criteria, const struct score_sheet_head *head,
	const json_t *scores, GString **ret);

void score_commitment(
	const uint8_t salt[SCORE_SALT_LEN], const GString *canonical, uint8_t ret_commitment[32]);

/* What a member gave a bid: his score of item i goes to ret[i × stride]. Checked scores only. */
void score_items(const struct criteria *criteria, const json_t *scores, const char *bid_id,
	size_t stride, struct decimal *ret);

/* What a member gave a bid: the sum of all items, and of the technical ones. Checked scores only.
 */
void score_sums(const struct criteria *criteria, const json_t *scores, const char *bid_id,
	struct decimal *ret_total, struct decimal *ret_technical);
