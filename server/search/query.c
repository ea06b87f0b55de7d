/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/search/query.h"

#include <string.h>

#include "server/search/grams.h"

struct search_words {
	GPtrArray *phrases;
};

struct search_words *search_words_free(struct search_words *w)
{
	if (!w)
		return NULL;
	g_ptr_array_unref(w->phrases);
	g_free(w);
	return NULL;
}

/* Words are what blanks divide, the wide one too; what else divides is part of a word. */
static char **split(const char *typed)
{
	g_autoptr(GString) text = g_string_new(typed);

	g_string_replace(text, "\xe3\x80\x80", " ", 0);
	return g_strsplit_set(text->str, " \t\r\n", -1);
}

struct search_words *search_words_new(const char *typed)
{
	struct search_words *w = g_new0(struct search_words, 1);
	g_auto(GStrv) words = split(typed ? typed : "");

	w->phrases = g_ptr_array_new_with_free_func(g_free);
	for (char **word = words; *word; word++) {
		g_autofree char *folded = grams_fold(*word);
		char *phrase = grams_phrase(folded);
		if (!*folded)
			continue;
		if (!phrase)
			return search_words_free(w);
		g_ptr_array_add(w->phrases, phrase);
	}
	return w;
}

/* "k" and "ztb_tender" → "kztbtender": only what the tokenizer leaves whole. */
static void append_facet(
	GString *out, const char *between, char mark, const char *value, size_t len)
{
	g_string_append_printf(out, "%s%c", between, mark);
	for (size_t i = 0; i < len; i++)
		if (g_ascii_isalnum(value[i]))
			g_string_append_c(out, value[i]);
}

char *query_facet_words(const struct search_facets *f)
{
	GString *out = g_string_new("all");

	append_facet(out, " ", 'k', f->kind, strlen(f->kind));
	append_facet(out, " ", 'g', f->regime, strlen(f->regime));
	append_facet(out, " ", 'm', f->month, strlen(f->month));
	for (size_t len = 2; len <= 6; len += 2)
		append_facet(out, " ", 'r', f->region, MIN(len, strlen(f->region)));
	return g_string_free(out, FALSE);
}

static void append_phrases(GString *out, const char *column, const struct search_words *w)
{
	for (guint i = 0; w && i < w->phrases->len; i++)
		g_string_append_printf(out, "%s%s : %s", out->len ? " AND " : "", column,
			(const char *)g_ptr_array_index(w->phrases, i));
}

char *query_expression(const struct search_query *q)
{
	const struct {
		char mark;
		const char *value;
	} facets[] = {{'k', q->facets.kind}, {'g', q->facets.regime}, {'m', q->facets.month},
		{'r', q->facets.region}};
	GString *out = g_string_new(NULL);

	append_phrases(out, "text", q->text);
	append_phrases(out, "buyer", q->buyer);
	for (size_t i = 0; i < G_N_ELEMENTS(facets); i++)
		if (facets[i].value)
			append_facet(out, out->len ? " AND facets : " : "facets : ", facets[i].mark,
				facets[i].value, strlen(facets[i].value));
	if (!out->len)
		g_string_append(out, "facets : all");
	return g_string_free(out, FALSE);
}
