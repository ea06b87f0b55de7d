/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Ranks a lot (rank.h) with everything its scheme leaves to chance drawn from the seed of the
 * session (lot_draw.h): parameters, the member left out among those who spread alike, and the order
 * of equals. The live session and whoever computes it again call the same function.
 *
 * Ties that the committee decides by a vote stay ties here. Pure function, any thread.
 */

#include "server/eval/lot_draw.h"
#include "server/eval/rank.h"

struct lot_rank {
	const struct criteria *criteria;
	struct rank_bid
		*bids; /* in order of receipt; `decided` is filled in where ties are drawn */
	size_t n_bids;
	const int *members; /* their numbers, in the order of the scores */
	size_t n_members;
	const struct decimal *ceiling; /* NULL: none */
	struct lot_chance chance;
	/* What came out, beside the rows. */
	json_t *drawn;    /* NULL: nothing was left open */
	int drawn_member; /* its number; 0: none had to be drawn */
	struct rank_outcome outcome;
};

void lot_rank_clear(struct lot_rank *l);

/* Fills ret_rows[n_bids]. Refuses as rank_bids(). All members have submitted. */
int lot_rank(struct lot_rank *l, struct rank_row *ret_rows, size_t *ret_index);
