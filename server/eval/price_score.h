/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The price score of government purchase (87号令 55): lowest valid bid ÷ bid × price weight, in
 * points, two decimals, half-up from the exact result. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "proto/decimal.h"
#include "server/trade/verdict.h"

#define PRICE_SCORE_PLACES 2

#define PRICE_SCORE_REFUSALS(X) X(PRICE_SCORE_E_PRICE, "price_score.price")

enum price_score_refusal { PRICE_SCORE_E_NONE = 0, PRICE_SCORE_REFUSALS(REFUSAL_ENUM) };

struct price_bid {
	struct decimal price; /* yuan, above zero */
	bool valid;           /* a rejected bid neither sets the lowest price nor gets a score */
};

const char *price_score_refusal_code(int refusal);

/*
 * Fills ret_scores[n]; an invalid bid gets zero. PRICE_SCORE_E_PRICE: a valid bid's price is not
 * above zero, *ret_index (may be NULL) says whose.
 */
int price_score_gp_lowest(const struct price_bid *bids, size_t n, struct decimal weight,
	struct decimal *ret_scores, size_t *ret_index);
