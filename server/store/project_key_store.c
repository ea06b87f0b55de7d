/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/project_key_store.h"

#include <errno.h>

#include "db/fault.h"
#include "db/stmt.h"
#include "server/store/columns.h"

int project_key_store_of_lot(
	struct db_txn *txn, const char *lot_id, char ret_project_id[static ID_SIZE], GBytes **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT l.project_id, k.key_enc FROM lot l LEFT JOIN project_key k USING (project_id) "
		"WHERE l.lot_id = ?",
		DB_PARAMS(db_text(lot_id)), &rows);

	if (!r)
		r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	column_copy(rows, 0, ret_project_id, ID_SIZE);
	*ret = column_bytes(rows, 1);
	return 0;
}

int project_key_store_settle(struct db_txn *txn, const char *project_id, GBytes *key)
{
	int r = db_exec(txn, "INSERT INTO project_key (project_id, key_enc) VALUES (?, ?)",
		DB_PARAMS(db_text(project_id), db_bytes(key)), NULL);

	return r == DB_E_DUPLICATE ? 0 : r <= 0 ? r : -EIO;
}
