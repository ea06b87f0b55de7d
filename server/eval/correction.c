/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/correction.h"

#include <glib.h>

static const char *const reasons[] = {
	[CORRECTION_AMOUNT] = "amount",
	[CORRECTION_UNIT_PRICE] = "unit_price",
	[CORRECTION_WORDS] = "words",
	[CORRECTION_SUM] = "sum",
};

const char *correction_refusal_code(int refusal)
{
	switch (refusal) {
		CORRECTION_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *correction_reason_name(enum correction_reason reason)
{
	return reason >= CORRECTION_AMOUNT && reason <= CORRECTION_SUM ? reasons[reason] : NULL;
}

static void note(struct correction_result *c, enum correction_reason reason, size_t line,
	struct decimal before, struct decimal after)
{
	c->rows[c->n_rows++] = (struct correction_row){reason, line, before, after};
}

/* The amount that counts for a line. */
static int correct_line(struct correction_result *c, const struct correction_line *l, size_t at,
	struct decimal *ret_amount)
{
	struct decimal product, unit_price;

	*ret_amount = l->amount;
	if (decimal_sign(l->quantity) < 0 || decimal_sign(l->unit_price) < 0 ||
		decimal_sign(l->amount) < 0 ||
		decimal_mul(l->quantity, l->unit_price, CORRECTION_PLACES, &product))
		return CORRECTION_E_NUMBER;
	if (decimal_cmp(product, l->amount) == 0)
		return 0;
	if (!l->unit_slipped) {
		note(c, CORRECTION_AMOUNT, at, l->amount, product);
		*ret_amount = product;
		return 0;
	}
	if (decimal_div(l->amount, l->quantity, CORRECTION_PLACES, &unit_price))
		return CORRECTION_E_NUMBER;
	note(c, CORRECTION_UNIT_PRICE, at, l->unit_price, unit_price);
	return 0;
}

static int correct_all(const struct correction_list *list, struct correction_result *c)
{
	struct decimal sum = decimal_from_int(0), total = list->total;

	for (size_t i = 0; i < list->n; i++) {
		struct decimal amount;
		int r = correct_line(c, &list->lines[i], i, &amount);

		if (r)
			return r;
		sum = decimal_add(sum, amount);
	}
	if (decimal_sign(total) < 0 || !decimal_in_range(sum) ||
		(list->has_words && decimal_sign(list->total_words) < 0))
		return CORRECTION_E_NUMBER;
	if (list->has_words && decimal_cmp(total, list->total_words) != 0) {
		note(c, CORRECTION_WORDS, list->n, total, list->total_words);
		total = list->total_words;
	}
	if (list->n && decimal_cmp(total, sum) != 0) {
		note(c, CORRECTION_SUM, list->n, total, sum);
		total = sum;
	}
	c->total = total;
	return 0;
}

int correction_make(const struct correction_list *list, struct correction_result *ret)
{
	struct correction_result c = {.rows = g_new0(struct correction_row, list->n + 2)};
	int r = correct_all(list, &c);

	if (r)
		g_free(c.rows);
	else
		*ret = c;
	return r;
}

int correction_settle(const struct correction_result *c, struct decimal quoted,
	enum correction_answer answer, struct decimal *ret_price, bool *ret_rejected)
{
	if (c->n_rows && answer != CORRECTION_ACCEPTED && answer != CORRECTION_REFUSED)
		return CORRECTION_E_ANSWER;
	*ret_rejected = c->n_rows && answer == CORRECTION_REFUSED;
	*ret_price = c->n_rows && answer == CORRECTION_ACCEPTED ? c->total : quoted;
	return 0;
}
