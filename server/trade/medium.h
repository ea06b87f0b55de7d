/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A notice in several media (发布媒介): what it may name, and whether the text that stood there is
 * ours. Texts are compared without what a medium's layout does to them: spaces and line ends are
 * left out, and full-width and other compatibility forms are taken for what they stand for (NFKC).
 * Everything else counts, and nothing may stand before or behind. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/regime.h"
#include "server/trade/rulebook.h"

#define MEDIA_MAX 8
#define MEDIUM_NAME_MAX 60     /* characters */
#define MEDIUM_ADDRESS_MAX 200 /* characters */
#define MEDIUM_TEXT_MAX 600000 /* characters of what stood there */
#define MEDIUM_LOOKS_MAX 50    /* at one medium of a notice: each keeps the whole text */

/* Characters of what is told about the first difference. */
#define MEDIUM_EXCERPT 24

/* Where two texts part: so many characters are the same, the last of them in `common`. */
struct medium_difference {
	int64_t at;
	char *common, *ours, *theirs; /* empty where a text ends */
};

void medium_difference_clear(struct medium_difference *d);
#define MEDIUM_DIFFERENCE_AUTO __attribute__((cleanup(medium_difference_clear)))

/*
 * Both are UTF-8. False: *ret says where they part. Layout is no difference, nor are up to
 * two lines of theirs that name the source, which a reprint must have (M01).
 */
bool medium_agrees(const char *ours, const char *theirs, struct medium_difference *ret);

/* The rule that a reprint (转载) which differs breaks; NULL: none of this regime or book. */
const char *medium_whole_rule(const struct rulebook *book, enum regime regime);
/* Until when a notice published then is to stand in its media, and by which rule; 0: no rule. */
int64_t medium_due_us(const struct rulebook *book, const struct calendar *cal, enum regime regime,
	int64_t published_us, const char **ret_rule);
