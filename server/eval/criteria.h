/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The scoring scheme (评分办法) of a lot as data of its tender file, the form it has in
 * proto/openapi.yaml:
 *
 *	{"items": [{"id", "name", "max", "kind", "objective", "group"?} …],
 *	 "price": …price_rule.h…, "combine"?: …combine.h…, "ties"?: ["price" | "technical" |
 *	 "draw" | "vote" …], "low_price"?: …low_price.h…, "wins"?,
 *	 "groups"?: [{"id", "name", "max", "parent"?} …], "review"?: …review.h…}
 *
 * Where the price is scored by the system, items and price weight make 100. in_total: what members
 * enter holds the price score already; the items alone make 100 and the weight only states the
 * price's share. A method that chooses without points has no items.
 *
 * groups make the items a tree: a group's points are the sum of what it holds, a parent stands
 * before its children.
 *
 * ties: what decides between equal totals, in this order; price and technical unless it says
 * otherwise. draw and vote stand last: the draw follows from the session's seed (lot_draw.h). No
 * new scheme may ask for a vote, for no act of a session holds one (act/lot_scheme.c).
 *
 * wins (兼投不兼中): of the lots of a project that state it a bidder may be recommended first in so
 * many; they are decided in their order, see candidates.h. Such a scheme ends its ties with a draw,
 * so that no rank is shared.
 *
 * Its digest is the version a sheet is bound to; what is left out and what says the default have
 * the same digest. Immutable once read; any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#include "proto/decimal.h"
#include "server/eval/combine.h"
#include "server/eval/low_price.h"
#include "server/eval/price_rule.h"
#include "server/trade/verdict.h"

#define CRITERIA_ITEMS_MAX 100
#define CRITERIA_ID_MAX 32    /* bytes, [0-9a-z_] */
#define CRITERIA_NAME_MAX 200 /* characters */
/* Scores and their limits have at most two decimals. */
#define CRITERIA_PLACES 2
#define CRITERIA_TIES_MAX 3
#define CRITERIA_GROUPS_MAX 50
#define CRITERIA_WINS_MAX 99

#define CRITERIA_REFUSALS(X)                          \
	X(CRITERIA_E_FORM, "criteria.form")           \
	X(CRITERIA_E_ITEMS, "criteria.items")         \
	X(CRITERIA_E_ID, "criteria.id")               \
	X(CRITERIA_E_NAME, "criteria.name")           \
	X(CRITERIA_E_KIND, "criteria.kind")           \
	X(CRITERIA_E_MAX, "criteria.max")             \
	X(CRITERIA_E_METHOD, "criteria.method")       \
	X(CRITERIA_E_WEIGHT, "criteria.weight")       \
	X(CRITERIA_E_SUM, "criteria.sum")             \
	X(CRITERIA_E_PARAM, "criteria.param")         \
	X(CRITERIA_E_COMBINE, "criteria.combine")     \
	X(CRITERIA_E_TIES, "criteria.ties")           \
	X(CRITERIA_E_LOW_PRICE, "criteria.low_price") \
	X(CRITERIA_E_GROUPS, "criteria.groups")       \
	X(CRITERIA_E_REVIEW, "criteria.review")       \
	X(CRITERIA_E_WINS, "criteria.wins")

enum criteria_refusal { CRITERIA_E_NONE = 0, CRITERIA_REFUSALS(REFUSAL_ENUM) };

enum criteria_kind {
	CRITERIA_TECHNICAL = 1, /* 技术 */
	CRITERIA_COMMERCIAL,    /* 商务 */
	CRITERIA_SCORE,         /* 打分, neither of the two in particular */
	CRITERIA_TOTAL,         /* the member's whole score in one number */
};

enum criteria_tie {
	CRITERIA_TIE_PRICE = 1, /* 报价低者优先 */
	CRITERIA_TIE_TECHNICAL, /* 技术分高者优先 */
	CRITERIA_TIE_DRAW,      /* 抽签 */
	CRITERIA_TIE_VOTE,      /* 评标委员会投票 */
};

struct criteria_item {
	char *id, *name;
	struct decimal max;
	enum criteria_kind kind;
	int group;      /* index of its group, or -1 */
	bool objective; /* 客观分: members may not differ */
};

struct criteria_group {
	char *id, *name;
	struct decimal max;
	int parent; /* index of a group before it, or -1 */
};

struct criteria {
	GPtrArray *items;  /* struct criteria_item */
	GPtrArray *groups; /* struct criteria_group */
	GPtrArray *review; /* struct review_item, review.h */
	struct price_rule price;
	struct combine_rule combine;
	struct low_price_rule low_price;
	enum criteria_tie ties[CRITERIA_TIES_MAX];
	size_t n_ties;
	unsigned wins;      /* 0: any number */
	uint8_t digest[32]; /* SHA-256 of the canonical text */
};

const char *criteria_refusal_code(int refusal);
const char *criteria_kind_name(enum criteria_kind k);
const char *criteria_tie_name(enum criteria_tie t);

/* Reads and checks a scheme. *ret_field (may be NULL) names the member refused. */
int criteria_read(const json_t *scheme, struct criteria **ret, const char **ret_field);
struct criteria *criteria_free(struct criteria *c);

/* The scheme as JSON in its normal form: what the digest is of. */
json_t *criteria_to_json(const struct criteria *c);

const struct criteria_item *criteria_find(const struct criteria *c, const char *item_id);

/* Everything that makes up the 100: items, and the price where it is scored separately. */
struct decimal criteria_weights_sum(const struct criteria *c);
