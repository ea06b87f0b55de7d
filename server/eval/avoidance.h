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

struct recusal_ground {
	const char *name;  /* "relative" … as in the contract */
	const char *label; /* Chinese, for the check-box */
};

/* The key of a unit's name: NFKC, lower case, without blanks and punctuation. Caller frees. */
char *avoidance_unit_key(const char *unit);

const struct recusal_ground *recusal_grounds(size_t *ret_n);
bool recusal_ground_is_known(const char *name);
