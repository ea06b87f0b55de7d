/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/score_sheet.h"

#include <glib.h>
#include <string.h>

#include "proto/decimal.h"

#define SCORE_PLACES_MAX 2

struct score_sheet {
	unsigned serial;
	json_t *sheet; /* as the server gave it */
	unsigned n_bids, n_items;
	char **texts; /* row by row */
};

static const char *str(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static const json_t *bid_at(const struct score_sheet *s, unsigned bid)
{
	return json_array_get(json_object_get(s->sheet, "bids"), bid);
}

static const json_t *item_at(const struct score_sheet *s, unsigned item)
{
	return json_array_get(json_object_get(s->sheet, "items"), item);
}

static char **cell(const struct score_sheet *s, unsigned bid, unsigned item)
{
	g_assert(bid < s->n_bids && item < s->n_items);
	return &s->texts[bid * s->n_items + item];
}

struct score_sheet *score_sheet_new(const json_t *sheet)
{
	const json_t *scores = json_object_get(sheet, "scores");
	static unsigned last_serial;
	struct score_sheet *s;

	if (!json_is_array(json_object_get(sheet, "bids")) ||
		!json_is_array(json_object_get(sheet, "items")) || !json_is_object(scores))
		return NULL;
	s = g_new0(struct score_sheet, 1);
	s->serial = ++last_serial;
	s->sheet = json_deep_copy(sheet);
	s->n_bids = (unsigned)json_array_size(json_object_get(sheet, "bids"));
	s->n_items = (unsigned)json_array_size(json_object_get(sheet, "items"));
	s->texts = g_new0(char *, (gsize)s->n_bids * s->n_items + 1);
	for (unsigned b = 0; b < s->n_bids; b++) {
		const json_t *row = json_object_get(scores, str(bid_at(s, b), "bid_id"));

		for (unsigned i = 0; i < s->n_items; i++)
			*cell(s, b, i) = g_strdup(str(row, str(item_at(s, i), "id")));
	}
	return s;
}

struct score_sheet *score_sheet_free(struct score_sheet *s)
{
	if (!s)
		return NULL;
	for (gsize i = 0; i < (gsize)s->n_bids * s->n_items; i++)
		g_free(s->texts[i]);
	g_free(s->texts);
	json_decref(s->sheet);
	g_free(s);
	return NULL;
}

unsigned score_sheet_serial(const struct score_sheet *s)
{
	return s->serial;
}

unsigned score_sheet_n_bids(const struct score_sheet *s)
{
	return s->n_bids;
}

unsigned score_sheet_n_items(const struct score_sheet *s)
{
	return s->n_items;
}

const char *score_sheet_bidder(const struct score_sheet *s, unsigned bid)
{
	return str(bid_at(s, bid), "bidder_name");
}

static struct decimal max_of(const struct score_sheet *s, unsigned item)
{
	struct decimal max = {0};

	decimal_parse_text(str(item_at(s, item), "max"), &max);
	return max;
}

struct score_item score_sheet_item(const struct score_sheet *s, unsigned item)
{
	const json_t *json = item_at(s, item);
	struct score_item ret = {
		.id = str(json, "id"),
		.name = str(json, "name"),
		.objective = json_is_true(json_object_get(json, "objective")),
	};

	decimal_format(max_of(s, item), SCORE_PLACES_MAX, ret.max);
	return ret;
}

bool score_sheet_is_submitted(const struct score_sheet *s)
{
	return strcmp(str(s->sheet, "state"), "submitted") == 0;
}

const char *score_sheet_commitment(const struct score_sheet *s)
{
	return str(s->sheet, "commitment");
}

/* ---- cells ---- */

const char *score_sheet_text(const struct score_sheet *s, unsigned bid, unsigned item)
{
	return *cell(s, bid, item);
}

bool score_sheet_set(struct score_sheet *s, unsigned bid, unsigned item, const char *typed)
{
	char **text = cell(s, bid, item);

	if (strcmp(*text, typed) == 0)
		return false;
	g_free(*text);
	*text = g_strdup(typed);
	return true;
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

const char *score_sheet_total(const struct score_sheet *s, unsigned bid, char ret[48])
{
	struct decimal total = {0}, value;

	for (unsigned i = 0; i < s->n_items; i++)
		if (read_cell(s, bid, i, &value) == SCORE_OK)
			total = decimal_add(total, value);
	return decimal_format(total, SCORE_PLACES_MAX, ret);
}

unsigned score_sheet_filled(const struct score_sheet *s, unsigned *ret_of)
{
	unsigned filled = 0;

	*ret_of = s->n_bids * s->n_items;
	for (unsigned b = 0; b < s->n_bids; b++)
		for (unsigned i = 0; i < s->n_items; i++)
			filled += score_sheet_check(s, b, i) == SCORE_OK;
	return filled;
}

json_t *score_sheet_scores(const struct score_sheet *s)
{
	json_t *scores = json_object();
	char text[DECIMAL_TEXT_SIZE];
	struct decimal value;

	for (unsigned b = 0; b < s->n_bids; b++) {
		json_t *row = json_object();

		for (unsigned i = 0; i < s->n_items; i++)
			if (read_cell(s, b, i, &value) == SCORE_OK)
				json_object_set_new(row, str(item_at(s, i), "id"),
					json_string(decimal_format_exact(value, text)));
		if (json_object_size(row))
			json_object_set(scores, str(bid_at(s, b), "bid_id"), row);
		json_decref(row);
	}
	return scores;
}
