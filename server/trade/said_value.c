/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/said_value.h"

#include <string.h>

#include <glib.h>

#include "server/trade/calendar.h"
#include "server/trade/written.h"

#define TEXT_MAX 200 /* bytes of a text that says one value */

/* In the one form, without blanks. */
static char *plain(const char *text)
{
	g_autoptr(GRegex) blanks = g_regex_new("\\s+", 0, 0, NULL);

	if (!text || strlen(text) > TEXT_MAX)
		return NULL;
	g_autofree char *form = written_form(text);
	return form ? g_regex_replace_literal(blanks, form, -1, 0, "", 0, NULL) : NULL;
}

bool said_money(const char *text, struct decimal *ret)
{
	g_autofree char *one = plain(text);

	if (!one)
		return false;
	g_autoptr(GMatchInfo) info =
		written_match("^(?:人民币|RMB|CNY|¥)?:?" WRITTEN_NUMBER WRITTEN_UNIT
			      "(?:人民币)?整?(?:\\((?:含税|大写[^()0-9]*)\\))?$",
			one);
	return g_match_info_matches(info) && written_money(info, 1, ret);
}

bool said_day(const char *text, int64_t *ret_us)
{
	g_autofree char *one = plain(text);
	int32_t day;

	if (!one)
		return false;
	g_autoptr(GMatchInfo) info =
		written_match("^([0-9]{4})[-年/.]([0-9]{1,2})[-月/.]([0-9]{1,2})日?$", one);
	if (!g_match_info_matches(info) || !written_day(info, 1, &day))
		return false;
	*ret_us = day_start_us(day);
	return true;
}
