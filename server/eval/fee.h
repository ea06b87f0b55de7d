/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What an expert is paid for a session (专家劳务费): by the time from the gate to the release, at
 * the rate of his own pool, which is the house's to set; there is none of the product's own. Travel
 * (交通费) is no part of it: who evaluates remotely has none, and what a house pays for the way to
 * its venue it settles by receipts elsewhere. Amounts are in fen. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FEE_FEN_MAX INT64_C(100000000) /* of a unit, and of the least that is paid */
#define FEE_UNIT_MINUTES_MAX 1440

struct fee_rate {
	char region[7];   /* six digits, or "" for all others */
	int unit_minutes; /* 1 … FEE_UNIT_MINUTES_MAX; a unit that is begun is paid */
	int64_t unit_fen, min_fen;
};

/* What happened to who is paid, in order. */
enum fee_mark_kind {
	FEE_ARRIVED = 1, /* at the gate, the first time or again */
	FEE_LEFT,        /* recused or replaced */
	FEE_SUSPENDED,   /* adjourned: everybody leaves */
	FEE_RECONVENED,
	FEE_CLOSED, /* everybody is released */
};

struct fee_mark {
	int64_t at_us;
	enum fee_mark_kind kind;
	int member_no; /* of the first two */
};

struct fee_time {
	int64_t from_us, to_us; /* the first arrival and the last release; 0: never came */
	int64_t us;             /* present: without the time the session was adjourned */
};

struct fee_time fee_time(const struct fee_mark *marks, size_t n, int member_no);

/* Minutes that are begun. */
int64_t fee_minutes(int64_t us);
int64_t fee_amount(const struct fee_rate *rate, int64_t us);

/*
 * The rate of a region: its own, its city's (3704 00), its province's (37 0000), everybody else's.
 * NULL: none was set.
 */
const struct fee_rate *fee_rate_of(const struct fee_rate *rates, size_t n, const char *region);
