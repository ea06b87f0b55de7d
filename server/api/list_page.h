/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_LIST_PAGE_H
#define SERVER_API_LIST_PAGE_H

/* A page of a list, as every view answers it: `items`, and in `next` where the next one begins. */
#include <glib.h>

#include "server/act/act.h"

/* Makes the object of one row. */
typedef json_t *(*list_row)(const struct act *a, const void *row);

/*
 * next_of tells what the page behind a row is asked for with; `next` is null behind a page that is
 * not full.
 */
void out_list_page(const struct act *a, const GPtrArray *rows, unsigned limit, list_row row,
	const char *(*next_of)(const void *row), json_t *out);

#endif
