/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Avoidance (回避): which experts must not be drawn because they belong to a party, and the grounds
 * on which an expert recuses himself (招标投标法 37, 实施条例 46).
 *
 * Units are compared by a key that forgives spacing and the forms of brackets and letters. The
 * store keeps only a keyed digest of it.
 */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#define AVOIDANCE_GROUNDS_MAX 10

enum avoid_reason {
	AVOID_BIDDER = 1,
	AVOID_TENDERER = 2,
	AVOID_AUTHORITY = 3,
	AVOID_AGENCY = 4,
	AVOID_OTHER = 9,
};

struct recusal_ground {
	const char *name;  /* "relative" … as in the contract */
	const char *label; /* Chinese, for the check-box */
};

/* The key of a unit's name: NFKC, lower case, without blanks and punctuation. Caller frees. */
char *avoidance_unit_key(const char *unit);

/* Units to avoid, with the reason of the first mention. */
struct avoidance;
struct avoidance *avoidance_new(void);
struct avoidance *avoidance_free(struct avoidance *a);
/* A blank name is ignored. */
void avoidance_add(struct avoidance *a, const char *unit, enum avoid_reason reason);
/* The reason an expert of this unit must avoid, or 0. */
enum avoid_reason avoidance_match(const struct avoidance *a, const char *unit);
size_t avoidance_n_units(const struct avoidance *a);

const struct recusal_ground *recusal_grounds(size_t *ret_n);
bool recusal_ground_is_known(const char *name);
