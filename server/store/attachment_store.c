/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/attachment_store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "server/store/columns.h"
#include "server/trade/attachment.h"

#define COLUMNS "attachment_id, notice_id, name, type, size, sha256, offered"

void attachment_free(struct attachment *at)
{
	if (!at)
		return;
	g_free(at->name);
	g_free(at);
}

int attachment_store_insert(struct db_txn *txn, const struct attachment *at, int64_t added_us)
{
	return db_exec(txn,
		"INSERT INTO notice_attachment (" COLUMNS ", added_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(at->attachment_id), db_text(at->notice_id), db_text(at->name),
			db_text(at->type->name), db_int(at->size),
			db_blob(at->sha256, sizeof(at->sha256)), db_int(at->offered),
			db_time(added_us)),
		NULL);
}

static void *attachment_from_row(struct db_rows *rows)
{
	struct attachment *at = g_new0(struct attachment, 1);

	column_copy(rows, 0, at->attachment_id, sizeof(at->attachment_id));
	column_copy(rows, 1, at->notice_id, sizeof(at->notice_id));
	at->name = g_strdup(db_col_text(rows, 2));
	at->type = attachment_type_find(db_col_text(rows, 3));
	at->size = db_col_int(rows, 4);
	column_32(rows, 5, at->sha256); /* BINARY(32) */
	at->offered = db_col_int(rows, 6) != 0;
	return at;
}

int attachment_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " COLUMNS " FROM notice_attachment WHERE notice_id = ? "
		"ORDER BY attachment_id",
		DB_PARAMS(db_text(notice_id)), &rows);

	return rows_take(r, rows, attachment_from_row, (GDestroyNotify)attachment_free, ret);
}

int attachment_store_get(struct db_txn *txn, const char *attachment_id, struct attachment **ret)
{
	return rows_by_key(txn, "SELECT " COLUMNS " FROM notice_attachment WHERE attachment_id = ?",
		attachment_id, attachment_from_row, ret);
}

int attachment_store_delete(struct db_txn *txn, const char *attachment_id)
{
	return db_exec(txn, "DELETE FROM notice_attachment WHERE attachment_id = ?",
		DB_PARAMS(db_text(attachment_id)), NULL);
}

static char *path_of(const char *data_dir, const char *attachment_id)
{
	return g_build_filename(data_dir, "attachments", attachment_id, NULL);
}

static int fault_of(const GError *error)
{
	switch (error->code) {
	case G_FILE_ERROR_NOSPC:
		return -ENOSPC;
	case G_FILE_ERROR_NOENT:
		return -ENOENT;
	default:
		return -EIO;
	}
}

int attachment_file_write(const char *data_dir, const char *attachment_id, GBytes *bytes)
{
	g_autofree char *dir = g_build_filename(data_dir, "attachments", NULL);
	g_autofree char *path = path_of(data_dir, attachment_id);
	g_autoptr(GError) error = NULL;
	gsize len;
	const char *content = g_bytes_get_data(bytes, &len);

	if (g_mkdir(dir, 0700) < 0 && errno != EEXIST)
		return -errno;
	if (g_file_set_contents_full(path, content, (gssize)len,
		    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
		return 0;
	return fault_of(error);
}

int attachment_file_read(const char *data_dir, const char *attachment_id, GBytes **ret)
{
	g_autofree char *path = path_of(data_dir, attachment_id);
	g_autoptr(GError) error = NULL;
	char *content;
	gsize len;

	if (!g_file_get_contents(path, &content, &len, &error))
		return fault_of(error);
	*ret = g_bytes_new_take(content, len);
	return 0;
}

int attachment_file_remove(const char *data_dir, const char *attachment_id)
{
	g_autofree char *path = path_of(data_dir, attachment_id);

	return g_unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
}
