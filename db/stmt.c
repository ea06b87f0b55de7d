/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/stmt.h"
#include "db/conn.h"
#include "db/fault.h"
#include "db/rows.h"
#include "db/datetime.h"

#include <errno.h>
#include <string.h>

struct db_param db_null(void)
{
	return (struct db_param){.kind = DB_NULL};
}

struct db_param db_int(int64_t value)
{
	return (struct db_param){.kind = DB_INT, .number = value};
}

struct db_param db_text(const char *text)
{
	g_assert(text);
	return db_text_n(text, strlen(text));
}

struct db_param db_maybe_text(const char *text)
{
	return text ? db_text(text) : db_null();
}

struct db_param db_text_n(const char *text, size_t len)
{
	g_assert(text || !len);
	return (struct db_param){.kind = DB_TEXT, .bytes = text ? text : "", .len = len};
}

struct db_param db_blob(const void *bytes, size_t len)
{
	g_assert(bytes || !len);
	return (struct db_param){.kind = DB_BLOB, .bytes = bytes ? bytes : "", .len = len};
}

struct db_param db_time(int64_t time_us)
{
	return (struct db_param){.kind = DB_TIME, .number = time_us};
}

/* What the library is given for a parameter beside the binding itself. */
struct bound {
	long long number;
	MYSQL_TIME time;
	unsigned long len;
};

static int bind(MYSQL_BIND *bind, struct bound *bound, const struct db_param *param)
{
	switch (param->kind) {
	case DB_NULL:
		bind->buffer_type = MYSQL_TYPE_NULL;
		return 0;
	case DB_INT:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bound->number = param->number;
		bind->buffer = &bound->number;
		return 0;
	case DB_TEXT:
	case DB_BLOB:
		bind->buffer_type =
			param->kind == DB_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_LONG_BLOB;
		bind->buffer = (void *)param->bytes;
		bind->buffer_length = bound->len = param->len;
		bind->length = &bound->len;
		return 0;
	case DB_TIME:
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &bound->time;
		return db_datetime_from_us(param->number, &bound->time);
	}
	g_assert_not_reached();
}

static int execute(struct db_txn *txn, struct db_stmt *stmt, const char *sql,
	const struct db_param *params, size_t n)
{
	g_autofree MYSQL_BIND *binds = g_new0(MYSQL_BIND, n + 1);
	g_autofree struct bound *bounds = g_new0(struct bound, n + 1);

	g_assert(mysql_stmt_param_count(stmt->mysql) == n);
	for (size_t i = 0; i < n; i++)
		if (bind(&binds[i], &bounds[i], &params[i]) < 0) {
			txn->dead = true;
			txn->verdict = DB_VERDICT_FAULT;
			return db_fault(-EIO, "parameter %zu is no time, in: %.200s", i + 1, sql);
		}
	if ((n && mysql_stmt_bind_param(stmt->mysql, binds)) || mysql_stmt_execute(stmt->mysql))
		return db_txn_fail(
			txn, mysql_stmt_errno(stmt->mysql), mysql_stmt_error(stmt->mysql), sql);
	return 0;
}

/* Prepares and executes; on success the statement is the caller's to give back. */
static int start(struct db_txn *txn, const char *sql, const struct db_param *params, size_t n,
	struct db_stmt **ret)
{
	struct db_stmt *stmt = NULL;
	unsigned error;
	int r;

	if (txn->dead)
		return db_verdict_result(txn->verdict);
	r = db_txn_ask_hook(txn, sql);
	if (r)
		return r;
	error = db_conn_prepare(txn->conn, sql, &stmt);
	r = error ? db_txn_fail(txn, error, mysql_stmt_error(stmt->mysql), sql)
		  : execute(txn, stmt, sql, params, n);
	if (r) {
		db_conn_give_back(txn->conn, stmt);
		return r;
	}
	*ret = stmt;
	return 0;
}

int db_exec(struct db_txn *txn, const char *sql, const struct db_param *params, size_t n,
	uint64_t *ret_affected)
{
	struct db_stmt *stmt = NULL;
	int r;

	r = start(txn, sql, params, n, &stmt);
	if (r)
		return r;
	g_assert(mysql_stmt_field_count(stmt->mysql) == 0);
	txn->insert_id = mysql_stmt_insert_id(stmt->mysql);
	if (ret_affected)
		*ret_affected = mysql_stmt_affected_rows(stmt->mysql);
	db_conn_give_back(txn->conn, stmt);
	return 0;
}

uint64_t db_insert_id(struct db_txn *txn)
{
	return txn->insert_id;
}

int db_query(struct db_txn *txn, const char *sql, const struct db_param *params, size_t n,
	struct db_rows **ret)
{
	struct db_stmt *stmt = NULL;
	int r;

	r = start(txn, sql, params, n, &stmt);
	if (r)
		return r;
	g_assert(mysql_stmt_field_count(stmt->mysql) > 0);
	if (mysql_stmt_store_result(stmt->mysql)) {
		r = db_txn_fail(
			txn, mysql_stmt_errno(stmt->mysql), mysql_stmt_error(stmt->mysql), sql);
		db_conn_give_back(txn->conn, stmt);
		return r;
	}
	*ret = db_rows_new(txn, stmt, sql);
	return 0;
}
