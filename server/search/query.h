/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SEARCH_QUERY_H
#define SERVER_SEARCH_QUERY_H

/* What the index stores and is asked for as FTS5 texts. Pure. */
#include <glib.h>

#include "server/search/index.h"

/* The column "facets" of a document: one word for each thing it can be narrowed by. A new string. */
char *query_facet_words(const struct search_facets *f);
/* The MATCH expression of a query. A new string. */
char *query_expression(const struct search_query *q);

#endif
