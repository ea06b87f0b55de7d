/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_CSV_H
#define SERVER_CORE_CSV_H

/*
 * Tables as comma-separated text (RFC 4180) in UTF-8, with or without a byte order mark, lines
 * ended by CRLF or LF. Blank lines are no rows. Pure, any thread.
 */
#include <glib.h>
#include <stddef.h>

/* Refusals. */
enum {
	CSV_E_TEXT = 1, /* no UTF-8, or a zero byte */
	CSV_E_QUOTE,    /* a quote within an unquoted cell, or something behind a closing one */
	CSV_E_OPEN,     /* the last quote is never closed */
	CSV_E_TOO_LONG, /* more rows or cells than asked for */
};

struct csv_row {
	unsigned line;    /* of its beginning, from 1 */
	GPtrArray *cells; /* char * */
};

void csv_row_free(struct csv_row *row);

/*
 * *ret_rows: a new array of struct csv_row. 0, or a refusal with the line in *ret_line.
 */
int csv_read(const char *text, size_t len, unsigned max_rows, unsigned max_cells,
	GPtrArray **ret_rows, unsigned *ret_line);

/* Appends a row to a table that is being written; a cell that is NULL is empty. */
void csv_add_row(GString *table, const char *const *cells, size_t n);

/* An English sentence about a refusal. */
const char *csv_refusal_text(int refusal);

#endif
