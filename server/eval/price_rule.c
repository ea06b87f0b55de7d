/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/price_rule.h"

#include <string.h>

#define PERCENT_PLACES 4
#define WEIGHT_PLACES 2
#define NAME_MAX_CHARS 100

/* Which members a method may have, and which it must. */
enum member {
	M_METHOD = 1 << 0,
	M_WEIGHT = 1 << 1,
	M_SME_DISCOUNT = 1 << 2,
	M_BASE_STAYS = 1 << 3,
	M_ABOVE = 1 << 4,
	M_BELOW = 1 << 5,
	M_DROP = 1 << 6,
	M_FLOAT = 1 << 7,
	M_CEILING_SHARE = 1 << 8,
	M_BASE_PLACES = 1 << 9,
	M_OFFSET_PLACES = 1 << 10,
	M_FLOOR = 1 << 11,
	M_BAND = 1 << 12,
	M_LINES = 1 << 13,
	M_SHORTLIST = 1 << 14,
	M_CANDIDATES = 1 << 15,
};

#define M_BASE (M_DROP | M_FLOAT | M_CEILING_SHARE | M_BASE_PLACES)

static const struct {
	const char *name, *label;
	unsigned must, may;
	bool scores, chooses, prices;
} methods[] = {
	[PRICE_GP_LOWEST] = {"gp_lowest", "价格分（最低有效报价÷报价×价格权重）", M_WEIGHT,
		M_SME_DISCOUNT | M_BASE_STAYS, true, false, true},
	[PRICE_IN_TOTAL] = {"in_total", "价格分已含在评分项中", M_WEIGHT, 0, false, false, false},
	[PRICE_BASE_MEAN] = {"base_mean", "价格分（按报价偏离评标基准价计算）",
		M_WEIGHT | M_ABOVE | M_BELOW, M_BASE | M_OFFSET_PLACES | M_FLOOR | M_BASE_STAYS,
		true, false, true},
	[PRICE_LOWEST_EVALUATED] = {"lowest_evaluated", "经评审的最低投标价法", M_WEIGHT, M_LINES,
		false, true, true},
	[PRICE_NEAREST_ABOVE] = {"nearest_above", "不低于评标基准价的最低报价", M_WEIGHT,
		M_BASE | M_BASE_STAYS, false, true, true},
	[PRICE_BAND] = {"band", "评标基准价有效范围内的最低报价", M_WEIGHT | M_BAND,
		M_BASE | M_BASE_STAYS, false, true, true},
	[PRICE_BALLS] = {"balls", "公开抽取入围与候选人", M_WEIGHT | M_SHORTLIST | M_CANDIDATES, 0,
		false, true, false},
};

static bool read_weight(struct price_rule *, const json_t *);
static bool read_sme_discount(struct price_rule *, const json_t *);
static bool read_base_stays(struct price_rule *, const json_t *);
static bool read_above(struct price_rule *, const json_t *);
static bool read_below(struct price_rule *, const json_t *);
static bool read_drop(struct price_rule *, const json_t *);
static bool read_float(struct price_rule *, const json_t *);
static bool read_ceiling_share(struct price_rule *, const json_t *);
static bool read_base_places(struct price_rule *, const json_t *);
static bool read_offset_places(struct price_rule *, const json_t *);
static bool read_floor(struct price_rule *, const json_t *);
static bool read_band(struct price_rule *, const json_t *);
static bool read_lines(struct price_rule *, const json_t *);
static bool read_shortlist(struct price_rule *, const json_t *);
static bool read_candidates(struct price_rule *, const json_t *);

static const struct {
	enum member bit;
	const char *name, *field;
	bool (*read)(struct price_rule *rule, const json_t *value);
} members[] = {
	{M_WEIGHT, "weight", "price.weight", read_weight},
	{M_SME_DISCOUNT, "sme_discount", "price.sme_discount", read_sme_discount},
	{M_BASE_STAYS, "base_stays", "price.base_stays", read_base_stays},
	{M_ABOVE, "above", "price.above", read_above},
	{M_BELOW, "below", "price.below", read_below},
	{M_DROP, "drop", "price.drop", read_drop},
	{M_FLOAT, "float", "price.float", read_float},
	{M_CEILING_SHARE, "ceiling_share", "price.ceiling_share", read_ceiling_share},
	{M_BASE_PLACES, "base_places", "price.base_places", read_base_places},
	{M_OFFSET_PLACES, "offset_places", "price.offset_places", read_offset_places},
	{M_FLOOR, "floor", "price.floor", read_floor},
	{M_BAND, "band", "price.band", read_band},
	{M_LINES, "lines", "price.lines", read_lines},
	{M_SHORTLIST, "shortlist", "price.shortlist", read_shortlist},
	{M_CANDIDATES, "candidates", "price.candidates", read_candidates},
};

static bool is_method(enum price_method m)
{
	return m >= PRICE_GP_LOWEST && m <= PRICE_BALLS;
}

const char *price_method_name(enum price_method m)
{
	return is_method(m) ? methods[m].name : NULL;
}

const char *price_method_label(enum price_method m)
{
	return is_method(m) ? methods[m].label : NULL;
}

bool price_method_scores(enum price_method m)
{
	return is_method(m) && methods[m].scores;
}

bool price_method_chooses(enum price_method m)
{
	return is_method(m) && methods[m].chooses;
}

bool price_method_needs_prices(enum price_method m)
{
	return is_method(m) && methods[m].prices;
}

bool price_rule_needs_ceiling(const struct price_rule *rule)
{
	return rule->ceiling_share.given || (rule->lines && rule->lines->len);
}

bool price_rule_is_drawn(const struct price_rule *rule)
{
	return rule->floating.choices || rule->ceiling_share.choices || rule->band.choices ||
	       rule->method == PRICE_BALLS;
}

/* A number of lo to hi with at most so many decimals. */
static bool read_number(const json_t *value, int lo, int hi, unsigned places, struct decimal *ret)
{
	struct decimal d;

	if (!json_is_string(value) ||
		decimal_parse(json_string_value(value), json_string_length(value), &d) ||
		decimal_cmp(d, decimal_from_int(lo)) < 0 ||
		decimal_cmp(d, decimal_from_int(hi)) > 0 ||
		decimal_cmp(decimal_round(d, places), d) != 0)
		return false;
	*ret = d;
	return true;
}

static bool read_count(const json_t *value, unsigned lo, unsigned hi, unsigned *ret)
{
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < (json_int_t)lo || n > (json_int_t)hi)
		return false;
	*ret = (unsigned)n;
	return true;
}

static int compare_decimals(const void *a, const void *b)
{
	return decimal_cmp(*(const struct decimal *)a, *(const struct decimal *)b);
}

static bool read_choices(const json_t *list, int lo, int hi, GArray *choices)
{
	size_t n = json_array_size(list);

	if (n < 2 || n > PRICE_RULE_CHOICES_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct decimal d;

		if (!read_number(json_array_get(list, i), lo, hi, PERCENT_PLACES, &d))
			return false;
		g_array_append_val(choices, d);
	}
	g_array_sort(choices, compare_decimals);
	for (guint i = 1; i < choices->len; i++)
		if (decimal_cmp(g_array_index(choices, struct decimal, i - 1),
			    g_array_index(choices, struct decimal, i)) == 0)
			return false;
	return true;
}

static bool read_param(const json_t *value, int lo, int hi, struct price_param *ret)
{
	ret->given = true;
	if (!json_is_object(value))
		return read_number(value, lo, hi, PERCENT_PLACES, &ret->value);
	ret->choices = g_array_new(FALSE, FALSE, sizeof(struct decimal));
	return json_object_size(value) == 1 &&
	       read_choices(json_object_get(value, "drawn"), lo, hi, ret->choices);
}

static bool read_weight(struct price_rule *rule, const json_t *value)
{
	if (!read_number(value, 0, 100, WEIGHT_PLACES, &rule->weight))
		return false;
	if (methods[rule->method].scores)
		return decimal_sign(rule->weight) > 0;
	return !methods[rule->method].chooses || decimal_sign(rule->weight) == 0;
}

static bool read_sme_discount(struct price_rule *rule, const json_t *value)
{
	return read_number(value, 0, 99, WEIGHT_PLACES, &rule->sme_discount);
}

static bool read_base_stays(struct price_rule *rule, const json_t *value)
{
	rule->base_stays = json_is_true(value);
	return json_is_boolean(value);
}

static bool read_above(struct price_rule *rule, const json_t *value)
{
	return read_number(value, 0, 100, PERCENT_PLACES, &rule->above);
}

static bool read_below(struct price_rule *rule, const json_t *value)
{
	return read_number(value, 0, 100, PERCENT_PLACES, &rule->below);
}

/* Rows rise, and each leaves at least one price. */
static bool read_drop(struct price_rule *rule, const json_t *value)
{
	size_t n = json_array_size(value);

	if (!json_is_array(value) || n > PRICE_RULE_DROPS_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(value, i);
		struct price_drop d;
		unsigned after = i ? g_array_index(rule->drops, struct price_drop, i - 1).from : 1;

		if (json_object_size(row) != 3 ||
			!read_count(json_object_get(row, "from"), after + 1, PRICE_RULE_BIDS_MAX,
				&d.from) ||
			!read_count(json_object_get(row, "high"), 0, d.from, &d.high) ||
			!read_count(json_object_get(row, "low"), 0, d.from, &d.low) ||
			d.high + d.low >= d.from)
			return false;
		g_array_append_val(rule->drops, d);
	}
	return true;
}

static bool read_float(struct price_rule *rule, const json_t *value)
{
	return read_param(value, -99, 100, &rule->floating);
}

static bool read_ceiling_share(struct price_rule *rule, const json_t *value)
{
	return read_param(value, 0, 100, &rule->ceiling_share);
}

static bool read_base_places(struct price_rule *rule, const json_t *value)
{
	return read_count(value, 0, DECIMAL_PLACES, &rule->base_places);
}

static bool read_offset_places(struct price_rule *rule, const json_t *value)
{
	rule->rounds_offset = true;
	return read_count(value, 2, DECIMAL_PLACES, &rule->offset_places);
}

static bool read_floor(struct price_rule *rule, const json_t *value)
{
	return read_number(value, 0, 100, WEIGHT_PLACES, &rule->floor) &&
	       decimal_cmp(rule->floor, rule->weight) <= 0;
}

static bool read_band(struct price_rule *rule, const json_t *value)
{
	return read_param(value, 0, 100, &rule->band);
}

static bool read_lines(struct price_rule *rule, const json_t *value)
{
	size_t n = json_array_size(value);

	if (!json_is_array(value) || n > PRICE_RULE_LINES_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(value, i), *name = json_object_get(row, "name");
		struct price_line line = {0};

		if (json_object_size(row) != 2 || !json_is_string(name) ||
			!json_string_length(name) ||
			strlen(json_string_value(name)) != json_string_length(name) ||
			g_utf8_strlen(json_string_value(name), -1) > NAME_MAX_CHARS ||
			!read_number(json_object_get(row, "percent"), 0, 100, PERCENT_PLACES,
				&line.percent))
			return false;
		line.name = g_strdup(json_string_value(name));
		g_array_append_val(rule->lines, line);
	}
	return true;
}

static bool read_shortlist(struct price_rule *rule, const json_t *value)
{
	return read_count(value, 1, PRICE_RULE_BIDS_MAX, &rule->shortlist);
}

static bool read_candidates(struct price_rule *rule, const json_t *value)
{
	return read_count(value, 1, rule->shortlist, &rule->candidates);
}

static enum price_method method_of(const json_t *value)
{
	for (size_t i = 1; json_is_string(value) && i < G_N_ELEMENTS(methods); i++)
		if (strcmp(methods[i].name, json_string_value(value)) == 0)
			return (enum price_method)i;
	return 0;
}

static bool read_members(struct price_rule *rule, const json_t *price, const char **ret_field)
{
	unsigned must = methods[rule->method].must, may = must | methods[rule->method].may;
	size_t n = 1;

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		const json_t *value = json_object_get(price, members[i].name);

		*ret_field = members[i].field;
		if (!value && (must & members[i].bit))
			return false;
		if (!value)
			continue;
		if (!(may & members[i].bit) || !members[i].read(rule, value))
			return false;
		n++;
	}
	*ret_field = "price";
	return json_object_size(price) == n;
}

static void line_clear(void *p)
{
	g_free(((struct price_line *)p)->name);
}

bool price_rule_read(const json_t *price, struct price_rule *ret, const char **ret_field)
{
	struct price_rule rule = {.base_places = DECIMAL_PLACES,
		.method = method_of(json_object_get(price, "method"))};

	*ret_field = "price.method";
	if (!rule.method)
		return false;
	rule.drops = g_array_new(FALSE, FALSE, sizeof(struct price_drop));
	rule.lines = g_array_new(FALSE, FALSE, sizeof(struct price_line));
	g_array_set_clear_func(rule.lines, line_clear);
	if (!read_members(&rule, price, ret_field)) {
		price_rule_clear(&rule);
		return false;
	}
	*ret = rule;
	return true;
}

void price_rule_clear(struct price_rule *rule)
{
	struct price_param *params[] = {&rule->floating, &rule->ceiling_share, &rule->band};

	for (size_t i = 0; i < G_N_ELEMENTS(params); i++)
		g_clear_pointer(&params[i]->choices, g_array_unref);
	g_clear_pointer(&rule->drops, g_array_unref);
	g_clear_pointer(&rule->lines, g_array_unref);
}

static void put(json_t *out, const char *name, struct decimal d, unsigned places)
{
	char text[DECIMAL_TEXT_SIZE];

	json_object_set_new(out, name,
		json_string(
			places ? decimal_format(d, places, text) : decimal_format_exact(d, text)));
}

static void put_param(json_t *out, const char *name, const struct price_param *p)
{
	json_t *list;

	if (!p->given)
		return;
	if (!p->choices) {
		put(out, name, p->value, 0);
		return;
	}
	list = json_array();
	for (guint i = 0; i < p->choices->len; i++) {
		char text[DECIMAL_TEXT_SIZE];

		json_array_append_new(
			list, json_string(decimal_format_exact(
				      g_array_index(p->choices, struct decimal, i), text)));
	}
	json_object_set_new(out, name, json_pack("{s:o}", "drawn", list));
}

static void put_base(json_t *out, const struct price_rule *rule)
{
	json_t *drops = json_array();

	for (guint i = 0; i < rule->drops->len; i++) {
		const struct price_drop *d = &g_array_index(rule->drops, struct price_drop, i);

		json_array_append_new(drops, json_pack("{s:i, s:i, s:i}", "from", (int)d->from,
						     "high", (int)d->high, "low", (int)d->low));
	}
	json_object_set_new(out, "drop", drops);
	put_param(out, "float", &rule->floating);
	put_param(out, "ceiling_share", &rule->ceiling_share);
	json_object_set_new(out, "base_places", json_integer(rule->base_places));
}

static json_t *lines_to_json(const struct price_rule *rule)
{
	json_t *lines = json_array();

	for (guint i = 0; i < rule->lines->len; i++) {
		const struct price_line *l = &g_array_index(rule->lines, struct price_line, i);
		json_t *row = json_pack("{s:s}", "name", l->name);

		put(row, "percent", l->percent, 0);
		json_array_append_new(lines, row);
	}
	return lines;
}

/* What is left out has the same meaning as its default, and is left out here too. */
json_t *price_rule_to_json(const struct price_rule *rule)
{
	unsigned may = methods[rule->method].must | methods[rule->method].may;
	json_t *out = json_pack("{s:s}", "method", methods[rule->method].name);

	put(out, "weight", rule->weight, WEIGHT_PLACES);
	if (decimal_sign(rule->sme_discount))
		put(out, "sme_discount", rule->sme_discount, 0);
	if (rule->base_stays)
		json_object_set_new(out, "base_stays", json_true());
	if (may & M_ABOVE)
		put(out, "above", rule->above, 0);
	if (may & M_BELOW)
		put(out, "below", rule->below, 0);
	if (may & M_DROP)
		put_base(out, rule);
	if (rule->rounds_offset)
		json_object_set_new(out, "offset_places", json_integer(rule->offset_places));
	if (decimal_sign(rule->floor))
		put(out, "floor", rule->floor, 0);
	put_param(out, "band", &rule->band);
	if (rule->lines->len)
		json_object_set_new(out, "lines", lines_to_json(rule));
	if (rule->method == PRICE_BALLS) {
		json_object_set_new(out, "shortlist", json_integer(rule->shortlist));
		json_object_set_new(out, "candidates", json_integer(rule->candidates));
	}
	return out;
}
