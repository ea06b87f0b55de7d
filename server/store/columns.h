/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_COLUMNS_H
#define SERVER_STORE_COLUMNS_H

/* Columns of the current row in the forms the stores keep them in. */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "db/stmt.h"

/* Copies a text; "" for NULL. */
void column_copy(struct db_rows *rows, unsigned i, char *to, size_t size);

/* Microseconds; 0 for NULL. */
int64_t column_time(struct db_rows *rows, unsigned i);

/* New bytes; NULL for NULL. */
GBytes *column_bytes(struct db_rows *rows, unsigned i);

/* 32 bytes into `to`, zeros for NULL; -EBADMSG for another length. */
int column_32(struct db_rows *rows, unsigned i, uint8_t to[static 32]);

/* Exactly size bytes into `to`; false, and zeros, for NULL or another length. */
bool column_fixed(struct db_rows *rows, unsigned i, uint8_t *to, size_t size);

/* A new JSON value of a text the database keeps as JSON; NULL for NULL. */
json_t *column_json(struct db_rows *rows, unsigned i);

/* The canonical text of a value for a JSON column; NULL (-EINVAL) if it has none. */
GString *column_json_text(const json_t *value);

/* SQL NULL for 0. */
struct db_param db_maybe_time(int64_t t_us);

/* The bytes of a GBytes; SQL NULL for NULL. */
struct db_param db_bytes(GBytes *bytes);

/*
 * The ends of a getter, behind its query that answered r: all rows, or the only one. from_row makes
 * an object of the current row; the only one goes to the pointer at ret. 0, STORE_E_NONE (of the
 * latter) or negative errno.
 */
typedef void *(*row_reader)(struct db_rows *rows);
int rows_take(
	int r, struct db_rows *rows, row_reader from_row, GDestroyNotify free_row, GPtrArray **ret);
int rows_take_one(int r, struct db_rows *rows, row_reader from_row, void *ret);

/* The whole getter of the one row a statement finds by its only parameter. */
int rows_by_key(
	struct db_txn *txn, const char *sql, const char *key, row_reader from_row, void *ret);

/* The end of a question whether there is such a row. 0 or negative errno. */
int rows_exist(int r, struct db_rows *rows, bool *ret);

/* The end of a getter of one row: moves to it. 0, STORE_E_NONE or negative errno. */
int rows_only(struct db_rows *rows);

#endif
