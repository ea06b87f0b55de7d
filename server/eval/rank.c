/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/rank.h"

const char *rank_refusal_code(int refusal)
{
	switch (refusal) {
		RANK_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static int fold_price_refusal(int refusal)
{
	static const int folded[] = {
		[PRICE_SCORE_E_PRICE] = RANK_E_PRICE,
		[PRICE_SCORE_E_BASE] = RANK_E_BASE,
		[PRICE_SCORE_E_CEILING] = RANK_E_CEILING,
		[PRICE_SCORE_E_NOT_DRAWN] = RANK_E_NOT_DRAWN,
		[PRICE_SCORE_E_DRAWN] = RANK_E_DRAWN,
	};

	return folded[refusal];
}

static int fold_combine_refusal(int refusal)
{
	static const int folded[] = {
		[COMBINE_E_NO_MEMBERS] = RANK_E_NO_MEMBERS,
		[COMBINE_E_TOO_FEW_MEMBERS] = RANK_E_TOO_FEW_MEMBERS,
		[COMBINE_E_MEMBER_DRAW] = RANK_E_MEMBER_DRAW,
	};

	return folded[refusal];
}

static int judge_prices(const struct rank_case *c, struct rank_row *rows,
	struct price_outcome *ret_outcome, size_t *ret_index)
{
	const struct price_rule *rule = &c->criteria->price;
	g_autofree struct price_bid *prices = g_new0(struct price_bid, c->n_bids + 1);
	g_autofree struct price_value *values = g_new0(struct price_value, c->n_bids + 1);
	struct price_drawn drawn;
	int r;

	for (size_t i = 0; i < c->n_bids; i++) {
		const struct rank_bid *b = &c->bids[i];

		prices[i] = (struct price_bid){
			b->price, b->adjustment, !b->rejected, b->was_valid, b->sme};
		if (b->rejected || b->has_price || !price_method_needs_prices(rule->method))
			continue;
		if (ret_index)
			*ret_index = i;
		return RANK_E_PRICE;
	}
	r = price_drawn_read(rule, c->drawn, c->n_bids, &drawn);
	if (r)
		return fold_price_refusal(r);
	r = price_score(
		rule, &drawn, c->ceiling, prices, c->n_bids, values, ret_outcome, ret_index);
	price_drawn_clear(&drawn);
	for (size_t i = 0; !r && i < c->n_bids; i++) {
		rows[i].price = values[i];
		rows[i].price_score = values[i].score;
	}
	return fold_price_refusal(r);
}

static int combine_members(const struct rank_case *c, struct rank_row *rows, int *ret_left_out)
{
	size_t n_items = c->criteria->items->len;
	g_autofree const struct decimal **scores = g_new0(const struct decimal *, c->n_bids + 1);
	g_autofree bool *valid = g_new0(bool, c->n_bids + 1);
	g_autofree bool *technical = g_new0(bool, n_items + 1);
	g_autofree bool *commercial = g_new0(bool, n_items + 1);
	g_autofree struct combine_value *values = g_new0(struct combine_value, c->n_bids + 1);
	struct combine_scores in = {c->n_bids, n_items, c->n_members, scores, valid, technical,
		commercial, c->drawn_member};
	int r;

	for (size_t i = 0; i < n_items; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->criteria->items, i);

		technical[i] = item->kind == CRITERIA_TECHNICAL;
		commercial[i] = item->kind == CRITERIA_COMMERCIAL;
	}
	for (size_t b = 0; b < c->n_bids; b++) {
		scores[b] = c->bids[b].scores;
		valid[b] = !c->bids[b].rejected;
	}
	r = combine_scores(&c->criteria->combine, &in, values, ret_left_out, NULL);
	for (size_t b = 0; !r && b < c->n_bids; b++) {
		rows[b].mean = values[b].total;
		rows[b].technical = values[b].technical;
	}
	return fold_combine_refusal(r);
}

/* <0 when a stands before b. */
static int compare_ties(const struct rank_case *c, size_t a, size_t b, const struct rank_row *rows)
{
	const struct rank_bid *x = &c->bids[a], *y = &c->bids[b];
	int r = 0;

	for (size_t i = 0; !r && i < c->criteria->n_ties; i++) {
		switch (c->criteria->ties[i]) {
		case CRITERIA_TIE_PRICE:
			if (x->has_price && y->has_price)
				r = decimal_cmp(x->price, y->price);
			break;
		case CRITERIA_TIE_TECHNICAL:
			r = decimal_cmp(rows[b].technical, rows[a].technical);
			break;
		case CRITERIA_TIE_DRAW:
		case CRITERIA_TIE_VOTE:
			break; /* carried out in the session: decided */
		}
	}
	if (!r && x->decided && y->decided)
		r = x->decided < y->decided ? -1 : x->decided > y->decided;
	return r;
}

static int compare(const struct rank_case *c, size_t a, size_t b, const struct rank_row *rows)
{
	enum price_method method = c->criteria->price.method;
	int r;

	if (method == PRICE_BALLS)
		return rows[a].price.place < rows[b].price.place ? -1 : 1;
	if (price_method_chooses(method))
		r = decimal_cmp(rows[a].price.evaluated, rows[b].price.evaluated);
	else
		r = decimal_cmp(rows[b].total, rows[a].total);
	return r ? r : compare_ties(c, a, b, rows);
}

static bool has_rank(const struct rank_case *c, size_t i, const struct rank_row *rows)
{
	if (c->bids[i].rejected || rows[i].price.out)
		return false;
	return c->criteria->price.method != PRICE_BALLS || rows[i].price.place;
}

/* A bid's rank is one more than the number of those before it. */
static void give_ranks(const struct rank_case *c, struct rank_row *rows)
{
	for (size_t i = 0; i < c->n_bids; i++) {
		if (!has_rank(c, i, rows))
			continue;
		rows[i].rank = 1;
		for (size_t j = 0; j < c->n_bids; j++) {
			int r;

			if (j == i || !has_rank(c, j, rows))
				continue;
			r = compare(c, j, i, rows);
			rows[i].rank += r < 0;
			rows[i].tied |= r == 0;
		}
	}
}

int rank_bids(const struct rank_case *c, struct rank_row *ret_rows,
	struct rank_outcome *ret_outcome, size_t *ret_index)
{
	g_autofree struct rank_row *rows = g_new0(struct rank_row, c->n_bids + 1);
	struct rank_outcome outcome = {.left_out = -1};
	int r;

	if (!c->n_members)
		return RANK_E_NO_MEMBERS;
	if (c->n_sheets < c->n_members)
		return RANK_E_NOT_ALL_SUBMITTED;
	r = judge_prices(c, rows, &outcome.price, ret_index);
	if (!r && c->criteria->items->len)
		r = combine_members(c, rows, &outcome.left_out);
	if (r)
		return r;
	for (size_t i = 0; i < c->n_bids; i++)
		if (!c->bids[i].rejected)
			rows[i].total = decimal_add(rows[i].mean, rows[i].price_score);
	give_ranks(c, rows);
	for (size_t i = 0; i < c->n_bids; i++)
		ret_rows[i] = rows[i];
	if (ret_outcome)
		*ret_outcome = outcome;
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
