/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The legal clocks (期限) that a published notice starts or shows: which rule, from when, until when.
 * A calendar of all of them is what a centre of two people works from.
 */

#include <glib.h>

#include "server/trade/notice.h"
#include "server/trade/rulebook.h"

struct legal_clock_row {
	const char *rule; /* id; NULL: a time the notice itself says */
	const char *what; /* stable word: "opening", "contract" … */
	int64_t start_us, end_us;
};

/* Appends struct legal_clock_row, in the order of the table. */
void notice_clocks(const struct notice *notice, int64_t published_us, const struct rulebook *book,
	const struct calendar *cal, GArray *clocks);

/* The word is known: for those who keep words for it. */
bool notice_clock_known(const char *what);
