/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/price_score.h"

/* A whole in units of 0.0001 %, and in units of 0.01 %. */
#define WHOLE ((__int128)1000000)
#define WHOLE_2 ((__int128)10000)
/* From a percent's 1e-6 units. */
#define PER_UNIT 100
#define PER_UNIT_2 10000

const char *price_score_refusal_code(int refusal)
{
	switch (refusal) {
		PRICE_SCORE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static int read_drawn_param(
	const struct price_param *param, const json_t *value, struct decimal *ret)
{
	bool is_known = false;
	struct decimal d;

	*ret = param->value;
	if (!param->choices)
		return value ? PRICE_SCORE_E_DRAWN : 0;
	if (!value)
		return PRICE_SCORE_E_NOT_DRAWN;
	if (!json_is_string(value) ||
		decimal_parse(json_string_value(value), json_string_length(value), &d))
		return PRICE_SCORE_E_DRAWN;
	for (guint i = 0; i < param->choices->len; i++)
		is_known |= decimal_cmp(g_array_index(param->choices, struct decimal, i), d) == 0;
	*ret = d;
	return is_known ? 0 : PRICE_SCORE_E_DRAWN;
}

static bool contains(const unsigned *numbers, size_t n, unsigned no)
{
	for (size_t i = 0; i < n; i++)
		if (numbers[i] == no)
			return true;
	return false;
}

/* Numbers of bids, none twice. */
static int read_balls(const json_t *list, size_t n_bids, struct price_balls *ret)
{
	g_autofree unsigned *numbers = NULL;
	size_t n = json_array_size(list);

	if (!list)
		return PRICE_SCORE_E_NOT_DRAWN;
	if (!n || n > n_bids)
		return PRICE_SCORE_E_DRAWN;
	numbers = g_new0(unsigned, n);
	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_array_get(list, i);
		json_int_t no = json_integer_value(value);

		if (!json_is_integer(value) || no < 1 || no > (json_int_t)n_bids ||
			contains(numbers, i, (unsigned)no))
			return PRICE_SCORE_E_DRAWN;
		numbers[i] = (unsigned)no;
	}
	*ret = (struct price_balls){g_steal_pointer(&numbers), n};
	return 0;
}

static int read_all_balls(const json_t *drawn, size_t n_bids, struct price_drawn *ret)
{
	int r = read_balls(json_object_get(drawn, "shortlist"), n_bids, &ret->shortlist);

	if (!r)
		r = read_balls(json_object_get(drawn, "candidates"), n_bids, &ret->candidates);
	return r;
}

int price_drawn_read(
	const struct price_rule *rule, const json_t *drawn, size_t n_bids, struct price_drawn *ret)
{
	struct price_drawn d = {0};
	size_t n = !!rule->floating.choices + !!rule->ceiling_share.choices + !!rule->band.choices +
		   (rule->method == PRICE_BALLS ? 2 : 0);
	int r = read_drawn_param(&rule->floating, json_object_get(drawn, "float"), &d.floating);

	if (!r)
		r = read_drawn_param(&rule->ceiling_share, json_object_get(drawn, "ceiling_share"),
			&d.ceiling_share);
	if (!r)
		r = read_drawn_param(&rule->band, json_object_get(drawn, "band"), &d.band);
	if (!r && rule->method == PRICE_BALLS)
		r = read_all_balls(drawn, n_bids, &d);
	if (!r && json_object_size(drawn) != n)
		r = PRICE_SCORE_E_DRAWN;
	if (r)
		price_drawn_clear(&d);
	else
		*ret = d;
	return r;
}

void price_drawn_clear(struct price_drawn *drawn)
{
	g_clear_pointer(&drawn->shortlist.numbers, g_free);
	g_clear_pointer(&drawn->candidates.numbers, g_free);
}

/* Everything one calculation works on. */
struct pricing {
	const struct price_rule *rule;
	const struct price_drawn *drawn;
	const struct decimal *ceiling;
	const struct price_bid *bids;
	size_t n;
	struct price_value *values;
	struct price_outcome out;
};

static bool in_base(const struct pricing *p, size_t i)
{
	return p->bids[i].valid || (p->bids[i].was_valid && p->rule->base_stays);
}

static int check_prices(const struct pricing *p, size_t *ret_index)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!in_base(p, i) || decimal_sign(p->bids[i].price) > 0)
			continue;
		if (ret_index)
			*ret_index = i;
		return PRICE_SCORE_E_PRICE;
	}
	if (price_rule_needs_ceiling(p->rule) && (!p->ceiling || decimal_sign(*p->ceiling) <= 0))
		return PRICE_SCORE_E_CEILING;
	return 0;
}

/* The price a small firm is compared with, in 1e-10 yuan, so that nothing is rounded. */
static __int128 discounted(const struct pricing *p, size_t i)
{
	__int128 off = p->bids[i].sme ? p->rule->sme_discount.micro / PER_UNIT_2 : 0;

	return p->bids[i].price.micro * (WHOLE_2 - off);
}

static int score_gp_lowest(struct pricing *p)
{
	__int128 lowest = 0;

	for (size_t i = 0; i < p->n; i++)
		if (in_base(p, i) && (!lowest || discounted(p, i) < lowest))
			lowest = discounted(p, i);
	if (!lowest)
		return 0;
	p->out.has_base = true;
	p->out.n_in_base = 1;
	if (decimal_ratio(lowest, WHOLE_2, DECIMAL_PLACES, &p->out.base))
		return PRICE_SCORE_E_BASE;
	for (size_t i = 0; i < p->n; i++) {
		struct price_value *v = &p->values[i];

		if (!p->bids[i].valid)
			continue;
		if (decimal_ratio(discounted(p, i), WHOLE_2, DECIMAL_PLACES, &v->evaluated) ||
			decimal_ratio(p->rule->weight.micro * lowest, discounted(p, i),
				PRICE_SCORE_PLACES, &v->score))
			return PRICE_SCORE_E_BASE;
	}
	return 0;
}

/* The next of the extremes that is still in; n when there is none. */
static size_t find_extreme(const struct pricing *p, int sign)
{
	size_t found = p->n;

	for (size_t i = 0; i < p->n; i++)
		if (in_base(p, i) && !p->values[i].dropped &&
			(found == p->n ||
				sign * decimal_cmp(p->bids[i].price, p->bids[found].price) > 0))
			found = i;
	return found;
}

static void drop_extremes(struct pricing *p, unsigned n)
{
	struct price_drop drop = {0};

	for (guint i = 0; i < p->rule->drops->len; i++) {
		struct price_drop d = g_array_index(p->rule->drops, struct price_drop, i);

		if (n >= d.from)
			drop = d;
	}
	for (unsigned i = 0; i < drop.high; i++)
		p->values[find_extreme(p, 1)].dropped = true;
	for (unsigned i = 0; i < drop.low; i++)
		p->values[find_extreme(p, -1)].dropped = true;
}

/* (1 + float) × ((1 − share) × mean + share × ceiling), one rounding. */
static int find_base(struct pricing *p)
{
	__int128 share = p->drawn->ceiling_share.micro / PER_UNIT;
	__int128 factor = WHOLE + p->drawn->floating.micro / PER_UNIT;
	__int128 sum = 0, mixed;
	unsigned n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += in_base(p, i);
	if (!n)
		return 0;
	drop_extremes(p, n);
	for (size_t i = n = 0; i < p->n; i++) {
		if (!in_base(p, i) || p->values[i].dropped)
			continue;
		sum += p->bids[i].price.micro;
		n++;
	}
	mixed = (WHOLE - share) * sum + (share ? share * n * p->ceiling->micro : 0);
	p->out.has_base = true;
	p->out.n_in_base = n;
	if (decimal_ratio(factor * mixed, WHOLE * WHOLE * n, p->rule->base_places, &p->out.base) ||
		decimal_sign(p->out.base) <= 0)
		return PRICE_SCORE_E_BASE;
	return 0;
}

static int offset_of(const struct pricing *p, size_t i, unsigned places, struct decimal *ret)
{
	__int128 away = p->bids[i].price.micro - p->out.base.micro;

	return decimal_ratio(away * 1000000, p->out.base.micro, places, ret) ? PRICE_SCORE_E_BASE
									     : 0;
}

/* weight − |offset| × 100 × points per percent. */
static void score_by_base(struct pricing *p, size_t i)
{
	struct price_value *v = &p->values[i];
	__int128 away = p->bids[i].price.micro - p->out.base.micro;
	__int128 per_percent = (away > 0 ? p->rule->above : p->rule->below).micro;
	__int128 num = away < 0 ? -away : away, den = p->out.base.micro;

	if (p->rule->rounds_offset) {
		num = decimal_abs(v->offset).micro;
		den = 1000000;
	}
	/* Out of range is far below the floor. */
	if (decimal_ratio(p->rule->weight.micro * den - 100 * num * per_percent, den,
		    PRICE_SCORE_PLACES, &v->score) ||
		decimal_cmp(v->score, p->rule->floor) < 0)
		v->score = p->rule->floor;
}

static int score_base_mean(struct pricing *p)
{
	unsigned places = p->rule->rounds_offset ? p->rule->offset_places : DECIMAL_PLACES;
	int r = find_base(p);

	for (size_t i = 0; !r && p->out.has_base && i < p->n; i++) {
		if (!p->bids[i].valid)
			continue;
		p->values[i].evaluated = p->bids[i].price;
		r = offset_of(p, i, places, &p->values[i].offset);
		if (!r)
			score_by_base(p, i);
	}
	return r;
}

/* Under the base, or outside the band around it, nobody can win. */
static int choose_by_base(struct pricing *p)
{
	__int128 band = p->drawn->band.micro / PER_UNIT;
	int r = find_base(p);

	for (size_t i = 0; !r && p->out.has_base && i < p->n; i++) {
		struct price_value *v = &p->values[i];
		__int128 away = p->bids[i].price.micro - p->out.base.micro;

		if (!p->bids[i].valid)
			continue;
		v->evaluated = p->bids[i].price;
		v->out = p->rule->method == PRICE_BAND
				 ? (away < 0 ? -away : away) * WHOLE > band * p->out.base.micro
				 : away < 0;
		r = offset_of(p, i, DECIMAL_PLACES, &v->offset);
	}
	return r;
}

static int choose_lowest(struct pricing *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!p->bids[i].valid)
			continue;
		p->values[i].evaluated = decimal_add(p->bids[i].price, p->bids[i].adjustment);
		for (guint l = 0; l < p->rule->lines->len; l++) {
			const struct price_line *line =
				&g_array_index(p->rule->lines, struct price_line, l);

			if (p->bids[i].price.micro * WHOLE <
				p->ceiling->micro * (line->percent.micro / PER_UNIT))
				p->values[i].lines |= 1u << l;
		}
	}
	return 0;
}

static bool in_play(const struct pricing *p, size_t i)
{
	return p->bids[i].valid || p->bids[i].was_valid;
}

/* The first balls of bids in play, as many as the rule says or as there are such bids; of them the
 * candidates in their order. Who is rejected later keeps his ball. */
static int choose_by_balls(struct pricing *p)
{
	const struct price_balls *shortlist = &p->drawn->shortlist;
	const struct price_balls *candidates = &p->drawn->candidates;
	size_t n = 0, taken = 0;
	unsigned place = 0;

	for (size_t i = 0; i < p->n; i++) {
		p->values[i].out = true;
		n += in_play(p, i);
	}
	n = MIN(p->rule->shortlist, n);
	for (size_t i = 0; i < shortlist->n && taken < n; i++) {
		size_t b = shortlist->numbers[i] - 1;

		if (!in_play(p, b))
			continue;
		p->values[b].out = false;
		taken++;
	}
	for (size_t i = 0; i < candidates->n && place < p->rule->candidates; i++) {
		struct price_value *v = &p->values[candidates->numbers[i] - 1];

		if (!v->out)
			v->place = ++place;
	}
	return taken < n || place < MIN(p->rule->candidates, taken) ? PRICE_SCORE_E_DRAWN : 0;
}

static int run(struct pricing *p)
{
	switch (p->rule->method) {
	case PRICE_GP_LOWEST:
		return score_gp_lowest(p);
	case PRICE_IN_TOTAL:
		return 0;
	case PRICE_BASE_MEAN:
		return score_base_mean(p);
	case PRICE_LOWEST_EVALUATED:
		return choose_lowest(p);
	case PRICE_NEAREST_ABOVE:
	case PRICE_BAND:
		return choose_by_base(p);
	case PRICE_BALLS:
		return choose_by_balls(p);
	}
	g_assert_not_reached();
}

int price_score(const struct price_rule *rule, const struct price_drawn *drawn,
	const struct decimal *ceiling, const struct price_bid *bids, size_t n,
	struct price_value *ret_values, struct price_outcome *ret_outcome, size_t *ret_index)
{
	struct pricing p = {.rule = rule, .drawn = drawn, .ceiling = ceiling, .bids = bids, .n = n};
	int r = 0;

	p.values = g_new0(struct price_value, n + 1);
	if (price_method_needs_prices(rule->method))
		r = check_prices(&p, ret_index);
	if (!r)
		r = run(&p);
	for (size_t i = 0; !r && i < n; i++)
		ret_values[i] = p.values[i];
	if (!r && ret_outcome)
		*ret_outcome = p.out;
	g_free(p.values);
	return r;
}
