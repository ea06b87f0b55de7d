/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The result of a lot: members' sheets combined (combine.h), price scores added (price_score.h),
 * bids ranked.
 *
 * Order: total falling, or evaluated price rising where the method chooses without points, or the
 * place a ball gave; then what the scheme says about ties. What is still equal shares its rank and
 * must be decided as the tender file says; `decided` carries that decision. Who is rejected, before
 * or after scoring, or out by the method, has no rank.
 *
 * Nothing comes out before the last sheet is in. Neither the order of bids nor that of members
 * changes the result. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "proto/decimal.h"
#include "server/eval/criteria.h"
#include "server/eval/price_score.h"
#include "server/trade/verdict.h"

#define RANK_PLACES 4

#define RANK_REFUSALS(X)                                       \
	X(RANK_E_NO_MEMBERS, "rank.no_members")                \
	X(RANK_E_NOT_ALL_SUBMITTED, "score.not_all_submitted") \
	X(RANK_E_PRICE, "rank.price")                          \
	X(RANK_E_BASE, "price_score.base")                     \
	X(RANK_E_CEILING, "price_score.ceiling")               \
	X(RANK_E_NOT_DRAWN, "price_score.not_drawn")           \
	X(RANK_E_DRAWN, "price_score.drawn")                   \
	X(RANK_E_TOO_FEW_MEMBERS, "combine.too_few_members")   \
	X(RANK_E_MEMBER_DRAW, "combine.member_draw")

enum rank_refusal { RANK_E_NONE = 0, RANK_REFUSALS(REFUSAL_ENUM) };

struct rank_bid {
	bool rejected;
	bool was_valid; /* rejected only after the prices were judged, see price_rule.h */
	bool has_price; /* false: a rate, or the price lies in the totals */
	bool sme;       /* 小微企业 */
	struct decimal price;
	struct decimal adjustment;    /* see price_score.h */
	const struct decimal *scores; /* score of item i by member m at i × n_members + m */
	unsigned decided;             /* place among its equals by draw or vote, from 1; 0: none */
};

struct rank_case {
	const struct criteria *criteria;
	const struct rank_bid *bids;
	size_t n_bids;
	size_t n_members;              /* who count */
	size_t n_sheets;               /* of them, who have submitted */
	const struct decimal *ceiling; /* NULL: none */
	const json_t *drawn;           /* see price_score.h; NULL: nothing */
	int drawn_member;              /* see combine.h; -1: none */
};

struct rank_row {
	unsigned rank;       /* from 1; 0: rejected, or out by the method */
	bool tied;           /* shares its rank */
	struct decimal mean; /* the members' scores combined */
	struct decimal technical;
	struct decimal price_score;
	struct decimal total;
	struct price_value price;
};

struct rank_outcome {
	struct price_outcome price;
	int left_out; /* index of the member left out as a whole, or -1 */
};

const char *rank_refusal_code(int refusal);

/*
 * Fills ret_rows[n_bids] in the order of the bids. RANK_E_PRICE: the method judges prices and a
 * valid bid has none; *ret_index (may be NULL) says whose.
 */
int rank_bids(const struct rank_case *c, struct rank_row *ret_rows,
	struct rank_outcome *ret_outcome, size_t *ret_index);

/* The bids' indices by rank, rejected ones last in their own order. */
void rank_order(const struct rank_row *rows, size_t n, size_t *ret_order);
