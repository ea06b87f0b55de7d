/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What anybody types into the search of the public notices: the first line is text, the second the
 * buyer. The index answers anything that is UTF-8, which the door above sees to.
 */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "server/search/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct search *index_open(void)
{
	static struct search *search;

	if (!search) {
		g_autofree char *dir = g_dir_make_tmp("fuzz-XXXXXX", NULL);
		g_autofree char *path = g_build_filename(dir, "index", NULL);

		g_assert(search_open(path, &search) == 0);
		/* SQLite keeps what it has open. */
	}
	return search;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *typed = g_strndup((const char *)data, size);
	struct search *search = index_open();
	int64_t seqs[4];
	unsigned n = 0;

	if (!g_utf8_validate(typed, -1, NULL))
		return 0;
	char *newline = strchr(typed, '\n');
	if (newline)
		*newline = '\0';
	const char *buyer = newline ? newline + 1 : "";
	const struct search_doc doc = {.seq = 1,
		.text = typed,
		.buyer = buyer,
		.facets = {"tender", "engineering", "110000", "2026-03"}};
	SEARCH_WORDS_AUTO struct search_words *words = search_words_new(typed);
	SEARCH_WORDS_AUTO struct search_words *buyers = search_words_new(buyer);
	const struct search_query query = {.text = words, .buyer = buyers};

	int r = search_add(search, &doc, 1, 1, "fuzz");
	if (r == -EAGAIN) /* full of old revisions, and begun anew */
		r = search_add(search, &doc, 1, 1, "fuzz");
	g_assert_cmpint(r, ==, 0);
	g_assert_cmpint(search_find(search, &query, G_N_ELEMENTS(seqs), seqs, &n), ==, 0);
	g_assert(n == 0 || (n == 1 && seqs[0] == 1));
	return 0;
}
