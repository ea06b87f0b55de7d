/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a price rule (price_rule.h) makes of the prices of a lot: base price, points, who is out.
 * Points have two decimals, half-up once from the exact result; the order of the bids never
 * matters. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "proto/decimal.h"
#include "server/eval/price_rule.h"
#include "server/trade/verdict.h"

#define PRICE_SCORE_PLACES 2

#define PRICE_SCORE_REFUSALS(X)                             \
	X(PRICE_SCORE_E_PRICE, "price_score.price")         \
	X(PRICE_SCORE_E_BASE, "price_score.base")           \
	X(PRICE_SCORE_E_CEILING, "price_score.ceiling")     \
	X(PRICE_SCORE_E_NOT_DRAWN, "price_score.not_drawn") \
	X(PRICE_SCORE_E_DRAWN, "price_score.drawn")

enum price_score_refusal { PRICE_SCORE_E_NONE = 0, PRICE_SCORE_REFUSALS(REFUSAL_ENUM) };

struct price_bid {
	struct decimal price;      /* yuan, above zero; corrected where a correction was accepted */
	struct decimal adjustment; /* 偏差折价: added to what lowest_evaluated compares */
	bool valid;                /* a rejected bid gets no points */
	bool was_valid;            /* it was valid when the base was fixed, see base_stays */
	bool sme;                  /* 小微企业 */
};

/*
 * What was drawn in public, as JSON: {"float"?, "ceiling_share"?, "band"?, "shortlist"?: [numbers
 * of bids, from 1], "candidates"?: [numbers]}, both in the order in which they were drawn. Exactly
 * what the rule leaves open. A ball of a bid that was rejected before is passed over, so an order
 * names more of them than the rule takes, or all.
 */
struct price_balls {
	unsigned *numbers;
	size_t n;
};

struct price_drawn {
	struct decimal floating, ceiling_share, band;
	struct price_balls shortlist, candidates;
};

struct price_value {
	struct decimal evaluated; /* 评审价: what is compared, six decimals */
	struct decimal offset;    /* (price − base) ÷ base, six decimals */
	struct decimal score;
	bool dropped;   /* taken out of the mean as one of the extremes */
	bool out;       /* under the base, outside the band, not shortlisted: cannot win */
	unsigned place; /* balls: among the candidates, from 1; 0: not one */
	unsigned lines; /* a bit for each line of the rule its price is under */
};

struct price_outcome {
	bool has_base;
	struct decimal base; /* base price, or the lowest price of gp_lowest */
	unsigned n_in_base;  /* prices it was made from, the dropped ones not counted */
};

const char *price_score_refusal_code(int refusal);

/* PRICE_SCORE_E_NOT_DRAWN, PRICE_SCORE_E_DRAWN; drawn may be NULL for a rule without. */
int price_drawn_read(
	const struct price_rule *rule, const json_t *drawn, size_t n_bids, struct price_drawn *ret);
void price_drawn_clear(struct price_drawn *drawn);

/*
 * Fills ret_values[n]; an invalid bid gets zeros. ceiling may be NULL where the rule needs none.
 * PRICE_SCORE_E_PRICE: a valid bid's price is not above zero, *ret_index (may be NULL) says whose.
 */
int price_score(const struct price_rule *rule, const struct price_drawn *drawn,
	const struct decimal *ceiling, const struct price_bid *bids, size_t n,
	struct price_value *ret_values, struct price_outcome *ret_outcome, size_t *ret_index);
