/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The pre-check (发布前检查): what is odd about a notice's texts, although no rule forbids it.
 * Published notices show such things again and again: weights that do not make 100, an end before
 * its beginning, a stated number of days that is not the one between the dates, a total that is
 * not the sum, a fee that is not the percentage, a name twice in a list, an area that differs from
 * itself in another unit; and what a template left to be said by this notice.
 *
 * Findings are warnings: the texts are written for people, and what looks odd may be meant. Where
 * a text states nothing that can be compared, nothing is found.
 */

#include <glib.h>

#include "server/trade/notice_check.h"

#define PRECHECK_REFUSALS(X)                        \
	X(PRECHECK_WEIGHTS, "notice.odd_weights")   \
	X(PRECHECK_DATES, "notice.odd_dates")       \
	X(PRECHECK_DAYS, "notice.odd_days")         \
	X(PRECHECK_SUM, "notice.odd_sum")           \
	X(PRECHECK_FEE, "notice.odd_fee")           \
	X(PRECHECK_REPEATED, "notice.odd_repeated") \
	X(PRECHECK_AREA, "notice.odd_area")         \
	X(PRECHECK_BLANK, "notice.odd_blank")

enum precheck_refusal { PRECHECK_NONE = 0, PRECHECK_REFUSALS(REFUSAL_ENUM) };

const char *precheck_refusal_code(int refusal);

/* Appends what is odd; each finding's detail says what was compared. */
void notice_precheck(const struct notice *notice, const struct notice_case *c, GArray *verdicts);

/* One text by itself, as the field of that name. The name must be static. */
void precheck_text(
	const char *field, const char *text, const struct calendar *cal, GArray *verdicts);
