/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_PAGE_LISTS_H
#define SERVER_FOLLOW_PAGE_LISTS_H

/*
 * Which lists of notices there are, how many notices each month of each has, and which of their pages
 * are to be written again. The counts are read once and carried on; the lines of a page are read when
 * it is written.
 *
 * Thread: the follower of the pages.
 */
#include <stdbool.h>

#include "server/publish/notice_list.h"
#include "server/store/notice_list_store.h"

struct db_pool;
struct page_lists;

struct page_lists *page_lists_new(struct db_pool *pool, const char *dir);
struct page_lists *page_lists_free(struct page_lists *l);

/* Counts notices of this kind, region and month in; the pages they come on are to be written. */
void page_lists_add(struct page_lists *l, const struct notice_count *count);
/* The notice's lines changed: the pages it may be on are to be written. */
void page_lists_touch(struct page_lists *l, const struct notice_count *where);
/* First pages and feeds, with `parts` also all pages of all months, are to be written. */
void page_lists_all(struct page_lists *l, bool parts);

/* Writes the first pages, and then of one list the pages of one month. 1: another one waits, 0: none, negative errno. */
int page_lists_write(struct page_lists *l, const struct site *site);

#endif
