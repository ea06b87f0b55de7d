/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/award.h"

#include <string.h>

#include <glib.h>

const char *award_refusal_code(int refusal)
{
	switch (refusal) {
		AWARD_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static bool is_order(const size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (order[i] >= n)
			return false;
		for (size_t j = 0; j < i; j++)
			if (order[j] == order[i])
				return false;
	}
	return true;
}

/* The bid at a rank; n when there is none. *ret_tied: more than one is. */
static size_t find_rank(const struct award_lot *lot, unsigned rank, bool *ret_tied)
{
	size_t found = lot->n_bids;

	*ret_tied = false;
	for (size_t i = 0; i < lot->n_bids; i++) {
		if (lot->bids[i].rank != rank)
			continue;
		*ret_tied |= found < lot->n_bids;
		found = i;
	}
	return found;
}

static unsigned won(GHashTable *wins, const char *bidder)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(wins, bidder));
}

static int select_in(const struct award_lot *lot, GHashTable *wins, unsigned most,
	unsigned candidates, struct award_row *rows)
{
	unsigned place = 0;

	memset(rows, 0, lot->n_bids * sizeof *rows);
	for (unsigned rank = 1; rank <= lot->n_bids && place < candidates; rank++) {
		bool tied;
		size_t i = find_rank(lot, rank, &tied);

		if (tied)
			return AWARD_E_TIED;
		if (i == lot->n_bids)
			continue;
		if (most && won(wins, lot->bids[i].bidder) >= most) {
			rows[i].mark = AWARD_PASSED;
			continue;
		}
		rows[i].place = ++place;
		rows[i].mark = place == 1 ? AWARD_FIRST : AWARD_FOLLOWING;
		if (place == 1)
			g_hash_table_insert(wins, (gpointer)lot->bids[i].bidder,
				GUINT_TO_POINTER(won(wins, lot->bids[i].bidder) + 1));
	}
	return 0;
}

int award_select(const struct award_lot *lots, size_t n_lots, const size_t *order, unsigned wins,
	unsigned candidates, struct award_row *const *ret_rows, size_t *ret_lot)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);

	if (order && !is_order(order, n_lots))
		return AWARD_E_ORDER;
	for (size_t i = 0; i < n_lots; i++) {
		size_t lot = order ? order[i] : i;
		int r = select_in(&lots[lot], counts, wins, candidates, ret_rows[lot]);

		if (r && ret_lot)
			*ret_lot = lot;
		if (r)
			return r;
	}
	return 0;
}
