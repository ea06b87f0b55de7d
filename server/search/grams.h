/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SEARCH_GRAMS_H
#define SERVER_SEARCH_GRAMS_H

/*
 * What searching compares (检索用词): folded text, and the overlapping pairs of characters (二元组)
 * an index finds it by. Chinese has no blanks between words, so every run of Chinese characters is
 * cut into pairs; letters and digits stay whole.
 *
 * A folded text contains a folded word when the word stands in it character by character, but a run
 * of letters or digits at an edge of the word only whole ("rpa" is not in "rpas"; for codes see
 * GRAMS_PREFIX_MIN). Exactly then the word's phrase stands in the text's grams: the ends of the
 * runs are grams too, so that no phrase reaches over them by chance.
 *
 * Pure, any thread.
 */
#include <glib.h>

/* A word of letters and digits alone and at least this long also finds what it begins: codes. */
#define GRAMS_PREFIX_MIN 6

/*
 * Folded text: full width becomes half width, letters lower case, whatever is neither letter nor
 * digit one blank between two others. text is UTF-8. A new string.
 */
char *grams_fold(const char *text);

/* The grams of a folded text with a blank between them, in their order. A new string. */
char *grams_of(const char *folded);

/*
 * The FTS5 phrase of a folded word: a new string, or NULL when the word is too short to be looked
 * for (nothing, or one Chinese character).
 */
char *grams_phrase(const char *folded_word);

#endif
