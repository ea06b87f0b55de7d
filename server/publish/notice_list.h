/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_NOTICE_LIST_H
#define SERVER_PUBLISH_NOTICE_LIST_H

/*
 * The lists of published notices (公告列表) as pages and feeds: all of them, those of a kind, of a
 * region; each list has a first page with the newest, a page for each part of each month, and an
 * Atom feed. Pure; each result is to be freed with g_string_free.
 */
#include <glib.h>

#include "server/publish/site.h"
#include "server/store/notice_list_store.h"

/* On the first page of a list and in its feed. */
#define NOTICE_LIST_NEWEST 50
/* On one page of a month. A full page is never written again. */
#define NOTICE_LIST_PART 500

/* Which list: both zero for that of all notices. */
struct notice_list {
	enum notice_kind kind;
	char region[7]; /* "": any */
};

/* A month of a list and how many notices it has. */
struct list_month {
	char month[8];
	unsigned n;
};

/* "notices/kind/gp_tender": where its pages lie below the root. A new string. */
char *notice_list_dir(const struct notice_list *list);
/* "2026-03.html", for later parts "2026-03-2.html". A new string. */
char *notice_list_part_name(const char *month, unsigned part);

/* newest: struct notice_line. months: struct list_month, latest first. */
GString *notice_list_page(const struct site *site, const struct notice_list *list,
	const GPtrArray *newest, const GArray *months);
/* Part counts from 1; lines are in the order of publication and shown newest first. */
GString *notice_month_page(const struct site *site, const struct notice_list *list,
	const struct list_month *month, unsigned part, const GPtrArray *lines);
/* RFC 4287. */
GString *notice_list_atom(
	const struct site *site, const struct notice_list *list, const GPtrArray *newest);

/* The first page of the house; kinds and regions: struct notice_list that have notices. */
GString *front_page(
	const struct site *site, const GPtrArray *newest, const GArray *kinds, const GArray *regions);

/* sitemaps.org: the index of the months, and one month's notices. */
GString *sitemap_index(const struct site *site, const GArray *months);
GString *sitemap_part(const struct site *site, const GPtrArray *lines);

#endif
