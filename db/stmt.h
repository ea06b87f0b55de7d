/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_STMT_H
#define DB_STMT_H

/*
 * Statements with bound parameters, prepared once per connection and kept by their text.
 *
 *	r = db_exec(txn, "INSERT INTO t (id, name, made_at) VALUES (?, ?, ?)",
 *		DB_PARAMS(db_text(id), db_maybe_text(name), db_time(now_us)), NULL);
 *
 *	DB_ROWS_AUTO struct db_rows *rows = NULL;
 *	r = db_query(txn, "SELECT id, n FROM t WHERE name = ?", DB_PARAMS(db_text(name)), &rows);
 *	if (r)
 *		return r;
 *	while ((r = db_rows_next(rows)) > 0)
 *		... db_col_text(rows, 0) ...
 *	return r;
 *
 * A refusal (DB_E_DUPLICATE, DB_E_CONSTRAINT) undoes only its statement; the transaction goes on. A
 * fault ends the transaction (db/txn.h). The SQL is a constant of the program, with `?` for every
 * value.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db_txn;

enum db_kind { DB_NULL, DB_INT, DB_TEXT, DB_BLOB, DB_TIME };

/* A value for one `?`. Points to the caller's memory until the call returns. */
struct db_param {
	enum db_kind kind;
	int64_t number; /* DB_INT; DB_TIME: microseconds since the epoch, UTC */
	const void *bytes;
	size_t len;
};

struct db_param db_null(void);
struct db_param db_int(int64_t value);
struct db_param db_text(const char *text);       /* not NULL */
struct db_param db_maybe_text(const char *text); /* NULL becomes SQL NULL */
struct db_param db_text_n(const char *text, size_t len);
struct db_param db_blob(const void *bytes, size_t len);
struct db_param db_time(int64_t time_us); /* for DATETIME(6); years 1 to 9999 */

/* The parameters of one call: expands to the two arguments params, n. */
#define DB_PARAMS(...)                          \
	(const struct db_param[]){__VA_ARGS__}, \
		(sizeof((const struct db_param[]){__VA_ARGS__}) / sizeof(struct db_param))
#define DB_NO_PARAMS NULL, 0

/*
 * Runs a changing statement. *ret_affected (may be NULL) is the number of rows the condition
 * *matched* for UPDATE, also when nothing in them changed; rows inserted or deleted otherwise
 * (ON DUPLICATE KEY UPDATE counts 2 for an updated row).
 */
int db_exec(struct db_txn *txn, const char *sql, const struct db_param *params, size_t n,
	uint64_t *ret_affected);

/* The AUTO_INCREMENT or LAST_INSERT_ID(expr) value of the last db_exec of this transaction. */
uint64_t db_insert_id(struct db_txn *txn);

/*
 * Runs a query and fetches its whole result into memory (so the SQL carries a LIMIT); other
 * statements may run while the rows are read. Rows are good until db_rows_free or the end of fn,
 * whichever is first.
 */
struct db_rows;
int db_query(struct db_txn *txn, const char *sql, const struct db_param *params, size_t n,
	struct db_rows **ret);

/* 1: the next row is there; 0: no more; negative errno: fault. */
int db_rows_next(struct db_rows *rows);

/*
 * Columns of the current row, counted from 0. Asking by the wrong type, or for int or time of a
 * NULL, is asserted: the types stand in the SQL. DECIMAL (also SUM() and AVG() of whole numbers),
 * DATE and JSON columns are text; write CAST(SUM(n) AS SIGNED) for a number. Text and blob end with
 * a NUL that does not count and live until the next db_rows_next; NULL for SQL NULL.
 */
bool db_col_is_null(struct db_rows *rows, unsigned i);
const char *db_col_text(struct db_rows *rows, unsigned i);
const void *db_col_blob(struct db_rows *rows, unsigned i, size_t *ret_len);
int64_t db_col_int(struct db_rows *rows, unsigned i);
int64_t db_col_time(struct db_rows *rows, unsigned i); /* microseconds since the epoch */

struct db_rows *db_rows_free(struct db_rows *rows);

static inline void db_rows_freep(struct db_rows **rows)
{
	db_rows_free(*rows);
}
#define DB_ROWS_AUTO __attribute__((cleanup(db_rows_freep)))

#endif
