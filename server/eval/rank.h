/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The result of a lot: members' sheets combined, price scores added, bids ranked.
 *
 * A bid's score is the arithmetic mean of the members' totals at four decimals, half-up once from
 * the exact sum; its total adds the computed price score where the scheme has one. Order: total
 * falling, then price rising, then the mean of the technical items falling; what is still equal
 * shares its rank and must be decided as the tender file says. Rejected bids have no rank.
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "proto/decimal.h"
#include "server/eval/criteria.h"
#include "server/trade/verdict.h"

#define RANK_PLACES 4

#define RANK_REFUSALS(X)                        \
	X(RANK_E_NO_MEMBERS, "rank.no_members") \
	X(RANK_E_PRICE, "rank.price")

enum rank_refusal { RANK_E_NONE = 0, RANK_REFUSALS(REFUSAL_ENUM) };

struct rank_bid {
	bool rejected;
	bool has_price; /* false: a rate, or the price lies in the totals */
	struct decimal price;
	const struct decimal *totals;    /* one a member, see score_sums() */
	const struct decimal *technical; /* likewise */
};

struct rank_row {
	unsigned rank; /* from 1; 0: rejected */
	bool tied;     /* shares its rank */
	struct decimal mean;
	struct decimal technical;
	struct decimal price_score;
	struct decimal total;
};

const char *rank_refusal_code(int refusal);

/*
 * Fills ret_rows[n_bids] in the order of the bids. RANK_E_PRICE: the scheme scores prices and a
 * valid bid has none; *ret_index (may be NULL) says whose.
 */
int rank_bids(const struct criteria *criteria, const struct rank_bid *bids, size_t n_bids,
	size_t n_members, struct rank_row *ret_rows, size_t *ret_index);

/* The bids' indices by rank, rejected ones last in their own order. */
void rank_order(const struct rank_row *rows, size_t n, size_t *ret_order);
