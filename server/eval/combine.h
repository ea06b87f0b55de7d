/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How the members' scores of a bid become one (评委评分汇总), as data of the tender file: the
 *member "combine" of a scoring scheme, a mean of totals at four decimals where it says nothing.
 *
 *	{"method": "mean", "places"?}          the mean of the members' totals
 *	{"method": "trim_totals", "places"?}   the same without one highest and one lowest total
 *	{"method": "trim_items", "places"?, "commercial_places"?}
 *		of each item the mean without one highest and one lowest score; the sum of these
 *	{"method": "highway", "places"?, "commercial_places"?, "reason_below"?}
 *		公路工程: first the whole member whose totals spread most between the bids is left
 *		out (then by the second highest and second lowest, then by a draw); then as
 *		trim_items. reason_below: percent of an item's points under which a written reason
 *		is owed.
 *
 * Every mean is rounded half-up, once, from the exact sum. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "proto/decimal.h"
#include "server/trade/verdict.h"

#define COMBINE_PLACES 4
#define COMBINE_TRIM_MIN 3
#define COMBINE_HIGHWAY_MIN 4

#define COMBINE_REFUSALS(X)                                     \
	X(COMBINE_E_NO_MEMBERS, "rank.no_members")              \
	X(COMBINE_E_TOO_FEW_MEMBERS, "combine.too_few_members") \
	X(COMBINE_E_MEMBER_DRAW, "combine.member_draw")

enum combine_refusal { COMBINE_E_NONE = 0, COMBINE_REFUSALS(REFUSAL_ENUM) };

enum combine_method {
	COMBINE_MEAN = 1,
	COMBINE_TRIM_TOTALS,
	COMBINE_TRIM_ITEMS,
	COMBINE_HIGHWAY,
};

struct combine_rule {
	enum combine_method method;
	unsigned places, commercial_places;
	struct decimal reason_below; /* percent; 0: no reason is owed */
};

/* The scores of a lot. A bid that is not valid is not looked at. */
struct combine_scores {
	size_t n_bids, n_items, n_members;
	const struct decimal *const
		*scores;   /* [bid]: score of item i by member m at i*n_members+m */
	const bool *valid; /* [bid] */
	const bool *technical, *commercial; /* [item] */
	int drawn_member;                   /* index of the member drawn between equals, or -1 */
};

struct combine_value {
	struct decimal total, technical;
};

const char *combine_refusal_code(int refusal);
const char *combine_method_name(enum combine_method m);

/* NULL reads as the default. False: *ret_field names what is wrong. */
bool combine_rule_read(const json_t *combine, struct combine_rule *ret, const char **ret_field);
/* Its normal form; NULL for the default, which is not written. */
json_t *combine_rule_to_json(const struct combine_rule *rule);

/*
 * Fills ret_values[n_bids]. *ret_left_out (may be NULL): the member left out, or -1.
 * COMBINE_E_MEMBER_DRAW: two members or more spread alike and no lawful draw between them is given;
 * ret_tied[n_members] (may be NULL) says who.
 */
int combine_scores(const struct combine_rule *rule, const struct combine_scores *in,
	struct combine_value *ret_values, int *ret_left_out, bool *ret_tied);
