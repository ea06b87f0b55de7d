/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_TRADE_WRITTEN_H
#define SERVER_TRADE_WRITTEN_H

/*
 * Numbers, sums and days as people write them in notices: the one form texts are brought to, and
 * what the groups of a pattern that was found in it say. Pure.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/decimal.h"

/* A number as one group; a sum as two, with its unit. */
#define WRITTEN_NUMBER "([0-9]+(?:\\.[0-9]+)?)"
#define WRITTEN_UNIT "(亿元|万元|元)"

/*
 * NFKC (full-width digits, ㎡, ％ and brackets become plain ones), and the digits of a number
 * joined. A new string; NULL: the text is not UTF-8.
 */
char *written_form(const char *text);

/* The pattern is ours: one that does not compile is our mistake. As g_regex_match; free it. */
GMatchInfo *written_match(const char *pattern, const char *text);

/* Of the groups from i on. Those that return bool: false when it is none. */
int written_int(const GMatchInfo *info, int i); /* 0 for an empty group */
bool written_decimal(const GMatchInfo *info, int i, struct decimal *ret);
int64_t written_unit(const char *unit); /* in yuan */
bool written_money(const GMatchInfo *info, int i, struct decimal *ret);
/* Year, month and day: the day as in calendar.h. */
bool written_day(const GMatchInfo *info, int i, int32_t *ret);

#endif
