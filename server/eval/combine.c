/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/combine.h"

#include <string.h>

#include <glib.h>

static const struct {
	const char *name;
	bool by_item, highway;
	unsigned least; /* members */
} methods[] = {
	[COMBINE_MEAN] = {"mean", false, false, 1},
	[COMBINE_TRIM_TOTALS] = {"trim_totals", false, false, COMBINE_TRIM_MIN},
	[COMBINE_TRIM_ITEMS] = {"trim_items", true, false, COMBINE_TRIM_MIN},
	[COMBINE_HIGHWAY] = {"highway", true, true, COMBINE_HIGHWAY_MIN},
};

const char *combine_refusal_code(int refusal)
{
	switch (refusal) {
		COMBINE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *combine_method_name(enum combine_method m)
{
	return m >= COMBINE_MEAN && m <= COMBINE_HIGHWAY ? methods[m].name : NULL;
}

static bool read_places(const json_t *combine, const char *name, unsigned *places, size_t *n)
{
	const json_t *value = json_object_get(combine, name);
	json_int_t i = json_integer_value(value);

	if (!value)
		return true;
	if (!json_is_integer(value) || i < 0 || i > DECIMAL_PLACES)
		return false;
	*places = (unsigned)i;
	(*n)++;
	return true;
}

static bool read_reason_below(const json_t *combine, struct decimal *ret, size_t *n)
{
	const json_t *value = json_object_get(combine, "reason_below");
	struct decimal d;

	if (!value)
		return true;
	if (!json_is_string(value) ||
		decimal_parse(json_string_value(value), json_string_length(value), &d) ||
		decimal_sign(d) <= 0 || decimal_cmp(d, decimal_from_int(100)) > 0)
		return false;
	*ret = d;
	(*n)++;
	return true;
}

static enum combine_method method_of(const json_t *value)
{
	for (size_t i = 1; json_is_string(value) && i < G_N_ELEMENTS(methods); i++)
		if (strcmp(methods[i].name, json_string_value(value)) == 0)
			return (enum combine_method)i;
	return 0;
}

bool combine_rule_read(const json_t *combine, struct combine_rule *ret, const char **ret_field)
{
	struct combine_rule rule = {COMBINE_MEAN, COMBINE_PLACES, COMBINE_PLACES, {0}};
	size_t n = 1;

	if (!combine) {
		*ret = rule;
		return true;
	}
	*ret_field = "combine.method";
	rule.method = method_of(json_object_get(combine, "method"));
	if (!rule.method)
		return false;
	*ret_field = "combine.places";
	if (!read_places(combine, "places", &rule.places, &n))
		return false;
	rule.commercial_places = rule.places;
	*ret_field = "combine.commercial_places";
	if (methods[rule.method].by_item &&
		!read_places(combine, "commercial_places", &rule.commercial_places, &n))
		return false;
	*ret_field = "combine.reason_below";
	if (methods[rule.method].highway && !read_reason_below(combine, &rule.reason_below, &n))
		return false;
	*ret_field = "combine";
	if (json_object_size(combine) != n)
		return false;
	*ret = rule;
	return true;
}

json_t *combine_rule_to_json(const struct combine_rule *rule)
{
	char text[DECIMAL_TEXT_SIZE];
	json_t *out;

	if (rule->method == COMBINE_MEAN && rule->places == COMBINE_PLACES)
		return NULL;
	out = json_pack(
		"{s:s, s:i}", "method", methods[rule->method].name, "places", (int)rule->places);
	if (methods[rule->method].by_item)
		json_object_set_new(
			out, "commercial_places", json_integer(rule->commercial_places));
	if (decimal_sign(rule->reason_below))
		json_object_set_new(out, "reason_below",
			json_string(decimal_format_exact(rule->reason_below, text)));
	return out;
}

static int compare_decimals(const void *a, const void *b)
{
	return decimal_cmp(*(const struct decimal *)a, *(const struct decimal *)b);
}

static struct decimal score_at(const struct combine_scores *in, size_t bid, size_t i, size_t m)
{
	return in->scores[bid][i * in->n_members + m];
}

/* The total a member gave a bid, or what he gave its technical items. */
static struct decimal member_sum(
	const struct combine_scores *in, size_t bid, size_t m, bool technical)
{
	struct decimal sum = decimal_from_int(0);

	for (size_t i = 0; i < in->n_items; i++)
		if (!technical || in->technical[i])
			sum = decimal_add(sum, score_at(in, bid, i, m));
	return sum;
}

/* The mean of n values; trimmed: without one highest and one lowest. Sorts the values. */
static struct decimal mean_of(struct decimal *values, size_t n, bool trimmed, unsigned places)
{
	struct decimal mean;

	qsort(values, n, sizeof *values, compare_decimals);
	if (decimal_mean(values + trimmed, n - 2 * (size_t)trimmed, places, &mean))
		g_assert_not_reached(); /* checked scores are small, and there is at least one */
	return mean;
}

static void combine_by_total(const struct combine_rule *rule, const struct combine_scores *in,
	size_t bid, struct combine_value *ret)
{
	g_autofree struct decimal *values = g_new(struct decimal, in->n_members);
	bool trimmed = rule->method == COMBINE_TRIM_TOTALS;

	for (size_t m = 0; m < in->n_members; m++)
		values[m] = member_sum(in, bid, m, false);
	ret->total = mean_of(values, in->n_members, trimmed, rule->places);
	for (size_t m = 0; m < in->n_members; m++)
		values[m] = member_sum(in, bid, m, true);
	ret->technical = mean_of(values, in->n_members, trimmed, rule->places);
}

static void combine_by_item(const struct combine_rule *rule, const struct combine_scores *in,
	size_t bid, int left_out, struct combine_value *ret)
{
	g_autofree struct decimal *values = g_new(struct decimal, in->n_members);

	ret->total = ret->technical = decimal_from_int(0);
	for (size_t i = 0; i < in->n_items; i++) {
		unsigned places = in->commercial[i] ? rule->commercial_places : rule->places;
		struct decimal mean;
		size_t n = 0;

		for (size_t m = 0; m < in->n_members; m++)
			if ((int)m != left_out)
				values[n++] = score_at(in, bid, i, m);
		mean = mean_of(values, n, true, places);
		ret->total = decimal_add(ret->total, mean);
		if (in->technical[i])
			ret->technical = decimal_add(ret->technical, mean);
	}
}

/* Highest less lowest total a member gave, or second highest less second lowest. */
static struct decimal spread_of(const struct combine_scores *in, size_t m, size_t order)
{
	g_autofree struct decimal *totals = g_new(struct decimal, in->n_bids + 1);
	size_t n = 0;

	for (size_t b = 0; b < in->n_bids; b++)
		if (in->valid[b])
			totals[n++] = member_sum(in, b, m, false);
	if (n < 2 * (order + 1))
		return decimal_from_int(0);
	qsort(totals, n, sizeof *totals, compare_decimals);
	return decimal_sub(totals[n - 1 - order], totals[order]);
}

/* Keeps those in `in_it` whose spread is the largest; returns how many. */
static size_t keep_widest(const struct combine_scores *in, size_t order, bool *in_it)
{
	g_autofree struct decimal *spreads = g_new0(struct decimal, in->n_members);
	struct decimal widest = decimal_from_int(-1);
	size_t n = 0;

	for (size_t m = 0; m < in->n_members; m++) {
		if (!in_it[m])
			continue;
		spreads[m] = spread_of(in, m, order);
		if (decimal_cmp(spreads[m], widest) > 0)
			widest = spreads[m];
	}
	for (size_t m = 0; m < in->n_members; m++) {
		in_it[m] = in_it[m] && decimal_cmp(spreads[m], widest) == 0;
		n += in_it[m];
	}
	return n;
}

static int leave_out(const struct combine_scores *in, int *ret, bool *ret_tied)
{
	g_autofree bool *in_it = g_new(bool, in->n_members);

	for (size_t m = 0; m < in->n_members; m++)
		in_it[m] = true;
	if (keep_widest(in, 0, in_it) > 1 && keep_widest(in, 1, in_it) > 1) {
		if (ret_tied)
			memcpy(ret_tied, in_it, in->n_members * sizeof *in_it);
		if (in->drawn_member < 0 || (size_t)in->drawn_member >= in->n_members ||
			!in_it[in->drawn_member])
			return COMBINE_E_MEMBER_DRAW;
		*ret = in->drawn_member;
		return 0;
	}
	for (size_t m = 0; m < in->n_members; m++)
		if (in_it[m])
			*ret = (int)m;
	return 0;
}

int combine_scores(const struct combine_rule *rule, const struct combine_scores *in,
	struct combine_value *ret_values, int *ret_left_out, bool *ret_tied)
{
	int left_out = -1, r = 0;

	if (!in->n_members)
		return COMBINE_E_NO_MEMBERS;
	if (in->n_members < methods[rule->method].least)
		return COMBINE_E_TOO_FEW_MEMBERS;
	if (methods[rule->method].highway)
		r = leave_out(in, &left_out, ret_tied);
	if (r)
		return r;
	for (size_t b = 0; b < in->n_bids; b++) {
		ret_values[b] = (struct combine_value){{0}, {0}};
		if (!in->valid[b])
			continue;
		if (methods[rule->method].by_item)
			combine_by_item(rule, in, b, left_out, &ret_values[b]);
		else
			combine_by_total(rule, in, b, &ret_values[b]);
	}
	if (ret_left_out)
		*ret_left_out = left_out;
	return 0;
}
