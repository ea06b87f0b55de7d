/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/counter_store.h"

#include <errno.h>

#include "db/stmt.h"

int counter_store_next(struct db_txn *txn, const char *name, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_exec(txn, "UPDATE counter SET value = value + 1 WHERE name = ?",
		DB_PARAMS(db_text(name)), NULL);

	if (!r)
		r = db_query(txn, "SELECT value FROM counter WHERE name = ?",
			DB_PARAMS(db_text(name)), &rows);
	if (!r)
		r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	*ret = db_col_int(rows, 0);
	return 0;
}
