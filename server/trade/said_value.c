/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/said_value.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "server/trade/calendar.h"

#define TEXT_MAX 200 /* bytes of a text that says one value */

/* Full-width signs become plain, blanks and the commas between groups of digits go. */
static char *plain(const char *text)
{
	g_autoptr(GRegex) blanks =
		g_regex_new("\\s+|(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", 0, 0, NULL);

	if (!text || strlen(text) > TEXT_MAX)
		return NULL;
	g_autofree char *nfkc = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
	return nfkc ? g_regex_replace_literal(blanks, nfkc, -1, 0, "", 0, NULL) : NULL;
}

static GMatchInfo *match(const char *pattern, const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	GMatchInfo *info = NULL;

	g_assert(regex);
	g_regex_match(regex, text, 0, &info);
	return info;
}

bool said_money(const char *text, struct decimal *ret)
{
	static const struct {
		const char *name;
		int64_t yuan;
	} units[] = {{"元", 1}, {"万元", 10000}, {"亿元", 100000000}};
	g_autofree char *one = plain(text);
	struct decimal number;

	if (!one)
		return false;
	g_autoptr(GMatchInfo) info = match("^(?:人民币|RMB|CNY|¥)?:?([0-9]+(?:\\.[0-9]+)?)"
					   "(元|万元|亿元)(?:人民币)?整?"
					   "(?:\\((?:含税|大写[^()0-9]*)\\))?$",
		one);
	if (!g_match_info_matches(info))
		return false;
	g_autofree char *digits = g_match_info_fetch(info, 1), *unit = g_match_info_fetch(info, 2);
	if (decimal_parse_text(digits, &number) != 0)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			return decimal_mul(number, decimal_from_int(units[i].yuan), DECIMAL_PLACES,
				       ret) == 0 &&
			       decimal_in_range(*ret);
	return false;
}

static int group_int(const GMatchInfo *info, int i)
{
	g_autofree char *text = g_match_info_fetch(info, i);

	return atoi(text);
}

bool said_day(const char *text, int64_t *ret_us)
{
	g_autofree char *one = plain(text);
	int year, month, mday;

	if (!one)
		return false;
	g_autoptr(GMatchInfo) info =
		match("^([0-9]{4})[-年/.]([0-9]{1,2})[-月/.]([0-9]{1,2})日?$", one);
	if (!g_match_info_matches(info))
		return false;
	year = group_int(info, 1);
	month = group_int(info, 2);
	mday = group_int(info, 3);
	if (!g_date_valid_dmy((GDateDay)mday, (GDateMonth)month, (GDateYear)year))
		return false;
	*ret_us = day_start_us(day_from_date(year, month, mday));
	return true;
}
