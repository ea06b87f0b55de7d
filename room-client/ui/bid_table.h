/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What score sheets and ballots have in common: bidders down, items across, one cell for each pair.
 * A cell is known by the ids of its bid and item, so that what was typed outlives a bid that goes.
 * No GTK.
 */

#include <jansson.h>
#include <stdbool.h>

struct bid_table {
	unsigned serial; /* another one for each that was made, but for one of the same shape */
	json_t *paper;   /* as the server gave it */
	unsigned n_bids, n_items;
};

/* The paper is copied; cells names its member of what was filled in. False: it has not that form,
 * and nothing was made. */
bool bid_table_init(struct bid_table *t, const json_t *paper, const char *cells);
void bid_table_done(struct bid_table *t);

/* Borrowed from the paper. */
const char *bid_table_bid_id(const struct bid_table *t, unsigned bid);
const char *bid_table_bidder(const struct bid_table *t, unsigned bid);
const char *bid_table_item_id(const struct bid_table *t, unsigned item);
const json_t *bid_table_item(const struct bid_table *t, unsigned item);
/* What was filled in there when the paper came; cells as above. */
const json_t *bid_table_cell(
	const struct bid_table *t, const char *cells, unsigned bid, unsigned item);
bool bid_table_is_submitted(const struct bid_table *t);

/* Where the cell lies, row by row. */
unsigned bid_table_at(const struct bid_table *t, unsigned bid, unsigned item);
unsigned bid_table_n(const struct bid_table *t);

/* Calls each for the cells of from that are in t as well, by the ids of bid and item. */
void bid_table_match(const struct bid_table *t, const struct bid_table *from,
	void (*each)(void *user, unsigned at, unsigned from_at), void *user);
/* If both have the same bids and items, t takes the serial of from: who shows it need not begin
 * anew. */
void bid_table_follow(struct bid_table *t, const struct bid_table *from);

/* bid id → item id → what cell gives; NULL is left out. The caller owns the result. */
json_t *bid_table_collect(const struct bid_table *t,
	json_t *(*cell)(const void *user, unsigned bid, unsigned item), const void *user);
