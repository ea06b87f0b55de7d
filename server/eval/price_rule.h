/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How prices are judged (价格评审办法), as data of the tender file: the member "price" of a scoring
 * scheme. Methods with points:
 *
 *	{"method": "gp_lowest", "weight", "sme_discount"?, "base_stays"?}
 *		87号令 55: lowest price ÷ price × weight, prices of small firms (小微企业) lowered
 *by sme_discount percent before
 *	{"method": "base_mean", "weight", "above", "below", …base…, "offset_places"?, "floor"?,
 *	 "base_stays"?}
 *		weight − points lost for each percent the price is above or below a base price, not
 *		under floor; offset_places: the offset is a ratio rounded to so many decimals first
 *	{"method": "in_total", "weight"}
 *		members' scores hold the price's already
 *
 * Methods that choose, without points; the scheme has no items and weight "0":
 *
 *	{"method": "lowest_evaluated", "weight": "0", "lines"?: [{"name", "percent"}]}
 *		经评审的最低投标价法; a line is a share of the ceiling below which something is owed
 *		(a bond): it never excludes (E21)
 *	{"method": "nearest_above", "weight": "0", …base…}
 *		the lowest price not under the base price
 *	{"method": "band", "weight": "0", "band", …base…}
 *		the lowest price not further than band percent from the base price
 *	{"method": "balls", "weight": "0", "shortlist", "candidates"}
 *		balls drawn in public shortlist bids and then put candidates in order
 *
 * …base…: the mean of the valid prices, without the highest and lowest that the last row of "drop"
 * with from ≤ n takes away; mixed with ceiling_share percent of the ceiling; changed by float
 * percent; rounded once to base_places (6 unless it says otherwise):
 *
 *	"drop"?: [{"from", "high", "low"} …], "ceiling_share"?, "float"?, "base_places"?
 *
 * float, ceiling_share and band may be left to a public draw (抽取浮动点): {"drawn": ["1", …]}
 * instead of a text. base_stays: who is rejected after the base or lowest price was fixed still
 * counts in it.
 *
 * Percents and points have at most four decimals, so that every formula is exact until its one
 * rounding. Immutable once read; any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>
#include <jansson.h>

#include "proto/decimal.h"

#define PRICE_RULE_DROPS_MAX 8
#define PRICE_RULE_LINES_MAX 8
#define PRICE_RULE_CHOICES_MAX 100
#define PRICE_RULE_BIDS_MAX 10000

enum price_method {
	PRICE_GP_LOWEST = 1,
	PRICE_IN_TOTAL,
	PRICE_BASE_MEAN,
	PRICE_LOWEST_EVALUATED,
	PRICE_NEAREST_ABOVE,
	PRICE_BAND,
	PRICE_BALLS,
};

/* A number of the tender file, or the numbers one of which is drawn in public. */
struct price_param {
	bool given;
	struct decimal value;
	GArray *choices; /* struct decimal, rising; NULL: not drawn */
};

struct price_drop {
	unsigned from, high, low;
};

struct price_line {
	char *name;
	struct decimal percent;
};

struct price_rule {
	enum price_method method;
	struct decimal weight;
	struct decimal sme_discount, above, below, floor;
	struct price_param floating, ceiling_share, band;
	GArray *drops; /* struct price_drop, rising by from */
	GArray *lines; /* struct price_line */
	bool base_stays;
	bool rounds_offset;
	unsigned offset_places, base_places;
	unsigned shortlist, candidates;
};

const char *price_method_name(enum price_method m);
const char *price_method_label(enum price_method m); /* Chinese, for the report */

/* Whether it gives points that are added to the members'; whether it chooses instead of scoring. */
bool price_method_scores(enum price_method m);
bool price_method_chooses(enum price_method m);
/* Whether a price is needed at all. */
bool price_method_needs_prices(enum price_method m);
bool price_rule_needs_ceiling(const struct price_rule *rule);

/* True when something of it is left to a public draw. */
bool price_rule_is_drawn(const struct price_rule *rule);

/*
 * Reads the member "price". False: *ret_field names what is wrong, as "price.above"; "price.method"
 * and "price.weight" for these two.
 */
bool price_rule_read(const json_t *price, struct price_rule *ret, const char **ret_field);
void price_rule_clear(struct price_rule *rule);

/* Its normal form. */
json_t *price_rule_to_json(const struct price_rule *rule);
