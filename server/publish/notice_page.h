/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_NOTICE_PAGE_H
#define SERVER_PUBLISH_NOTICE_PAGE_H

/*
 * The public pages as text, from rows already read: pure, so that a page can be tested without a
 * server. Each result is to be freed with g_string_free.
 */
#include <glib.h>

#include "server/store/notice_store.h"
#include "server/trade/rulebook.h"

/* What all pages of a house share. */
struct site {
	const char *centre;     /* name of the trading centre */
	const char *public_url; /* without a trailing slash */
	gboolean demo;
};

/* One published notice: contents, times, digest of the text. */
GString *notice_page(const struct site *site, const struct notice_row *n);
/* The first page and the list: newest first. */
GString *notice_list_page(const struct site *site, const GPtrArray *notices, gboolean front);
/* RFC 4287. */
GString *notice_atom(const struct site *site, const GPtrArray *notices);
GString *rulebook_page(const struct site *site, const struct rulebook *book);

#endif
