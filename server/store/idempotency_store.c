/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/idempotency_store.h"

#include <glib.h>
#include <string.h>

#include "db/stmt.h"

int idempotency_store_find(struct db_txn *txn, const char *actor, const char *key, const char *act,
	const uint8_t request_sha256[static 32], char **ret_answer)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	size_t len;
	int r = db_query(txn,
		"SELECT act, request_sha256, answer FROM idempotency WHERE actor = ? AND idem_key = ?",
		DB_PARAMS(db_text(actor), db_text(key)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : IDEMPOTENCY_E_NONE;
	const void *sha = db_col_blob(rows, 1, &len);
	if (strcmp(db_col_text(rows, 0), act) != 0 || len != 32 ||
		memcmp(sha, request_sha256, 32) != 0)
		return IDEMPOTENCY_E_MISMATCH;
	*ret_answer = g_strdup(db_col_text(rows, 2));
	return 0;
}

int idempotency_store_put(struct db_txn *txn, const char *actor, const char *key, const char *act,
	const uint8_t request_sha256[static 32], const char *answer, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO idempotency (actor, idem_key, act, request_sha256, answer, created_at) "
		"VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(actor), db_text(key), db_text(act), db_blob(request_sha256, 32),
			db_text(answer), db_time(now_us)),
		NULL);
}
