/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The names of administrative divisions (行政区划, GB/T 2260) beside their six-digit codes. Like
 * the holidays they are a table loaded at run time: tools/regions.mjs writes it from an npm
 * package. A code that it does not have is shown as it is, since divisions come and go.
 *
 * A struct regions is immutable once made; any thread may read it. NULL is a table without rows.
 */

#include <stddef.h>

#include <glib.h>

#define REGIONS_TEXT_MAX (1024 * 1024)

enum {
	REGIONS_E_TOO_LONG = 1, /* text above REGIONS_TEXT_MAX */
	REGIONS_E_SYNTAX,       /* a line that is not CODE,NAME, or no UTF-8 */
	REGIONS_E_TWICE,        /* a code that was there before */
};

struct regions;

/*
 * Reads a table: UTF-8 lines "370402,市中区"; lines that start with # and empty lines are skipped.
 * On a refusal *ret_line (may be NULL) is the line.
 */
int regions_parse(const char *text, size_t len, struct regions **ret, unsigned *ret_line);
struct regions *regions_free(struct regions *r);

/* Where the table says it is from ("# source: …"); "" where it does not. */
const char *regions_source(const struct regions *r);

/* "山东省枣庄市市中区", with what it lies in; NULL: no such code in the table. A new string. */
char *regions_name(const struct regions *r, const char *code);
/* "山东省枣庄市市中区（370402）", or the code alone. A new string. */
char *regions_label(const struct regions *r, const char *code);

/*
 * The codes of the divisions that a name, or a part of one, can mean: one that is called exactly so
 * with what it lies in alone, else all that contain it, without those that lie in another of them.
 * "枣庄" is 370400, "市中区" every one of them; in the order of the codes, at most max. Strings of the
 * array's own.
 */
GPtrArray *regions_search(const struct regions *r, const char *name, guint max);

static inline void regions_freep(struct regions **r)
{
	regions_free(*r);
}
