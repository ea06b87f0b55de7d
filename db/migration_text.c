/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/migration_text.h"

#include <stdbool.h>
#include <string.h>

static bool is_empty_or_comment(const char *line)
{
	while (g_ascii_isspace(*line))
		line++;
	return !*line || g_str_has_prefix(line, "--");
}

GPtrArray *migration_split(const char *sql)
{
	g_autoptr(GPtrArray) stmts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) stmt = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);

	for (char **line = lines; *line; line++) {
		g_strchomp(*line);
		if (!stmt->len && is_empty_or_comment(*line))
			continue;
		if (g_str_has_suffix(*line, ";")) {
			g_string_append_len(stmt, *line, (gssize)strlen(*line) - 1);
			g_ptr_array_add(stmts, g_strdup(stmt->str));
			g_string_truncate(stmt, 0);
		} else {
			g_string_append_printf(stmt, "%s\n", *line);
		}
	}
	return stmt->len ? NULL : g_steal_pointer(&stmts);
}
