/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Who is recommended in each lot of a project, where a bidder may bid for several lots but win only
 * so many (兼投不兼中): lots are decided in the order the tender file states, and who has won his
 * share is passed over in the lots after it. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "server/trade/verdict.h"

#define AWARD_REFUSALS(X)               \
	X(AWARD_E_TIED, "award.tied")   \
	X(AWARD_E_ORDER, "award.order") \
	X(AWARD_E_LOTS, "award.lots")   \
	X(AWARD_E_PASSED, "award.passed")

enum award_refusal { AWARD_E_NONE = 0, AWARD_REFUSALS(REFUSAL_ENUM) };

struct award_bid {
	const char *bidder; /* whatever names a bidder alike in every lot */
	unsigned rank;      /* 0: none */
	bool tied;
};

struct award_lot {
	const struct award_bid *bids;
	size_t n_bids;
};

/* What becomes of a bid. */
enum award_mark {
	AWARD_NONE = 0,  /* not reached */
	AWARD_FIRST,     /* recommended first */
	AWARD_FOLLOWING, /* a further candidate, in its order */
	AWARD_PASSED,    /* passed over: its bidder has won its share already */
};

struct award_row {
	enum award_mark mark;
	unsigned place; /* among the candidates, from 1 */
};

const char *award_refusal_code(int refusal);

/*
 * Fills ret_rows[lot][bid]. order[n_lots] names every lot once, from 0; NULL is their own order.
 * wins: how many lots one bidder may win; 0 for any. candidates: how many are recommended in a lot.
 * Only first places count as wins. AWARD_E_TIED: a place that matters is shared; *ret_lot (may be
 * NULL) says in which lot.
 */
int award_select(const struct award_lot *lots, size_t n_lots, const size_t *order, unsigned wins,
	unsigned candidates, struct award_row *const *ret_rows, size_t *ret_lot);
