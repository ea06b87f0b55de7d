/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/csv.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A table from outside: within its bounds, or refused with a line of it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autoptr(GPtrArray) rows = NULL;
	unsigned line = 0;

	if (csv_read((const char *)data, len, 8, 4, &rows, &line)) {
		g_assert(!rows && line >= 1 && line <= len + 1);
		return 0;
	}
	g_assert(rows->len <= 8);
	for (guint i = 0; i < rows->len; i++) {
		const struct csv_row *row = g_ptr_array_index(rows, i);
		g_assert(row->cells->len >= 1 && row->cells->len <= 4);
		for (guint k = 0; k < row->cells->len; k++)
			g_assert(g_utf8_validate(row->cells->pdata[k], -1, NULL));
	}
	return 0;
}
