/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The legal clocks (期限) that a published notice starts or shows: which rule, from when, until
 * when. A calendar of all of them is what a centre of two people works from.
 */

#include <glib.h>

#include "server/trade/notice.h"
#include "server/trade/rulebook.h"

struct legal_clock_row {
	const char *rule; /* id; NULL: a time the notice itself says */
	const char *what; /* stable word: "opening", "contract" … */
	int64_t start_us, end_us;
	bool of_deadline; /* it moves with the bid deadline, which lots may have apart */
};

/* Appends struct legal_clock_row, in the order of the table. */
void notice_clocks(const struct notice *notice, int64_t published_us, const struct rulebook *book,
	const struct calendar *cal, GArray *clocks);

/*
 * What the finished report (评标报告, 评审报告) starts: candidates are published (T09), the
 * purchaser gets the report (G04). False: nothing of this regime.
 */
bool report_clock(enum regime regime, int64_t reported_us, const struct rulebook *book,
	const struct calendar *cal, struct legal_clock_row *ret);

/*
 * What the contract of a government purchase starts (G07): it is published, unless it was, and a
 * copy is filed with the finance department.
 */
void contract_clocks(int64_t contracted_us, bool published, const struct rulebook *book,
	const struct calendar *cal, GArray *clocks);
