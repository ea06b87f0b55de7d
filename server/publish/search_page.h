/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SEARCH_PAGE_H
#define SERVER_PUBLISH_SEARCH_PAGE_H

/*
 * The page of a search (检索页) and the same search as a feed, which a reader can subscribe to. It works
 * without a script: the form asks the server. Pure; to be freed with g_string_free.
 */
#include <glib.h>
#include <jansson.h>

#include "server/publish/site.h"

/*
 * asked: what was asked, as the act notice.search takes it. found: its answer, NULL when nothing was
 * asked or there was none; message: what to tell then, may be NULL. regions: the codes of those to
 * choose from where the name that was typed means more than one; NULL: none.
 */
GString *search_page(const struct site *site, const json_t *asked, const json_t *found,
	const char *message, const GPtrArray *regions);
GString *search_atom(const struct site *site, const json_t *asked, const json_t *found);

/* "q=…&kind=…", percent-encoded, without `after` and `limit`. A new string. */
char *search_query_text(const json_t *asked);

#endif
