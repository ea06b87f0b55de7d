/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/columns.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/store/event_store.h"

void column_copy(struct db_rows *rows, unsigned i, char *to, size_t size)
{
	const char *text = db_col_text(rows, i);

	g_strlcpy(to, text ? text : "", size);
}

int64_t column_time(struct db_rows *rows, unsigned i)
{
	return db_col_is_null(rows, i) ? 0 : db_col_time(rows, i);
}

GBytes *column_bytes(struct db_rows *rows, unsigned i)
{
	size_t len;
	const void *bytes = db_col_blob(rows, i, &len);

	return bytes ? g_bytes_new(bytes, len) : NULL;
}

bool column_fixed(struct db_rows *rows, unsigned i, uint8_t *to, size_t size)
{
	size_t len;
	const void *bytes = db_col_blob(rows, i, &len);

	memset(to, 0, size);
	if (!bytes || len != size)
		return false;
	memcpy(to, bytes, size);
	return true;
}

int column_32(struct db_rows *rows, unsigned i, uint8_t to[static 32])
{
	size_t len;

	return column_fixed(rows, i, to, 32) || !db_col_blob(rows, i, &len) ? 0 : -EBADMSG;
}

json_t *column_json(struct db_rows *rows, unsigned i)
{
	const char *text = db_col_text(rows, i);

	return text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

GString *column_json_text(const json_t *value)
{
	GString *text = NULL;

	return canon_dump(value, &text) ? NULL : text;
}

struct db_param db_maybe_time(int64_t t_us)
{
	return t_us ? db_time(t_us) : db_null();
}

struct db_param db_bytes(GBytes *bytes)
{
	size_t len;
	const void *data;

	if (!bytes)
		return db_null();
	data = g_bytes_get_data(bytes, &len);
	return db_blob(data, len);
}

int rows_only(struct db_rows *rows)
{
	int r = db_rows_next(rows);

	if (r > 0)
		return 0;
	return r < 0 ? r : STORE_E_NONE;
}

int rows_exist(int r, struct db_rows *rows, bool *ret)
{
	if (!r)
		r = db_rows_next(rows);
	else if (r > 0)
		r = -EBADMSG;
	if (r < 0)
		return r;
	*ret = r > 0;
	return 0;
}

int rows_take(
	int r, struct db_rows *rows, row_reader from_row, GDestroyNotify free_row, GPtrArray **ret)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_row);

	while (!r && (r = db_rows_next(rows)) > 0) {
		g_ptr_array_add(list, from_row(rows));
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int rows_take_one(int r, struct db_rows *rows, row_reader from_row, void *ret)
{
	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	void *row = from_row(rows);
	memcpy(ret, &row, sizeof(row));
	return 0;
}

int rows_by_key(
	struct db_txn *txn, const char *sql, const char *key, row_reader from_row, void *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(key)), &rows);

	return rows_take_one(r, rows, from_row, ret);
}
