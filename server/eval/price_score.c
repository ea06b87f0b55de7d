/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/price_score.h"

const char *price_score_refusal_code(int refusal)
{
	switch (refusal) {
		PRICE_SCORE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

/* The index of the lowest valid bid, n if there is none. */
static size_t find_lowest(const struct price_bid *bids, size_t n)
{
	size_t lowest = n;

	for (size_t i = 0; i < n; i++)
		if (bids[i].valid &&
			(lowest == n || decimal_cmp(bids[i].price, bids[lowest].price) < 0))
			lowest = i;
	return lowest;
}

int price_score_gp_lowest(const struct price_bid *bids, size_t n, struct decimal weight,
	struct decimal *ret_scores, size_t *ret_index)
{
	size_t lowest = find_lowest(bids, n);

	if (lowest < n && decimal_sign(bids[lowest].price) <= 0) {
		if (ret_index)
			*ret_index = lowest;
		return PRICE_SCORE_E_PRICE;
	}
	for (size_t i = 0; i < n; i++) {
		ret_scores[i] = decimal_from_int(0);
		if (bids[i].valid && decimal_mul_div(bids[lowest].price, weight, bids[i].price,
					     PRICE_SCORE_PLACES, &ret_scores[i]))
			g_assert_not_reached(); /* a share of the weight cannot overflow */
	}
	return 0;
}
