/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/csv.h"

#include <stdbool.h>
#include <string.h>

struct reader {
	const char *at, *end;
	unsigned line, max_cells;
};

void csv_row_free(struct csv_row *row)
{
	if (!row)
		return;
	g_ptr_array_unref(row->cells);
	g_free(row);
}

static bool at_line_end(const struct reader *r)
{
	return r->at == r->end || *r->at == '\n' ||
	       (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
}

static void skip_line_end(struct reader *r)
{
	if (r->at < r->end && *r->at == '\r')
		r->at++;
	if (r->at < r->end)
		r->at++;
	r->line++;
}

/* Behind the opening quote; two quotes are one. */
static int read_quoted(struct reader *r, GString *cell)
{
	for (;; r->at++) {
		if (r->at == r->end)
			return CSV_E_OPEN;
		if (*r->at == '\n')
			r->line++;
		if (*r->at != '"') {
			g_string_append_c(cell, *r->at);
			continue;
		}
		r->at++;
		if (r->at == r->end || *r->at != '"')
			break;
		g_string_append_c(cell, '"');
	}
	return at_line_end(r) || *r->at == ',' ? 0 : CSV_E_QUOTE;
}

static int read_cell(struct reader *r, char **ret)
{
	g_autoptr(GString) cell = g_string_new(NULL);

	if (r->at < r->end && *r->at == '"') {
		r->at++;
		int refused = read_quoted(r, cell);
		if (refused)
			return refused;
	} else {
		for (; !at_line_end(r) && *r->at != ','; r->at++) {
			if (*r->at == '"')
				return CSV_E_QUOTE;
			g_string_append_c(cell, *r->at);
		}
	}
	*ret = g_string_free(g_steal_pointer(&cell), FALSE);
	return 0;
}

static int read_row(struct reader *r, struct csv_row *row)
{
	for (;;) {
		char *cell;
		int refused =
			row->cells->len == r->max_cells ? CSV_E_TOO_LONG : read_cell(r, &cell);
		if (refused)
			return refused;
		g_ptr_array_add(row->cells, cell);
		if (at_line_end(r))
			return 0;
		r->at++; /* the comma */
	}
}

static int read_rows(struct reader *r, unsigned max_rows, GPtrArray *rows)
{
	while (r->at < r->end) {
		if (at_line_end(r)) {
			skip_line_end(r);
			continue;
		}
		if (rows->len == max_rows)
			return CSV_E_TOO_LONG;
		struct csv_row *row = g_new0(struct csv_row, 1);
		row->line = r->line;
		row->cells = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(rows, row);
		int refused = read_row(r, row);
		if (refused)
			return refused;
		skip_line_end(r);
	}
	return 0;
}

int csv_read(const char *text, size_t len, unsigned max_rows, unsigned max_cells,
	GPtrArray **ret_rows, unsigned *ret_line)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)csv_row_free);
	struct reader r = {.at = text, .end = text + len, .line = 1, .max_cells = max_cells};

	*ret_line = 1;
	if (!g_utf8_validate(text, (gssize)len, NULL))
		return CSV_E_TEXT;
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		r.at += 3;
	int refused = read_rows(&r, max_rows, rows);
	*ret_line = r.line;
	if (refused)
		return refused;
	*ret_rows = g_steal_pointer(&rows);
	return 0;
}

static void add_cell(GString *table, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		g_string_append_c(table, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			g_string_append_c(table, '"');
		g_string_append_c(table, *p);
	}
	if (quoted)
		g_string_append_c(table, '"');
}

void csv_add_row(GString *table, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			g_string_append_c(table, ',');
		add_cell(table, cells[i] ? cells[i] : "");
	}
	g_string_append(table, "\r\n");
}

const char *csv_refusal_text(int refusal)
{
	static const char *const texts[] = {
		[CSV_E_TEXT] = "the file is no UTF-8 text",
		[CSV_E_QUOTE] = "a quotation mark stands where none may",
		[CSV_E_OPEN] = "a quotation mark is not closed",
		[CSV_E_TOO_LONG] = "too many rows or columns",
	};

	return texts[refusal];
}
