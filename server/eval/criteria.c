/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/criteria.h"

#include <string.h>

#include "proto/canon.h"
#include "proto/ident.h"

static const char *const kinds[] = {
	[CRITERIA_TECHNICAL] = "technical",
	[CRITERIA_COMMERCIAL] = "commercial",
	[CRITERIA_SCORE] = "score",
	[CRITERIA_TOTAL] = "total",
};

static const char *const ties[] = {
	[CRITERIA_TIE_PRICE] = "price",
	[CRITERIA_TIE_TECHNICAL] = "technical",
	[CRITERIA_TIE_DRAW] = "draw",
	[CRITERIA_TIE_VOTE] = "vote",
};

const char *criteria_refusal_code(int refusal)
{
	switch (refusal) {
		CRITERIA_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *criteria_kind_name(enum criteria_kind k)
{
	return k >= CRITERIA_TECHNICAL && k <= CRITERIA_TOTAL ? kinds[k] : NULL;
}

const char *criteria_tie_name(enum criteria_tie t)
{
	return t >= CRITERIA_TIE_PRICE && t <= CRITERIA_TIE_VOTE ? ties[t] : NULL;
}

static int index_of(const char *const *names, size_t n, const json_t *value)
{
	for (size_t i = 1; json_is_string(value) && i < n; i++)
		if (strcmp(names[i], json_string_value(value)) == 0)
			return (int)i;
	return 0;
}

/* A number of 0 to 100 with at most two decimals. */
static bool read_share(const json_t *value, struct decimal *ret)
{
	struct decimal d;

	if (!json_is_string(value) ||
		decimal_parse(json_string_value(value), json_string_length(value), &d) ||
		decimal_sign(d) < 0 || decimal_cmp(d, decimal_from_int(100)) > 0 ||
		decimal_cmp(decimal_round(d, CRITERIA_PLACES), d) != 0)
		return false;
	*ret = d;
	return true;
}

static void item_free(void *p)
{
	struct criteria_item *item = p;

	g_free(item->id);
	g_free(item->name);
	g_free(item);
}

struct criteria *criteria_free(struct criteria *c)
{
	if (!c)
		return NULL;
	g_ptr_array_unref(c->items);
	price_rule_clear(&c->price);
	g_free(c);
	return NULL;
}

static bool name_is_good(const json_t *name)
{
	const char *text = json_string_value(name);

	return text && json_string_length(name) && strlen(text) == json_string_length(name) &&
	       g_utf8_strlen(text, -1) <= CRITERIA_NAME_MAX;
}

static int read_item(const struct criteria *c, const json_t *json, struct criteria_item *item,
	const char **ret_field)
{
	const json_t *id = json_object_get(json, "id"), *name = json_object_get(json, "name");
	const json_t *objective = json_object_get(json, "objective");

	*ret_field = "items.id";
	if (!json_is_string(id) || !ident_is_valid(json_string_value(id), json_string_length(id)) ||
		criteria_find(c, json_string_value(id)))
		return CRITERIA_E_ID;
	*ret_field = "items.name";
	if (!name_is_good(name))
		return CRITERIA_E_NAME;
	*ret_field = "items.kind";
	item->kind = (enum criteria_kind)index_of(
		kinds, G_N_ELEMENTS(kinds), json_object_get(json, "kind"));
	if (!item->kind)
		return CRITERIA_E_KIND;
	*ret_field = "items.max";
	if (!read_share(json_object_get(json, "max"), &item->max) || !decimal_sign(item->max))
		return CRITERIA_E_MAX;
	*ret_field = "items.objective";
	if (!json_is_boolean(objective) || json_object_size(json) != 5)
		return CRITERIA_E_FORM;
	item->objective = json_is_true(objective);
	item->id = g_strdup(json_string_value(id));
	item->name = g_strdup(json_string_value(name));
	return 0;
}

static int read_items(struct criteria *c, const json_t *items, const char **ret_field)
{
	size_t n = json_array_size(items);

	*ret_field = "items";
	if (!json_is_array(items) || n > CRITERIA_ITEMS_MAX ||
		(n > 0) == price_method_chooses(c->price.method))
		return CRITERIA_E_ITEMS;
	for (size_t i = 0; i < n; i++) {
		struct criteria_item *item = g_new0(struct criteria_item, 1);
		int r = read_item(c, json_array_get(items, i), item, ret_field);

		if (r) {
			item_free(item);
			return r;
		}
		g_ptr_array_add(c->items, item);
	}
	return 0;
}

static int read_price(struct criteria *c, const json_t *price, const char **ret_field)
{
	if (price_rule_read(price, &c->price, ret_field))
		return 0;
	if (strcmp(*ret_field, "price.method") == 0)
		return CRITERIA_E_METHOD;
	if (strcmp(*ret_field, "price.weight") == 0)
		return CRITERIA_E_WEIGHT;
	return strcmp(*ret_field, "price") == 0 ? CRITERIA_E_FORM : CRITERIA_E_PARAM;
}

/* None twice, and nothing after a draw or a vote. */
static int read_ties(struct criteria *c, const json_t *list, const char **ret_field)
{
	size_t n = json_array_size(list);

	*ret_field = "ties";
	if (!list) {
		c->ties[0] = CRITERIA_TIE_PRICE;
		c->ties[1] = CRITERIA_TIE_TECHNICAL;
		c->n_ties = 2;
		return 0;
	}
	if (!json_is_array(list) || n > CRITERIA_TIES_MAX)
		return CRITERIA_E_TIES;
	for (size_t i = 0; i < n; i++) {
		enum criteria_tie tie = (enum criteria_tie)index_of(
			ties, G_N_ELEMENTS(ties), json_array_get(list, i));

		if (!tie || (i && c->ties[i - 1] >= CRITERIA_TIE_DRAW))
			return CRITERIA_E_TIES;
		for (size_t j = 0; j < i; j++)
			if (c->ties[j] == tie)
				return CRITERIA_E_TIES;
		c->ties[c->n_ties++] = tie;
	}
	return 0;
}

static int read_rest(struct criteria *c, const json_t *scheme, const char **ret_field)
{
	const json_t *combine = json_object_get(scheme, "combine");
	const json_t *low = json_object_get(scheme, "low_price");
	size_t n = 2 + !!combine + !!json_object_get(scheme, "ties") + !!low;
	int r;

	if (!combine_rule_read(combine, &c->combine, ret_field))
		return CRITERIA_E_COMBINE;
	r = read_ties(c, json_object_get(scheme, "ties"), ret_field);
	if (r)
		return r;
	if (!low_price_rule_read(low, &c->low_price, ret_field))
		return CRITERIA_E_LOW_PRICE;
	*ret_field = NULL;
	return json_object_size(scheme) == n ? 0 : CRITERIA_E_FORM;
}

static int read_scheme(struct criteria *c, const json_t *scheme, const char **ret_field)
{
	json_t *normal;
	int r;

	*ret_field = NULL;
	if (!json_is_object(scheme) || json_object_size(scheme) < 2)
		return CRITERIA_E_FORM;
	r = read_price(c, json_object_get(scheme, "price"), ret_field);
	if (!r)
		r = read_items(c, json_object_get(scheme, "items"), ret_field);
	if (!r)
		r = read_rest(c, scheme, ret_field);
	if (r)
		return r;
	*ret_field = "items";
	if (!price_method_chooses(c->price.method) &&
		decimal_cmp(criteria_weights_sum(c), decimal_from_int(100)) != 0)
		return CRITERIA_E_SUM;
	normal = criteria_to_json(c);
	r = canon_digest(normal, c->digest);
	json_decref(normal);
	return r ? CRITERIA_E_NAME : 0;
}

int criteria_read(const json_t *scheme, struct criteria **ret, const char **ret_field)
{
	struct criteria *c = g_new0(struct criteria, 1);
	const char *field = NULL;
	int r;

	c->items = g_ptr_array_new_with_free_func(item_free);
	r = read_scheme(c, scheme, &field);
	if (r) {
		criteria_free(c);
		if (ret_field)
			*ret_field = field;
		return r;
	}
	*ret = c;
	return 0;
}

static json_t *share_to_json(struct decimal d)
{
	char text[DECIMAL_TEXT_SIZE];

	return json_string(decimal_format(d, CRITERIA_PLACES, text));
}

/* NULL for the default. */
static json_t *ties_to_json(const struct criteria *c)
{
	json_t *list;

	if (c->n_ties == 2 && c->ties[0] == CRITERIA_TIE_PRICE &&
		c->ties[1] == CRITERIA_TIE_TECHNICAL)
		return NULL;
	list = json_array();
	for (size_t i = 0; i < c->n_ties; i++)
		json_array_append_new(list, json_string(ties[c->ties[i]]));
	return list;
}

json_t *criteria_to_json(const struct criteria *c)
{
	json_t *items = json_array(), *out, *member;

	for (guint i = 0; i < c->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->items, i);

		json_array_append_new(
			items, json_pack("{s:s, s:s, s:o, s:s, s:b}", "id", item->id, "name",
				       item->name, "max", share_to_json(item->max), "kind",
				       kinds[item->kind], "objective", (int)item->objective));
	}
	out = json_pack("{s:o, s:o}", "items", items, "price", price_rule_to_json(&c->price));
	member = combine_rule_to_json(&c->combine);
	if (member)
		json_object_set_new(out, "combine", member);
	member = ties_to_json(c);
	if (member)
		json_object_set_new(out, "ties", member);
	member = low_price_rule_to_json(&c->low_price);
	if (member)
		json_object_set_new(out, "low_price", member);
	return out;
}

const struct criteria_item *criteria_find(const struct criteria *c, const char *item_id)
{
	for (guint i = 0; i < c->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->items, i);

		if (strcmp(item->id, item_id) == 0)
			return item;
	}
	return NULL;
}

struct decimal criteria_weights_sum(const struct criteria *c)
{
	struct decimal sum = decimal_from_int(0);

	for (guint i = 0; i < c->items->len; i++)
		sum = decimal_add(
			sum, ((const struct criteria_item *)g_ptr_array_index(c->items, i))->max);
	return price_method_scores(c->price.method) ? decimal_add(sum, c->price.weight) : sum;
}
