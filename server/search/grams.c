/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/search/grams.h"

#include <string.h>

enum kind { SEPARATOR, CHINESE, ALNUM };

/* Han, kana and the round zero of years: written without blanks. */
static bool is_chinese(gunichar c)
{
	return (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0x20000 && c <= 0x3ffff) || (c >= 0x3040 && c <= 0x30ff) || c == 0x3007;
}

static gunichar fold_char(gunichar c)
{
	if (c >= 0xff01 && c <= 0xff5e) /* full width */
		c -= 0xfee0;
	return c < 128 ? (gunichar)g_ascii_tolower((char)c) : g_unichar_tolower(c);
}

static enum kind kind_of(gunichar c)
{
	if (c < 128)
		return g_ascii_isalnum((char)c) ? ALNUM : SEPARATOR;
	if (is_chinese(c))
		return CHINESE;
	return g_unichar_isalnum(c) ? ALNUM : SEPARATOR;
}

char *grams_fold(const char *text)
{
	GString *out = g_string_sized_new(strlen(text));
	bool gap = false;

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = fold_char(g_utf8_get_char(p));
		if (kind_of(c) == SEPARATOR) {
			gap = out->len > 0;
			continue;
		}
		if (gap)
			g_string_append_c(out, ' ');
		gap = false;
		g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

/* A run of one kind in folded text. */
struct run {
	enum kind kind;
	const char *begin, *end;
	size_t n_chars;
};

static bool next_run(const char **at, struct run *ret)
{
	const char *p = *at + strspn(*at, " ");

	if (!*p)
		return false;
	*ret = (struct run){.kind = kind_of(g_utf8_get_char(p)), .begin = p};
	while (*p && kind_of(g_utf8_get_char(p)) == ret->kind) {
		p = g_utf8_next_char(p);
		ret->n_chars++;
	}
	*at = ret->end = p;
	return true;
}

static void append_token(GString *out, const char *begin, const char *end)
{
	if (out->len)
		g_string_append_c(out, ' ');
	g_string_append_len(out, begin, end - begin);
}

static void append_grams(GString *out, const struct run *run)
{
	if (run->kind == ALNUM || run->n_chars == 1) {
		append_token(out, run->begin, run->end);
		return;
	}
	for (const char *p = run->begin, *next; (next = g_utf8_next_char(p)) < run->end; p = next)
		append_token(out, p, g_utf8_next_char(next));
}

char *grams_of(const char *folded)
{
	GString *out = g_string_sized_new(strlen(folded) * 2);
	struct run run;

	while (next_run(&folded, &run))
		append_grams(out, &run);
	return g_string_free(out, FALSE);
}

static bool is_prefix_word(const struct run *run)
{
	return run->kind == ALNUM && run->n_chars >= GRAMS_PREFIX_MIN;
}

/*
 * A single Chinese character at an edge of the word may be the edge of a longer run in the text,
 * where it is no gram of its own: at the end it is looked for as the beginning of a gram, at the
 * front it is left out.
 */
char *grams_phrase(const char *folded_word)
{
	g_autoptr(GString) grams = g_string_new(NULL);
	const char *p = folded_word;
	struct run run = {0};
	bool open = false, first = true;

	while (next_run(&p, &run)) {
		bool last = !*p, lone = run.kind == CHINESE && run.n_chars == 1;
		if (first && last && lone)
			return NULL;
		if (!first || !lone)
			append_grams(grams, &run);
		open = last && (lone || (first && is_prefix_word(&run)));
		first = false;
	}
	return grams->len ? g_strdup_printf("\"%s\"%s", grams->str, open ? " *" : "") : NULL;
}

static bool is_alnum_at(const char *p)
{
	return *p && kind_of(g_utf8_get_char(p)) == ALNUM;
}

bool grams_contains(const char *folded_text, const char *folded_word)
{
	size_t len = strlen(folded_word);
	const char *rest = folded_word;
	struct run first = {0};

	if (!next_run(&rest, &first))
		return true;
	bool whole_start = first.kind == ALNUM;
	bool whole_end = is_alnum_at(g_utf8_prev_char(folded_word + len)) &&
			 (*rest || !is_prefix_word(&first));
	for (const char *at = folded_text; (at = strstr(at, folded_word)); at++)
		if ((!whole_start || at == folded_text || !is_alnum_at(g_utf8_prev_char(at))) &&
			(!whole_end || !is_alnum_at(at + len)))
			return true;
	return false;
}
