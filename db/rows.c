/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/rows.h"
#include "db/conn.h"
#include "db/stmt.h"
#include "db/datetime.h"

#include <errno.h>

/* Longer text is fetched in a second step, once its length is known. Longer than any number or date
 * as text, because the library can repeat the fetch of a column only for strings. */
#define FIRST_BYTES 256

/* More than any column type of ours holds (MEDIUMTEXT: 16 MB). */
#define MAX_BYTES (64ul << 20)

struct column {
	enum db_kind kind; /* DB_INT, DB_TIME, or DB_TEXT for all the rest */
	my_bool is_null;
	my_bool cut; /* text: longer than the buffer; number: does not fit */
	long long number;
	MYSQL_TIME time;
	int64_t time_us;
	char *bytes; /* size + 1 of them */
	size_t size;
	unsigned long len;
};

struct db_rows {
	struct db_txn *txn;
	struct db_stmt *stmt;
	char *sql;
	bool at_row;
	unsigned n_columns;
	MYSQL_BIND *binds;
	struct column columns[];
};

static enum db_kind kind_of(enum enum_field_types type)
{
	switch (type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
		return DB_INT;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return DB_TIME;
	default:
		return DB_TEXT;
	}
}

static void bind_column(MYSQL_BIND *bind, struct column *column)
{
	bind->is_null = &column->is_null;
	bind->error = &column->cut;
	switch (column->kind) {
	case DB_INT:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &column->number;
		break;
	case DB_TIME:
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &column->time;
		break;
	default:
		bind->buffer_type = MYSQL_TYPE_STRING;
		bind->buffer = column->bytes;
		bind->buffer_length = column->size;
		bind->length = &column->len;
		break;
	}
}

static void set_size(struct column *column, size_t size)
{
	g_free(column->bytes);
	column->bytes = g_malloc(size + 1);
	column->size = size;
}

struct db_rows *db_rows_new(struct db_txn *txn, struct db_stmt *stmt, const char *sql)
{
	unsigned n = mysql_stmt_field_count(stmt->mysql);
	struct db_rows *rows = g_malloc0(sizeof *rows + n * sizeof rows->columns[0]);
	MYSQL_RES *meta = mysql_stmt_result_metadata(stmt->mysql);

	g_assert(meta);
	*rows = (struct db_rows){.txn = txn, .stmt = stmt, .sql = g_strdup(sql), .n_columns = n};
	rows->binds = g_new0(MYSQL_BIND, n);
	for (unsigned i = 0; i < n; i++) {
		rows->columns[i].kind = kind_of(mysql_fetch_field_direct(meta, i)->type);
		if (rows->columns[i].kind == DB_TEXT)
			set_size(&rows->columns[i], FIRST_BYTES);
		bind_column(&rows->binds[i], &rows->columns[i]);
	}
	mysql_free_result(meta);
	txn->n_rows++;
	return rows;
}

struct db_rows *db_rows_free(struct db_rows *rows)
{
	if (!rows)
		return NULL;
	mysql_stmt_free_result(rows->stmt->mysql);
	db_conn_give_back(rows->txn->conn, rows->stmt);
	rows->txn->n_rows--;
	for (unsigned i = 0; i < rows->n_columns; i++)
		g_free(rows->columns[i].bytes);
	g_free(rows->binds);
	g_free(rows->sql);
	g_free(rows);
	return NULL;
}

static int fail(struct db_rows *rows)
{
	MYSQL_STMT *mysql = rows->stmt->mysql;

	return db_txn_fail(rows->txn, mysql_stmt_errno(mysql), mysql_stmt_error(mysql), rows->sql);
}

static int fail_column(struct db_rows *rows, unsigned i, const char *what)
{
	rows->txn->dead = true;
	rows->txn->verdict = DB_VERDICT_FAULT;
	return db_fault(-EIO, "column %u %s, in: %.200s", i, what, rows->sql);
}

/* Fetches the whole of a text that did not fit, and keeps the larger buffer for the next rows. */
static int fetch_long(struct db_rows *rows, unsigned i)
{
	struct column *column = &rows->columns[i];

	if (column->len > MAX_BYTES)
		return fail_column(rows, i, "is too long");
	set_size(column, column->len);
	bind_column(&rows->binds[i], column);
	if (mysql_stmt_fetch_column(rows->stmt->mysql, &rows->binds[i], i, 0))
		return fail(rows);
	return 0;
}

static int take_column(struct db_rows *rows, unsigned i)
{
	struct column *column = &rows->columns[i];
	int r = 0;

	if (column->is_null)
		return 0;
	switch (column->kind) {
	case DB_INT:
		return column->cut ? fail_column(rows, i, "is too large for 64 bits") : 0;
	case DB_TIME:
		if (db_datetime_to_us(&column->time, &column->time_us) < 0)
			return fail_column(rows, i, "is no time");
		return 0;
	default:
		if (column->len > column->size)
			r = fetch_long(rows, i);
		if (!r)
			column->bytes[column->len] = 0;
		return r;
	}
}

int db_rows_next(struct db_rows *rows)
{
	int r;

	rows->at_row = false;
	if (rows->txn->dead)
		return db_verdict_result(rows->txn->verdict);
	/* Each time, because buffers may have grown. */
	if (mysql_stmt_bind_result(rows->stmt->mysql, rows->binds))
		return fail(rows);
	r = mysql_stmt_fetch(rows->stmt->mysql);
	if (r == MYSQL_NO_DATA)
		return 0;
	if (r != 0 && r != MYSQL_DATA_TRUNCATED)
		return fail(rows);
	for (unsigned i = 0; i < rows->n_columns; i++) {
		r = take_column(rows, i);
		if (r < 0)
			return r;
	}
	rows->at_row = true;
	return 1;
}

static struct column *column_at(struct db_rows *rows, unsigned i)
{
	g_assert(rows->at_row && i < rows->n_columns);
	return &rows->columns[i];
}

bool db_col_is_null(struct db_rows *rows, unsigned i)
{
	return column_at(rows, i)->is_null;
}

const void *db_col_blob(struct db_rows *rows, unsigned i, size_t *ret_len)
{
	struct column *column = column_at(rows, i);

	g_assert(column->kind == DB_TEXT);
	*ret_len = column->is_null ? 0 : column->len;
	return column->is_null ? NULL : column->bytes;
}

const char *db_col_text(struct db_rows *rows, unsigned i)
{
	size_t len;

	return db_col_blob(rows, i, &len);
}

int64_t db_col_int(struct db_rows *rows, unsigned i)
{
	struct column *column = column_at(rows, i);

	g_assert(column->kind == DB_INT && !column->is_null);
	return column->number;
}

int64_t db_col_time(struct db_rows *rows, unsigned i)
{
	struct column *column = column_at(rows, i);

	g_assert(column->kind == DB_TIME && !column->is_null);
	return column->time_us;
}
