/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The candidates (中标候选人) of the lots of a project whose schemes say how many of them a bidder
 * may win (兼投不兼中, criteria.h), as the event of the report tells them, lot by lot in their
 *order:
 *
 *	[{"lot": id, "candidates": [bid id …], "passed"?: [bid id …]} …]
 *
 * candidates stand by their place; passed: who had won his share and stands no more, though his
 *rank would have brought him in. The live session and bidroom-verify call the same function. Pure
 * functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>
#include <jansson.h>

struct candidates_lot {
	const char *lot_id;
	const json_t *result; /* as it is kept with the lot: "rows" with "bid_id" and "rank" */
};

/*
 * bidders: bid id -> what names its bidder alike in every lot. 0, AWARD_E_TIED (award.h), or
 * -EBADMSG for a bid whose bidder is not known. *ret: a new list.
 */
int candidates_choose(const struct candidates_lot *lots, size_t n_lots, GHashTable *bidders,
	unsigned wins, json_t **ret);

/* The row of a lot in such a list; NULL: none, or no list. */
const json_t *candidates_of(const json_t *list, const char *lot_id);
/* The place of a bid among the candidates of this row, from 1; 0: none. */
unsigned candidates_place(const json_t *row, const char *bid_id);
/* Whether it was passed over. */
bool candidates_passed(const json_t *row, const char *bid_id);
