/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/list_page.h"

void out_list_page(const struct act *a, const GPtrArray *rows, unsigned limit, list_row row,
	const char *(*next_of)(const void *row), json_t *out)
{
	json_t *items = json_array();

	for (guint i = 0; i < rows->len; i++)
		json_array_append_new(items, row(a, g_ptr_array_index(rows, i)));
	json_object_set_new(out, "items", items);
	out_text(out, "next",
		rows->len == limit ? next_of(g_ptr_array_index(rows, limit - 1)) : NULL);
}
