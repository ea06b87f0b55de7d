/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/written.h"

#include <stdlib.h>
#include <string.h>

#include "server/trade/calendar.h"

char *written_form(const char *text)
{
	g_autoptr(GRegex) groups = g_regex_new("(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", 0, 0, NULL);
	g_autofree char *nfkc = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);

	return nfkc ? g_regex_replace_literal(groups, nfkc, -1, 0, "", 0, NULL) : NULL;
}

GMatchInfo *written_match(const char *pattern, const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	GMatchInfo *info = NULL;

	g_assert(regex);
	g_regex_match(regex, text, 0, &info);
	return info;
}

int written_int(const GMatchInfo *info, int i)
{
	g_autofree char *text = g_match_info_fetch(info, i);

	return text ? atoi(text) : 0;
}

bool written_decimal(const GMatchInfo *info, int i, struct decimal *ret)
{
	g_autofree char *text = g_match_info_fetch(info, i);

	return text && decimal_parse_text(text, ret) == 0 && decimal_in_range(*ret);
}

int64_t written_unit(const char *unit)
{
	if (strcmp(unit, "亿元") == 0)
		return 100000000;
	return strcmp(unit, "万元") == 0 ? 10000 : 1;
}

bool written_money(const GMatchInfo *info, int i, struct decimal *ret)
{
	g_autofree char *unit = g_match_info_fetch(info, i + 1);
	struct decimal n;

	return written_decimal(info, i, &n) &&
	       decimal_mul(n, decimal_from_int(written_unit(unit)), DECIMAL_PLACES, ret) == 0 &&
	       decimal_in_range(*ret);
}

bool written_day(const GMatchInfo *info, int i, int32_t *ret)
{
	int year = written_int(info, i), month = written_int(info, i + 1),
	    mday = written_int(info, i + 2), y, m, d;

	if (year < 2000 || year > 2199 || month < 1 || month > 12 || mday < 1 || mday > 31)
		return false;
	*ret = day_from_date(year, month, mday);
	day_to_date(*ret, &y, &m, &d);
	return m == month && d == mday;
}
