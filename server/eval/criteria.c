/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/criteria.h"

#include <string.h>

#include "proto/canon.h"
#include "proto/ident.h"
#include "server/eval/review.h"

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

static void group_free(void *p)
{
	struct criteria_group *group = p;

	g_free(group->id);
	g_free(group->name);
	g_free(group);
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
	g_ptr_array_unref(c->groups);
	g_clear_pointer(&c->review, g_ptr_array_unref);
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

static int find_group(const struct criteria *c, const json_t *id)
{
	for (guint i = 0; json_is_string(id) && i < c->groups->len; i++) {
		const struct criteria_group *group = g_ptr_array_index(c->groups, i);

		if (strcmp(group->id, json_string_value(id)) == 0)
			return (int)i;
	}
	return -1;
}

static bool read_group(struct criteria *c, const json_t *json)
{
	const json_t *id = json_object_get(json, "id"), *name = json_object_get(json, "name");
	const json_t *parent = json_object_get(json, "parent");
	struct criteria_group *group;
	struct decimal max;

	if (json_object_size(json) != 3 + (size_t) !!parent || !json_is_string(id) ||
		!ident_is_valid(json_string_value(id), json_string_length(id)) ||
		find_group(c, id) >= 0 || !name_is_good(name) ||
		!read_share(json_object_get(json, "max"), &max) || !decimal_sign(max) ||
		(parent && find_group(c, parent) < 0))
		return false;
	group = g_new0(struct criteria_group, 1);
	*group = (struct criteria_group){g_strdup(json_string_value(id)),
		g_strdup(json_string_value(name)), max, find_group(c, parent)};
	g_ptr_array_add(c->groups, group);
	return true;
}

static int read_groups(struct criteria *c, const json_t *list, const char **ret_field)
{
	*ret_field = "groups";
	if (list && (!json_is_array(list) || json_array_size(list) > CRITERIA_GROUPS_MAX))
		return CRITERIA_E_GROUPS;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!read_group(c, json_array_get(list, i)))
			return CRITERIA_E_GROUPS;
	return 0;
}

/* What lies right inside a group, items and groups. */
static struct decimal group_sum(const struct criteria *c, int group)
{
	struct decimal sum = decimal_from_int(0);

	for (guint i = 0; i < c->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->items, i);

		if (item->group == group)
			sum = decimal_add(sum, item->max);
	}
	for (guint i = 0; i < c->groups->len; i++) {
		const struct criteria_group *child = g_ptr_array_index(c->groups, i);

		if (child->parent == group)
			sum = decimal_add(sum, child->max);
	}
	return sum;
}

static int check_groups(const struct criteria *c, const char **ret_field)
{
	*ret_field = "groups.max";
	for (guint i = 0; i < c->groups->len; i++) {
		const struct criteria_group *group = g_ptr_array_index(c->groups, i);

		if (decimal_cmp(group_sum(c, (int)i), group->max) != 0)
			return CRITERIA_E_SUM;
	}
	return 0;
}

static int read_item(const struct criteria *c, const json_t *json, struct criteria_item *item,
	const char **ret_field)
{
	const json_t *id = json_object_get(json, "id"), *name = json_object_get(json, "name");
	const json_t *objective = json_object_get(json, "objective");
	const json_t *group = json_object_get(json, "group");

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
	*ret_field = "items.group";
	item->group = find_group(c, group);
	if (group && item->group < 0)
		return CRITERIA_E_GROUPS;
	*ret_field = "items.objective";
	if (!json_is_boolean(objective) || json_object_size(json) != 5 + (size_t) !!group)
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

/* Equals that nothing decides would leave open who has won his share. */
static bool read_wins(struct criteria *c, const json_t *value)
{
	json_int_t wins = json_integer_value(value);

	if (!value)
		return true;
	if (!json_is_integer(value) || wins < 1 || wins > CRITERIA_WINS_MAX || !c->n_ties ||
		c->ties[c->n_ties - 1] != CRITERIA_TIE_DRAW)
		return false;
	c->wins = (unsigned)wins;
	return true;
}

static int read_rest(struct criteria *c, const json_t *scheme, const char **ret_field)
{
	const json_t *combine = json_object_get(scheme, "combine");
	const json_t *low = json_object_get(scheme, "low_price");
	const json_t *review = json_object_get(scheme, "review");
	size_t n = 2 + !!combine + !!json_object_get(scheme, "ties") + !!low + !!review +
		   !!json_object_get(scheme, "groups") + !!json_object_get(scheme, "wins");
	int r;

	if (!combine_rule_read(combine, &c->combine, ret_field))
		return CRITERIA_E_COMBINE;
	r = read_ties(c, json_object_get(scheme, "ties"), ret_field);
	if (r)
		return r;
	if (!low_price_rule_read(low, &c->low_price, ret_field))
		return CRITERIA_E_LOW_PRICE;
	*ret_field = "wins";
	if (!read_wins(c, json_object_get(scheme, "wins")))
		return CRITERIA_E_WINS;
	*ret_field = "review";
	if (!review_items_read(review, &c->review))
		return CRITERIA_E_REVIEW;
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
		r = read_groups(c, json_object_get(scheme, "groups"), ret_field);
	if (!r)
		r = read_items(c, json_object_get(scheme, "items"), ret_field);
	if (!r)
		r = check_groups(c, ret_field);
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
	c->groups = g_ptr_array_new_with_free_func(group_free);
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

static const char *group_id(const struct criteria *c, int group)
{
	return ((const struct criteria_group *)g_ptr_array_index(c->groups, (guint)group))->id;
}

/* NULL for none. */
static json_t *groups_to_json(const struct criteria *c)
{
	json_t *list = c->groups->len ? json_array() : NULL;

	for (guint i = 0; i < c->groups->len; i++) {
		const struct criteria_group *group = g_ptr_array_index(c->groups, i);
		json_t *row = json_pack("{s:s, s:s, s:o}", "id", group->id, "name", group->name,
			"max", share_to_json(group->max));

		if (group->parent >= 0)
			json_object_set_new(row, "parent", json_string(group_id(c, group->parent)));
		json_array_append_new(list, row);
	}
	return list;
}

json_t *criteria_to_json(const struct criteria *c)
{
	json_t *items = json_array(), *out, *member;

	for (guint i = 0; i < c->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->items, i);

		json_t *row = json_pack("{s:s, s:s, s:o, s:s, s:b}", "id", item->id, "name",
			item->name, "max", share_to_json(item->max), "kind", kinds[item->kind],
			"objective", (int)item->objective);

		if (item->group >= 0)
			json_object_set_new(row, "group", json_string(group_id(c, item->group)));
		json_array_append_new(items, row);
	}
	out = json_pack("{s:o, s:o}", "items", items, "price", price_rule_to_json(&c->price));
	member = combine_rule_to_json(&c->combine);
	if (member)
		json_object_set_new(out, "combine", member);
	member = ties_to_json(c);
	if (member)
		json_object_set_new(out, "ties", member);
	member = groups_to_json(c);
	if (member)
		json_object_set_new(out, "groups", member);
	member = review_items_to_json(c->review);
	if (member)
		json_object_set_new(out, "review", member);
	member = low_price_rule_to_json(&c->low_price);
	if (member)
		json_object_set_new(out, "low_price", member);
	if (c->wins)
		json_object_set_new(out, "wins", json_integer(c->wins));
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
