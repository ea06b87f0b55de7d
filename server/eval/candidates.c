/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/candidates.h"

#include <errno.h>
#include <string.h>

#include "server/eval/award.h"
#include "server/eval/report_model.h"

/* The lots as award_select() takes them. */
struct choosing {
	struct award_lot *lots;
	struct award_row **rows;
	size_t n;
};

static void choosing_clear(struct choosing *c)
{
	for (size_t i = 0; i < c->n; i++) {
		g_free((gpointer)c->lots[i].bids);
		g_free(c->rows[i]);
	}
	g_free(c->lots);
	g_free(c->rows);
}

static const json_t *rows_of(const struct candidates_lot *lot)
{
	return json_object_get(lot->result, "rows");
}

static const char *bid_at(const struct candidates_lot *lot, size_t i)
{
	return json_string_value(json_object_get(json_array_get(rows_of(lot), i), "bid_id"));
}

static int take_lot(
	struct choosing *c, size_t at, const struct candidates_lot *lot, GHashTable *bidders)
{
	size_t n = json_array_size(rows_of(lot));
	struct award_bid *bids = g_new0(struct award_bid, n + 1);

	c->lots[at] = (struct award_lot){bids, n};
	c->rows[at] = g_new0(struct award_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(rows_of(lot), i);
		const char *bid = bid_at(lot, i);

		bids[i].bidder = bid ? g_hash_table_lookup(bidders, bid) : NULL;
		bids[i].rank = (unsigned)json_integer_value(json_object_get(row, "rank"));
		bids[i].tied = json_is_true(json_object_get(row, "tied"));
		if (!bids[i].bidder)
			return -EBADMSG;
	}
	return 0;
}

static json_t *row_json(const struct candidates_lot *lot, const struct award_row *rows)
{
	size_t n = json_array_size(rows_of(lot));
	json_t *chosen = json_array(), *passed = json_array(), *out;

	for (unsigned place = 1; place <= REPORT_CANDIDATES_MAX; place++)
		for (size_t i = 0; i < n; i++)
			if (rows[i].place == place)
				json_array_append_new(chosen, json_string(bid_at(lot, i)));
	for (size_t i = 0; i < n; i++)
		if (rows[i].mark == AWARD_PASSED)
			json_array_append_new(passed, json_string(bid_at(lot, i)));
	out = json_pack("{s:s, s:o}", "lot", lot->lot_id, "candidates", chosen);
	if (json_array_size(passed))
		json_object_set(out, "passed", passed);
	json_decref(passed);
	return out;
}

int candidates_choose(const struct candidates_lot *lots, size_t n_lots, GHashTable *bidders,
	unsigned wins, json_t **ret)
{
	struct choosing c = {.lots = g_new0(struct award_lot, n_lots + 1),
		.rows = g_new0(struct award_row *, n_lots + 1),
		.n = n_lots};
	int r = 0;

	for (size_t i = 0; !r && i < n_lots; i++)
		r = take_lot(&c, i, &lots[i], bidders);
	if (!r)
		r = award_select(c.lots, n_lots, NULL, wins, REPORT_CANDIDATES_MAX, c.rows, NULL);
	if (!r) {
		*ret = json_array();
		for (size_t i = 0; i < n_lots; i++)
			json_array_append_new(*ret, row_json(&lots[i], c.rows[i]));
	}
	choosing_clear(&c);
	return r;
}

const json_t *candidates_of(const json_t *list, const char *lot_id)
{
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)list, i, row)
		if (g_strcmp0(json_string_value(json_object_get(row, "lot")), lot_id) == 0)
			return row;
	return NULL;
}

static unsigned index_in(const json_t *list, const char *bid_id)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (g_strcmp0(json_string_value(json_array_get(list, i)), bid_id) == 0)
			return (unsigned)i + 1;
	return 0;
}

unsigned candidates_place(const json_t *row, const char *bid_id)
{
	return index_in(json_object_get(row, "candidates"), bid_id);
}

bool candidates_passed(const json_t *row, const char *bid_id)
{
	return index_in(json_object_get(row, "passed"), bid_id) > 0;
}
