/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/score_sheet.h"

#include <glib.h>
#include <string.h>

#include "proto/decimal.h"
#include "proto/json_text.h"
#include "room-client/ui/bid_table.h"

#define SCORE_PLACES_MAX 2

struct score_sheet {
	struct bid_table table;
	char **texts; /* row by row */
};

static char **cell(const struct score_sheet *s, unsigned bid, unsigned item)
{
	return &s->texts[bid_table_at(&s->table, bid, item)];
}

struct score_sheet *score_sheet_new(const json_t *sheet)
{
	struct score_sheet *s = g_new0(struct score_sheet, 1);

	if (!bid_table_init(&s->table, sheet, "scores")) {
		g_free(s);
		return NULL;
	}
	s->texts = g_new0(char *, (gsize)bid_table_n(&s->table) + 1);
	for (unsigned b = 0; b < s->table.n_bids; b++) {
		for (unsigned i = 0; i < s->table.n_items; i++) {
			const json_t *score = bid_table_cell(&s->table, "scores", b, i);

			*cell(s, b, i) =
				g_strdup(json_is_string(score) ? json_string_value(score) : "");
		}
	}
	return s;
}

struct score_sheet *score_sheet_free(struct score_sheet *s)
{
	if (!s)
		return NULL;
	for (unsigned i = 0; i < bid_table_n(&s->table); i++)
		g_free(s->texts[i]);
	g_free(s->texts);
	bid_table_done(&s->table);
	g_free(s);
	return NULL;
}

unsigned score_sheet_serial(const struct score_sheet *s)
{
	return s->table.serial;
}

unsigned score_sheet_n_bids(const struct score_sheet *s)
{
	return s->table.n_bids;
}

unsigned score_sheet_n_items(const struct score_sheet *s)
{
	return s->table.n_items;
}

const char *score_sheet_bidder(const struct score_sheet *s, unsigned bid)
{
	return bid_table_bidder(&s->table, bid);
}

static struct decimal max_of(const struct score_sheet *s, unsigned item)
{
	struct decimal max = {0};

	decimal_parse_text(json_text(bid_table_item(&s->table, item), "max"), &max);
	return max;
}

struct score_item score_sheet_item(const struct score_sheet *s, unsigned item)
{
	const json_t *json = bid_table_item(&s->table, item);
	struct score_item ret = {
		.id = json_text(json, "id"),
		.name = json_text(json, "name"),
		.objective = json_is_true(json_object_get(json, "objective")),
	};

	decimal_format(max_of(s, item), SCORE_PLACES_MAX, ret.max);
	return ret;
}

bool score_sheet_is_submitted(const struct score_sheet *s)
{
	return bid_table_is_submitted(&s->table);
}

bool score_sheet_is_returned(const struct score_sheet *s)
{
	return json_object_get(s->table.paper, "returned") != NULL;
}

/* A bid that was not on it when it was given may be filled in. */
bool score_sheet_may_change(const struct score_sheet *s, unsigned bid, unsigned item)
{
	const json_t *returned = json_object_get(s->table.paper, "returned");
	const char *bid_id = bid_table_bid_id(&s->table, bid);
	const char *item_id = bid_table_item_id(&s->table, item);
	size_t i;
	json_t *one;

	if (score_sheet_is_submitted(s))
		return false;
	if (!returned || !bid_table_cell(&s->table, "scores", bid, item))
		return true;
	json_array_foreach ((json_t *)returned, i, one) {
		if (strcmp(json_text(one, "bid_id"), bid_id) == 0 &&
			strcmp(json_text(one, "item_id"), item_id) == 0)
			return true;
	}
	return false;
}

const char *score_sheet_commitment(const struct score_sheet *s)
{
	return json_text(s->table.paper, "commitment");
}

/* ---- cells ---- */

const char *score_sheet_text(const struct score_sheet *s, unsigned bid, unsigned item)
{
	return *cell(s, bid, item);
}

static bool text_set(char **text, const char *typed)
{
	if (strcmp(*text, typed) == 0)
		return false;
	g_free(*text);
	*text = g_strdup(typed);
	return true;
}

bool score_sheet_set(struct score_sheet *s, unsigned bid, unsigned item, const char *typed)
{
	return text_set(cell(s, bid, item), typed);
}

struct keeping {
	struct score_sheet *to;
	const struct score_sheet *from;
};

static void text_keep(void *user, unsigned at, unsigned from_at)
{
	const struct keeping *k = user;

	text_set(&k->to->texts[at], k->from->texts[from_at]);
}

void score_sheet_keep(struct score_sheet *s, const struct score_sheet *from)
{
	struct keeping keeping = {s, from};

	bid_table_match(&s->table, &from->table, text_keep, &keeping);
	bid_table_follow(&s->table, &from->table);
}

/* An input method gives full-width digits and a Chinese full stop; a point may stand bare. */
static char *plain(const char *typed)
{
	g_autofree char *narrow = g_utf8_normalize(typed, -1, G_NORMALIZE_ALL_COMPOSE);
	g_autoptr(GString) text = g_string_new(narrow ? g_strstrip(narrow) : "");

	g_string_replace(text, "。", ".", 0);
	while (text->len > 1 && text->str[0] == '0' && g_ascii_isdigit(text->str[1]))
		g_string_erase(text, 0, 1);
	if (text->str[0] == '.')
		g_string_prepend_c(text, '0');
	if (text->len && text->str[text->len - 1] == '.')
		g_string_truncate(text, text->len - 1);
	return g_strdup(text->str);
}

static enum score_cell read_cell(
	const struct score_sheet *s, unsigned bid, unsigned item, struct decimal *ret)
{
	g_autofree char *text = plain(*cell(s, bid, item));
	int r;

	if (!*text)
		return SCORE_EMPTY;
	r = decimal_parse_text(text, ret);
	if (r == DECIMAL_E_RANGE)
		return SCORE_ABOVE;
	if (r)
		return r == DECIMAL_E_PRECISION ? SCORE_PLACES : SCORE_MALFORMED;
	if (decimal_sign(*ret) < 0)
		return SCORE_BELOW;
	if (decimal_cmp(*ret, max_of(s, item)) > 0)
		return SCORE_ABOVE;
	return decimal_cmp(*ret, decimal_round(*ret, SCORE_PLACES_MAX)) ? SCORE_PLACES : SCORE_OK;
}

enum score_cell score_sheet_check(const struct score_sheet *s, unsigned bid, unsigned item)
{
	struct decimal value;

	return read_cell(s, bid, item, &value);
}

static void unlawful_keep(void *user, unsigned at, unsigned from_at)
{
	const struct keeping *k = user;
	unsigned n_items = k->from->table.n_items;
	enum score_cell is = score_sheet_check(k->from, from_at / n_items, from_at % n_items);

	if (is != SCORE_OK && is != SCORE_EMPTY)
		text_keep(user, at, from_at);
}

void score_sheet_keep_unlawful(struct score_sheet *s, const struct score_sheet *from)
{
	struct keeping keeping = {s, from};

	bid_table_match(&s->table, &from->table, unlawful_keep, &keeping);
}

const char *score_sheet_total(const struct score_sheet *s, unsigned bid, char ret[48])
{
	struct decimal total = {0}, value;

	for (unsigned i = 0; i < s->table.n_items; i++)
		if (read_cell(s, bid, i, &value) == SCORE_OK)
			total = decimal_add(total, value);
	return decimal_format(total, SCORE_PLACES_MAX, ret);
}

unsigned score_sheet_filled(const struct score_sheet *s, unsigned *ret_of)
{
	unsigned filled = 0;

	*ret_of = bid_table_n(&s->table);
	for (unsigned b = 0; b < s->table.n_bids; b++)
		for (unsigned i = 0; i < s->table.n_items; i++)
			filled += score_sheet_check(s, b, i) == SCORE_OK;
	return filled;
}

static json_t *lawful(const void *user, unsigned bid, unsigned item)
{
	char text[DECIMAL_TEXT_SIZE];
	struct decimal value;

	return read_cell(user, bid, item, &value) == SCORE_OK
		       ? json_string(decimal_format_exact(value, text))
		       : NULL;
}

json_t *score_sheet_scores(const struct score_sheet *s)
{
	return bid_table_collect(&s->table, lawful, s);
}
