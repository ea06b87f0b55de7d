/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/lot_draw.h"

#include <string.h>

#include <glib.h>
#include <openssl/sha.h>

#define DOMAIN "bidroom.lot.draw.v1\n"

struct ticket {
	uint8_t hash[SHA256_DIGEST_LENGTH];
	unsigned number;
};

static void make_ticket(
	const struct lot_chance *chance, const char *what, const char *text, struct ticket *ret)
{
	g_autoptr(GByteArray) in = g_byte_array_new();
	g_autofree char *tail = g_strdup_printf("%s\n%s\n%s", chance->lot_id, what, text);

	g_byte_array_append(in, (const guint8 *)DOMAIN, strlen(DOMAIN));
	g_byte_array_append(in, chance->seed, sizeof chance->seed);
	g_byte_array_append(in, (const guint8 *)tail, (guint)strlen(tail));
	SHA256(in->data, in->len, ret->hash);
}

static int compare_tickets(const void *a, const void *b)
{
	return memcmp(((const struct ticket *)a)->hash, ((const struct ticket *)b)->hash,
		SHA256_DIGEST_LENGTH);
}

void lot_draw_numbers(
	const struct lot_chance *chance, const char *what, unsigned *numbers, size_t n)
{
	g_autofree struct ticket *tickets = g_new0(struct ticket, n + 1);

	for (size_t i = 0; i < n; i++) {
		char text[16];

		g_snprintf(text, sizeof text, "%u", numbers[i]);
		make_ticket(chance, what, text, &tickets[i]);
		tickets[i].number = numbers[i];
	}
	qsort(tickets, n, sizeof *tickets, compare_tickets);
	for (size_t i = 0; i < n; i++)
		numbers[i] = tickets[i].number;
}

static void draw_param(const struct lot_chance *chance, const char *what,
	const struct price_param *param, json_t *out)
{
	struct ticket best, t;
	char text[DECIMAL_TEXT_SIZE];

	for (guint i = 0; param->choices && i < param->choices->len; i++) {
		decimal_format_exact(g_array_index(param->choices, struct decimal, i), text);
		make_ticket(chance, what, text, &t);
		if (i && compare_tickets(&t, &best) > 0)
			continue;
		best = t;
		json_object_set_new(out, what, json_string(text));
	}
}

static json_t *numbers_to_json(const unsigned *numbers, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer(numbers[i]));
	return list;
}

/* The whole order: which bids are still in play is known only when the balls are counted. */
static void draw_order(
	const struct lot_chance *chance, const char *what, size_t n_bids, json_t *out)
{
	g_autofree unsigned *numbers = g_new0(unsigned, n_bids + 1);

	for (size_t i = 0; i < n_bids; i++)
		numbers[i] = (unsigned)i + 1;
	lot_draw_numbers(chance, what, numbers, n_bids);
	json_object_set_new(out, what, numbers_to_json(numbers, n_bids));
}

json_t *lot_draw_params(
	const struct lot_chance *chance, const struct price_rule *rule, size_t n_bids)
{
	json_t *out;

	if (!price_rule_is_drawn(rule))
		return NULL;
	out = json_object();
	draw_param(chance, "float", &rule->floating, out);
	draw_param(chance, "ceiling_share", &rule->ceiling_share, out);
	draw_param(chance, "band", &rule->band, out);
	if (rule->method == PRICE_BALLS) {
		draw_order(chance, "shortlist", n_bids, out);
		draw_order(chance, "candidates", n_bids, out);
	}
	return out;
}

static bool has_number(const json_t *list, const json_t *number)
{
	json_t *one;
	size_t i;

	json_array_foreach ((json_t *)list, i, one)
		if (json_equal(one, number))
			return true;
	return false;
}

/* The first `most` of an order, or of those of it that are in `among`. */
static json_t *first_balls(const json_t *order, size_t most, const json_t *among)
{
	json_t *list = json_array(), *number;
	size_t i;

	json_array_foreach ((json_t *)order, i, number)
		if (json_array_size(list) < most && (!among || has_number(among, number)))
			json_array_append(list, number);
	return list;
}

bool lot_draw_is(const json_t *told, const json_t *drawn, const struct price_rule *rule)
{
	if ((!told && !drawn) || (told && json_equal(told, drawn)))
		return true;
	if (!told || !drawn || rule->method != PRICE_BALLS)
		return false;
	json_t *older = json_copy((json_t *)drawn);
	json_t *shortlist = first_balls(json_object_get(drawn, "shortlist"), rule->shortlist, NULL);

	json_object_set_new(older, "shortlist", shortlist);
	json_object_set_new(older, "candidates",
		first_balls(json_object_get(drawn, "candidates"), rule->candidates, shortlist));
	bool is = json_equal(told, older);
	json_decref(older);
	return is;
}
