/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/medium.h"

#include <string.h>

#include <glib.h>

#include "server/trade/notice_check.h"

void medium_difference_clear(struct medium_difference *d)
{
	g_clear_pointer(&d->common, g_free);
	g_clear_pointer(&d->ours, g_free);
	g_clear_pointer(&d->theirs, g_free);
}

/* Spaces of every kind, and what has no width at all. */
static bool is_layout(gunichar c)
{
	return g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_FORMAT;
}

/*
 * "来源：某网", "信息来源 某网": a line of its own that is not longer than such a line is. 资金来源
 * and the like are the notice's own.
 */
#define SOURCE_LINE                                                                                   \
	"^[^\\S\\n]*(?:(?:信息|文章|本文|稿件|公告|转载|原文)?来源|转载自|转自)" \
	"(?:[^\\S\\n]*:|[^\\S\\n])[^\\n]{0,80}$"

/* A reprint names its source once or twice; more is no naming, and what is ours stays. */
#define SOURCE_LINES_MAX 2

static char *without_source_lines(const char *theirs, const char *ours)
{
	g_autoptr(GRegex) regex =
		g_regex_new(SOURCE_LINE, G_REGEX_MULTILINE | G_REGEX_OPTIMIZE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	GString *rest = g_string_new(NULL);
	gint from, to, at = 0;

	g_assert(regex);
	g_regex_match(regex, theirs, 0, &match);
	for (int n = 0; n < SOURCE_LINES_MAX && g_match_info_matches(match);
		g_match_info_next(match, NULL)) {
		g_autofree char *line = g_match_info_fetch(match, 0);

		if (strstr(ours, line))
			continue;
		g_match_info_fetch_pos(match, 0, &from, &to);
		g_string_append_len(rest, theirs + at, from - at);
		at = to;
		n++;
	}
	g_string_append(rest, theirs + at);
	return g_string_free(rest, FALSE);
}

static gunichar *characters(const char *text, glong *ret_n)
{
	gunichar *all = g_utf8_to_ucs4_fast(text, -1, NULL);
	glong n = 0;

	for (const gunichar *c = all; *c; c++)
		if (!is_layout(*c))
			all[n++] = *c;
	all[n] = 0;
	*ret_n = n;
	return all;
}

static char *excerpt(const gunichar *text, glong from, glong to)
{
	return g_ucs4_to_utf8(text + from, to - from, NULL, NULL, NULL);
}

bool medium_agrees(const char *ours, const char *theirs, struct medium_difference *ret)
{
	glong n_ours, n_theirs, at = 0;
	g_autofree char *normal = g_utf8_normalize(ours, -1, G_NORMALIZE_NFKC);
	g_autofree char *reprint = g_utf8_normalize(theirs, -1, G_NORMALIZE_NFKC);
	g_autofree char *bare = without_source_lines(reprint, normal);
	g_autofree gunichar *a = characters(normal, &n_ours);
	g_autofree gunichar *b = characters(bare, &n_theirs);

	while (a[at] && a[at] == b[at])
		at++;
	if (a[at] == b[at]) /* both end here */
		return true;
	ret->at = at;
	ret->common = excerpt(a, MAX(0, at - MEDIUM_EXCERPT), at);
	ret->ours = excerpt(a, at, MIN(n_ours, at + MEDIUM_EXCERPT));
	ret->theirs = excerpt(b, at, MIN(n_theirs, at + MEDIUM_EXCERPT));
	return false;
}

static const struct rule *rule_of(const struct rulebook *book, enum regime regime, const char *id)
{
	const struct rule *rule = rulebook_find(book, id);

	return rule && rule->regimes & REGIME_BIT(regime) ? rule : NULL;
}

const char *medium_whole_rule(const struct rulebook *book, enum regime regime)
{
	const struct rule *rule = rule_of(book, regime, "M01");

	return rule ? rule->id : NULL;
}

int64_t medium_due_us(const struct rulebook *book, const struct calendar *cal, enum regime regime,
	int64_t published_us, const char **ret_rule)
{
	const struct rule *rule = rule_of(book, regime, "M02");

	*ret_rule = rule ? rule->id : NULL;
	return rule ? rule_period_end(book, cal, rule->id, published_us) : 0;
}
