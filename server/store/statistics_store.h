/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_STATISTICS_STORE_H
#define SERVER_STORE_STATISTICS_STORE_H

/* Figures of a span of time (统计), counted by the database. */
#include <glib.h>
#include <stdint.h>

struct db_txn;

enum statistics {
	STATISTICS_NOTICES,  /* published: kind, month of Beijing time */
	STATISTICS_PROJECTS, /* registered: regime, category; amount: their budgets */
	STATISTICS_LOTS,     /* of these projects: regime, state; amount: their ceilings */
	/*
	 * Lots whose award letter (中标通知书) was given: category, month of Beijing time. amount:
	 * what their winners bid; a bid that is a rate is no sum and its lot is not counted.
	 */
	STATISTICS_AWARDS,
};

struct statistics_row {
	char group[33], part[33];
	int64_t n;
	char *amount; /* a decimal, in yuan; NULL: none is known */
	/*
	 * Of awards: the ceilings of those lots that have one, or the budget of a project of one lot,
	 * and what the winners of just those lots bid. NULL: of none.
	 */
	char *limit, *within;
};

void statistics_row_free(struct statistics_row *row);

/* Of what happened in [from, to), sorted. ret: of struct statistics_row. 0 or negative errno. */
int statistics_store_get(
	struct db_txn *txn, enum statistics which, int64_t from_us, int64_t to_us, GPtrArray **ret);

#endif
