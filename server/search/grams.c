/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/search/grams.h"

#include <stdbool.h>
#include <string.h>

enum kind { NOTHING, SEPARATOR, CHINESE, ALNUM };

/*
 * Marks of the grams that are no plain pairs: the first and the last character of a Chinese run, a
 * blank between runs of different kinds, and what a code begins with. Folding leaves none of these
 * characters in a text, and to the index they are letters like any other.
 */
#define FIRST "\xe2\x80\xb9"     /* ‹ */
#define LAST "\xe2\x80\xba"      /* › */
#define GAP "\xe2\x80\xa7"       /* ‧ */
#define BEGINNING "\xe2\x80\xa6" /* … */

/* Longer than any code of the data norm. */
#define BEGINNING_MAX 40

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

static bool is_blank_before(const struct run *run, const char *text)
{
	return run->begin > text && run->begin[-1] == ' ';
}

static void append_token(GString *out, const char *mark, const char *begin, const char *end)
{
	if (out->len)
		g_string_append_c(out, ' ');
	g_string_append(out, mark);
	g_string_append_len(out, begin, end - begin);
}

static void append_pairs(GString *out, const struct run *run)
{
	for (const char *p = run->begin, *next; (next = g_utf8_next_char(p)) < run->end; p = next)
		append_token(out, "", p, g_utf8_next_char(next));
}

static void append_first(GString *out, const struct run *run)
{
	append_token(out, FIRST, run->begin, g_utf8_next_char(run->begin));
}

static void append_last(GString *out, const struct run *run)
{
	append_token(out, LAST, g_utf8_prev_char(run->end), run->end);
}

/* Between two runs of one kind there is always a blank; only between two kinds it has to be said.
 */
static void append_gap(
	GString *out, const struct run *before, const struct run *run, const char *text)
{
	if (before->kind && before->kind != run->kind && is_blank_before(run, text))
		append_token(out, GAP, "", "");
}

/* What a long run of letters and digits begins with, so that codes are found by their beginning. */
static void append_beginnings(GString *out, const struct run *run)
{
	const char *p = run->begin;

	for (size_t n = 1; n <= MIN(run->n_chars, BEGINNING_MAX); n++) {
		p = g_utf8_next_char(p);
		if (n >= GRAMS_PREFIX_MIN)
			append_token(out, BEGINNING, run->begin, p);
	}
}

char *grams_of(const char *folded)
{
	GString *out = g_string_sized_new(strlen(folded) * 2);
	const char *at = folded;
	struct run run, before = {0};

	for (; next_run(&at, &run); before = run) {
		append_gap(out, &before, &run, folded);
		if (run.kind == ALNUM) {
			append_token(out, "", run.begin, run.end);
			continue;
		}
		append_first(out, &run);
		append_pairs(out, &run);
		append_last(out, &run);
	}
	at = folded;
	while (next_run(&at, &run))
		if (run.kind == ALNUM)
			append_beginnings(out, &run);
	return g_string_free(out, FALSE);
}

/* A word of letters and digits alone. */
static char *phrase_of_code(const struct run *run)
{
	bool is_beginning = run->n_chars >= GRAMS_PREFIX_MIN && run->n_chars <= BEGINNING_MAX;

	/* Few words begin like one longer than that: they may be gone through. */
	return g_strdup_printf("\"%s%.*s\"%s", is_beginning ? BEGINNING : "",
		(int)(run->end - run->begin), run->begin, run->n_chars > BEGINNING_MAX ? " *" : "");
}

/* A run at an edge of the word may be part of a longer one in the text, if it is Chinese. */
char *grams_phrase(const char *folded_word)
{
	g_autoptr(GString) grams = g_string_new(NULL);
	const char *at = folded_word;
	struct run run, before = {0};

	for (; next_run(&at, &run); before = run) {
		bool first = !before.kind, last = !*at;
		append_gap(grams, &before, &run, folded_word);
		if (first && last && run.kind == ALNUM)
			return phrase_of_code(&run);
		if (run.kind == ALNUM) {
			append_token(grams, "", run.begin, run.end);
			continue;
		}
		if (!first)
			append_first(grams, &run);
		append_pairs(grams, &run);
		if (!last)
			append_last(grams, &run);
	}
	return grams->len ? g_strdup_printf("\"%s\"", grams->str) : NULL;
}
