/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What is odd about the sheets of a lot once they are all in, and before anything is added up
 * (评分异常提示). Each finding says who hears of it: the member, and the supervisor. Differing
 * objective scores go back (act/sheet_return.h); the rest are hints: E15 is a rule that warns.
 *
 *	objective  members differ on an objective item (客观分): back to all of them. The prompt
 *	           tells neither a value nor a direction (E13)
 *	outlier    a score of a subjective item further than `outlier` percent from the mean of the
 *	           members (畸高畸低, E14, E15)
 *	low_item   a score under combine.reason_below percent of the item's points
 *	residue    where objective points are alike for all and the others move in steps, all totals
 *	           of a bid leave the same rest modulo the step; whose does not has other objective
 *	           points. Needs no items, so it works on published totals
 *	rank       a member's rank of a bid further than `rank_limit` from the mean of the ranks
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>
#include <jansson.h>

#include "proto/decimal.h"
#include "server/eval/criteria.h"
#include "server/trade/rulebook.h"

enum anomaly_kind {
	ANOMALY_OBJECTIVE = 1,
	ANOMALY_OUTLIER,
	ANOMALY_LOW_ITEM,
	ANOMALY_RESIDUE,
	ANOMALY_RANK,
};

enum anomaly_audience {
	ANOMALY_TO_MEMBER = 1 << 0,
	ANOMALY_TO_SUPERVISOR = 1 << 1,
	ANOMALY_TO_ALL = ANOMALY_TO_MEMBER | ANOMALY_TO_SUPERVISOR,
};

/* Indices; -1: not about one. */
struct anomaly {
	enum anomaly_kind kind;
	int bid, item, member;
	const char *rule; /* of the rulebook; NULL: our own */
	unsigned audience;
};

struct anomaly_limits {
	struct decimal outlier;    /* percent; 0: off */
	struct decimal step;       /* of subjective scores; 0: no residue check */
	struct decimal rank_limit; /* places; 0: off */
};

/* Scores as in combine.h: [bid][item × n_members + member]. */
struct anomaly_sheets {
	const struct criteria *criteria;
	size_t n_bids, n_members;
	const struct decimal *const *scores;
};

const char *anomaly_kind_name(enum anomaly_kind kind);

/* E15's percent, steps of 0.5, one place. */
struct anomaly_limits anomaly_limits_default(const struct rulebook *book);

/* A list of struct anomaly, by kind, bid, item, member; free with g_array_unref(). */
GArray *anomaly_check(const struct anomaly_sheets *sheets, const struct anomaly_limits *limits);

/* Those of objective items alone, by bid and item. */
GArray *anomaly_objective(const struct anomaly_sheets *sheets);

/*
 * The residue check alone, on totals [bid × n_members + member]: appends a finding for each member
 * outside the rest that more than half of the members share.
 */
void anomaly_check_residues(const struct decimal *totals, size_t n_bids, size_t n_members,
	struct decimal step, GArray *list);
