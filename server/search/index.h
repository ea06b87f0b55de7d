/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SEARCH_INDEX_H
#define SERVER_SEARCH_INDEX_H

/*
 * The full-text index of the public notices (全文索引): an SQLite FTS5 file beside each server,
 * derived from the database and thrown away at will. It knows exactly which texts match; the rows
 * decide who sees what. Until its follower has found that it is an index of this database, nothing
 * is found.
 *
 * A document is kept under its place in the publication order, so newest first is a scan from the
 * end that stops when a page is full. How far the index has followed is written in the transaction
 * that adds the documents: a killed process leaves both or neither.
 *
 * A file that is damaged or of another build is begun anew, empty.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEARCH_ANCHOR_SIZE 64

/* What a search narrows by. NULL: by anything (never so in a document). */
struct search_facets {
	const char *kind;   /* letters, digits, "_" */
	const char *regime; /* the same */
	const char *region; /* six digits; in a query also the first two or four */
	const char *month;  /* "2026-03" */
};

struct search_doc {
	int64_t seq; /* place in the publication order, from 1 */
	const char *text, *buyer;
	struct search_facets facets;
};

/* Folded words, all of which must be there. */
struct search_words;

/*
 * The words of what somebody typed, NULL or "": none. A new object, or NULL when one of them is too
 * short to be looked for.
 */
struct search_words *search_words_new(const char *typed);
struct search_words *search_words_free(struct search_words *w);
static inline void search_words_freep(struct search_words **w)
{
	search_words_free(*w);
}
#define SEARCH_WORDS_AUTO __attribute__((cleanup(search_words_freep)))

struct search_query {
	const struct search_words *text, *buyer;
	struct search_facets facets;
	int64_t before; /* only documents with a smaller seq; 0: all */
};

struct search;

/* 0 or negative errno. Thread: any, once. */
int search_open(const char *path, struct search **ret);
struct search *search_free(struct search *s);

/* The last seq the index has followed to and what was noted with it ("" at the beginning). Any
 * thread. */
int64_t search_watermark(struct search *s, char ret_anchor[static SEARCH_ANCHOR_SIZE]);

/*
 * Adds documents and sets the watermark, in one transaction. A document added again stands for its
 * new text. The follower's thread only. 0 or negative errno; -EAGAIN: the file was begun anew, look
 * at the watermark again.
 */
int search_add(struct search *s, const struct search_doc *docs, size_t n, int64_t watermark,
	const char *anchor);
/* Forgets everything. The follower's thread only. */
int search_clear(struct search *s);
/* The index is of this database, or empty. The follower's thread only; any thread. */
void search_trust(struct search *s);
bool search_is_trusted(struct search *s);

/*
 * The newest `limit` documents that match, newest first. Any thread. 0 or negative errno.
 */
int search_find(struct search *s, const struct search_query *query, unsigned limit,
	int64_t *ret_seqs, unsigned *ret_n);

#endif
