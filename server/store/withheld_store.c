/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/withheld_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"

void withheld_free(struct withheld *w)
{
	if (!w)
		return;
	g_free(w->reason);
	g_clear_pointer(&w->sealed, g_bytes_unref);
	g_free(w);
}

static int insert(struct db_txn *txn, const char *notice_id, const struct withheld *w)
{
	gsize len;
	const void *sealed = g_bytes_get_data(w->sealed, &len);

	return db_exec(txn,
		"INSERT INTO notice_withheld (notice_id, field, reason, until_at, salt, digest, "
		"sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(notice_id), db_text(w->field), db_text(w->reason),
			w->until_us ? db_time(w->until_us) : db_null(),
			db_blob(w->salt, sizeof(w->salt)), db_blob(w->digest, sizeof(w->digest)),
			db_blob(sealed, len)),
		NULL);
}

int withheld_store_replace(struct db_txn *txn, const char *notice_id, const GPtrArray *list)
{
	int r = db_exec(txn, "DELETE FROM notice_withheld WHERE notice_id = ?",
		DB_PARAMS(db_text(notice_id)), NULL);

	for (guint i = 0; !r && i < list->len; i++)
		r = insert(txn, notice_id, g_ptr_array_index(list, i));
	return r;
}

static int from_row(struct db_rows *rows, struct withheld **ret)
{
	struct withheld *w = g_new0(struct withheld, 1);
	size_t salt_len, digest_len, sealed_len;
	const void *salt = db_col_blob(rows, 3, &salt_len);
	const void *digest = db_col_blob(rows, 4, &digest_len);
	const void *sealed = db_col_blob(rows, 5, &sealed_len);

	if (salt_len != sizeof(w->salt) || digest_len != sizeof(w->digest)) {
		withheld_free(w);
		return -EBADMSG;
	}
	g_strlcpy(w->field, db_col_text(rows, 0), sizeof(w->field));
	w->reason = g_strdup(db_col_text(rows, 1));
	w->until_us = db_col_is_null(rows, 2) ? 0 : db_col_time(rows, 2);
	memcpy(w->salt, salt, sizeof(w->salt));
	memcpy(w->digest, digest, sizeof(w->digest));
	w->sealed = g_bytes_new(sealed, sealed_len);
	w->disclosed_us = db_col_is_null(rows, 6) ? 0 : db_col_time(rows, 6);
	*ret = w;
	return 0;
}

int withheld_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)withheld_free);
	int r = db_query(txn,
		"SELECT field, reason, until_at, salt, digest, sealed, disclosed_at "
		"FROM notice_withheld WHERE notice_id = ? ORDER BY field",
		DB_PARAMS(db_text(notice_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct withheld *w;
		r = from_row(rows, &w);
		if (!r)
			g_ptr_array_add(list, w);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int withheld_store_disclose(
	struct db_txn *txn, const char *notice_id, const char *field, int64_t disclosed_us)
{
	return db_exec(txn,
		"UPDATE notice_withheld SET disclosed_at = ? WHERE notice_id = ? AND field = ?",
		DB_PARAMS(db_time(disclosed_us), db_text(notice_id), db_text(field)), NULL);
}
