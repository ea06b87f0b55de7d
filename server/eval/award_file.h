/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A lot's result as open data, from which alone anybody computes it again (bidroom-verify award):
 *
 *	{"format": "bidroom.award.v1", "lot_id", "seed", "scheme", "ceiling"?, "drawn"?,
 *	 "drawn_member"?, "low_prices"?,
 *	 "rows": [{"bidder_name", "price"?, "sme"?, "rejected"?, "was_valid"?, "reason"?,
 *	           "decided"?, "members": [{"member_no", "scores": {"<item>": "…"}, "total"} …],
 *	           "mean", "price_score"?, "total", "rank", "tied", "low_price"?} …]}
 *
 * Rows stand in the order of receipt, which the numbers in drawn mean; members are numbers, never
 * names. low_prices: the rule of the scheme was applied
 * to the prices (results of before do not say it, and it was not). low_price: a bid that had to explain its price, by which numbers, and what became of it
 * (low_price_result()). seed and lot_id: what was left to chance follows from them (lot_draw.h). Pure, any thread.
 */

#include <jansson.h>

#include "proto/decimal.h"

#define AWARD_FORMAT "bidroom.award.v1"

/* result: as it is kept with the lot; ceiling may be NULL. A new object. */
json_t *award_file(const json_t *result, const json_t *scheme, const struct decimal *ceiling);
