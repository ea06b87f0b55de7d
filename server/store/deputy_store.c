/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/deputy_store.h"

#include "server/store/columns.h"

void deputy_free(struct deputy *d)
{
	if (!d)
		return;
	g_free(d->login);
	g_free(d->name);
	g_free(d);
}

static void *deputy_from_row(struct db_rows *rows)
{
	struct deputy *d = g_new0(struct deputy, 1);

	column_copy(rows, 0, d->deputy_id, sizeof(d->deputy_id));
	d->login = g_strdup(db_col_text(rows, 1));
	d->name = g_strdup(db_col_text(rows, 2));
	d->until_us = column_time(rows, 3);
	return d;
}

int deputy_store_get(
	struct db_txn *txn, const char *account_id, int64_t now_us, struct deputy **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT d.deputy_id, a.login, a.name, d.until_at FROM deputy d "
		"JOIN account a ON a.account_id = d.deputy_id "
		"WHERE d.account_id = ? AND (d.until_at IS NULL OR d.until_at > ?)",
		DB_PARAMS(db_text(account_id), db_time(now_us)), &rows);

	return rows_take_one(r, rows, deputy_from_row, ret);
}

int deputy_store_set(struct db_txn *txn, const char *account_id, const char *deputy_id,
	int64_t until_us, int64_t now_us)
{
	int r = db_exec(txn, "DELETE FROM deputy WHERE account_id = ?",
		DB_PARAMS(db_text(account_id)), NULL);

	if (r || !deputy_id)
		return r;
	return db_exec(txn,
		"INSERT INTO deputy (account_id, deputy_id, until_at, named_at) "
		"VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(account_id), db_text(deputy_id), db_maybe_time(until_us),
			db_time(now_us)),
		NULL);
}
