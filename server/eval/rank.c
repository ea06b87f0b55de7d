/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/rank.h"

#include "server/eval/price_score.h"

const char *rank_refusal_code(int refusal)
{
	switch (refusal) {
		RANK_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static int add_price_scores(const struct criteria *criteria, const struct rank_bid *bids, size_t n,
	struct rank_row *rows, size_t *ret_index)
{
	g_autofree struct price_bid *prices = g_new0(struct price_bid, n);
	g_autofree struct decimal *scores = g_new0(struct decimal, n);

	for (size_t i = 0; i < n; i++) {
		prices[i] = (struct price_bid){bids[i].price, !bids[i].rejected};
		if (bids[i].rejected || bids[i].has_price)
			continue;
		if (ret_index)
			*ret_index = i;
		return RANK_E_PRICE;
	}
	if (price_score_gp_lowest(prices, n, criteria->price_weight, scores, ret_index))
		return RANK_E_PRICE;
	for (size_t i = 0; i < n; i++)
		rows[i].price_score = scores[i];
	return 0;
}

/* <0 when a stands before b. */
static int compare(const struct rank_bid *a, const struct rank_row *row_a, const struct rank_bid *b,
	const struct rank_row *row_b)
{
	int c = decimal_cmp(row_b->total, row_a->total);

	if (!c && a->has_price && b->has_price)
		c = decimal_cmp(a->price, b->price);
	if (!c)
		c = decimal_cmp(row_b->technical, row_a->technical);
	return c;
}

/* A bid's rank is one more than the number of those before it. */
static void give_ranks(const struct rank_bid *bids, size_t n, struct rank_row *rows)
{
	for (size_t i = 0; i < n; i++) {
		if (bids[i].rejected)
			continue;
		rows[i].rank = 1;
		for (size_t j = 0; j < n; j++) {
			int c;

			if (j == i || bids[j].rejected)
				continue;
			c = compare(&bids[j], &rows[j], &bids[i], &rows[i]);
			rows[i].rank += c < 0;
			rows[i].tied |= c == 0;
		}
	}
}

int rank_bids(const struct criteria *criteria, const struct rank_bid *bids, size_t n_bids,
	size_t n_members, struct rank_row *ret_rows, size_t *ret_index)
{
	g_autofree struct rank_row *rows = g_new0(struct rank_row, n_bids);
	int r = 0;

	if (!n_members)
		return RANK_E_NO_MEMBERS;
	if (criteria->method == PRICE_GP_LOWEST)
		r = add_price_scores(criteria, bids, n_bids, rows, ret_index);
	if (r)
		return r;
	for (size_t i = 0; i < n_bids; i++) {
		if (bids[i].rejected)
			continue;
		if (decimal_mean(bids[i].totals, n_members, RANK_PLACES, &rows[i].mean) ||
			decimal_mean(bids[i].technical, n_members, RANK_PLACES, &rows[i].technical))
			g_assert_not_reached(); /* checked scores are within 0 to 100 */
		rows[i].total = decimal_add(rows[i].mean, rows[i].price_score);
	}
	give_ranks(bids, n_bids, rows);
	for (size_t i = 0; i < n_bids; i++)
		ret_rows[i] = rows[i];
	return 0;
}

void rank_order(const struct rank_row *rows, size_t n, size_t *ret_order)
{
	size_t at = 0;

	for (unsigned rank = 1; rank <= n; rank++)
		for (size_t i = 0; i < n; i++)
			if (rows[i].rank == rank)
				ret_order[at++] = i;
	for (size_t i = 0; i < n; i++)
		if (!rows[i].rank)
			ret_order[at++] = i;
}
