/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/bid_table.h"

#include <glib.h>
#include <string.h>

#include "proto/json_text.h"

bool bid_table_init(struct bid_table *t, const json_t *paper, const char *cells)
{
	const json_t *bids = json_object_get(paper, "bids");
	const json_t *items = json_object_get(paper, "items");
	static unsigned last_serial;

	if (!json_is_array(bids) || !json_is_array(items) ||
		!json_is_object(json_object_get(paper, cells)))
		return false;
	*t = (struct bid_table){
		.serial = ++last_serial,
		.paper = json_deep_copy(paper),
		.n_bids = (unsigned)json_array_size(bids),
		.n_items = (unsigned)json_array_size(items),
	};
	return true;
}

void bid_table_done(struct bid_table *t)
{
	json_decref(t->paper);
	t->paper = NULL;
}

static const json_t *row_of(const struct bid_table *t, const char *list, unsigned i)
{
	return json_array_get(json_object_get(t->paper, list), i);
}

const char *bid_table_bid_id(const struct bid_table *t, unsigned bid)
{
	return json_text(row_of(t, "bids", bid), "bid_id");
}

const char *bid_table_bidder(const struct bid_table *t, unsigned bid)
{
	return json_text(row_of(t, "bids", bid), "bidder_name");
}

const char *bid_table_item_id(const struct bid_table *t, unsigned item)
{
	return json_text(bid_table_item(t, item), "id");
}

const json_t *bid_table_item(const struct bid_table *t, unsigned item)
{
	return row_of(t, "items", item);
}

const json_t *bid_table_cell(
	const struct bid_table *t, const char *cells, unsigned bid, unsigned item)
{
	const json_t *rows = json_object_get(t->paper, cells);

	return json_object_get(
		json_object_get(rows, bid_table_bid_id(t, bid)), bid_table_item_id(t, item));
}

bool bid_table_is_submitted(const struct bid_table *t)
{
	return strcmp(json_text(t->paper, "state"), "submitted") == 0;
}

unsigned bid_table_at(const struct bid_table *t, unsigned bid, unsigned item)
{
	g_assert(bid < t->n_bids && item < t->n_items);
	return bid * t->n_items + item;
}

unsigned bid_table_n(const struct bid_table *t)
{
	return t->n_bids * t->n_items;
}

/* ---- one table and another ---- */

typedef const char *id_of(const struct bid_table *t, unsigned i);

static unsigned find(const struct bid_table *t, id_of *id, unsigned n, const char *wanted)
{
	unsigned i;

	for (i = 0; i < n && strcmp(id(t, i), wanted) != 0; i++)
		;
	return i;
}

static bool same_ids(
	const struct bid_table *a, unsigned n_a, const struct bid_table *b, unsigned n_b, id_of *id)
{
	for (unsigned i = 0; i < n_a && i < n_b; i++)
		if (strcmp(id(a, i), id(b, i)) != 0)
			return false;
	return n_a == n_b;
}

void bid_table_match(const struct bid_table *t, const struct bid_table *from,
	void (*each)(void *user, unsigned at, unsigned from_at), void *user)
{
	for (unsigned bid = 0; bid < t->n_bids; bid++) {
		unsigned row = find(from, bid_table_bid_id, from->n_bids, bid_table_bid_id(t, bid));

		for (unsigned item = 0; row < from->n_bids && item < t->n_items; item++) {
			unsigned column = find(
				from, bid_table_item_id, from->n_items, bid_table_item_id(t, item));

			if (column < from->n_items)
				each(user, bid_table_at(t, bid, item),
					bid_table_at(from, row, column));
		}
	}
}

void bid_table_follow(struct bid_table *t, const struct bid_table *from)
{
	if (same_ids(t, t->n_bids, from, from->n_bids, bid_table_bid_id) &&
		same_ids(t, t->n_items, from, from->n_items, bid_table_item_id))
		t->serial = from->serial;
}

json_t *bid_table_collect(const struct bid_table *t,
	json_t *(*cell)(const void *user, unsigned bid, unsigned item), const void *user)
{
	json_t *rows = json_object();

	for (unsigned bid = 0; bid < t->n_bids; bid++) {
		json_t *row = json_object();

		for (unsigned item = 0; item < t->n_items; item++) {
			json_t *value = cell(user, bid, item);

			if (value)
				json_object_set_new(row, bid_table_item_id(t, item), value);
		}
		if (json_object_size(row))
			json_object_set(rows, bid_table_bid_id(t, bid), row);
		json_decref(row);
	}
	return rows;
}
