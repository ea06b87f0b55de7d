/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/house_store.h"

#include <glib.h>

#include "db/stmt.h"
#include "server/store/clock_store.h"

void house_clear(struct house *h)
{
	g_clear_pointer(&h->centre, g_free);
}

int house_store_insert(struct db_txn *txn, const char *name)
{
	return db_exec(txn, "INSERT INTO house (house_id, name) VALUES (1, ?)",
		DB_PARAMS(db_text(name)), NULL);
}

int house_store_get(struct db_txn *txn, struct house *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct legal_clock clock;
	int r = clock_store_get(txn, &clock);

	house_clear(ret);
	if (!r)
		r = db_query(txn, "SELECT name FROM house WHERE house_id = 1", DB_NO_PARAMS, &rows);
	if (r)
		return r;
	r = db_rows_next(rows);
	if (r < 0)
		return r;
	ret->centre = g_strdup(r ? db_col_text(rows, 0) : "公共资源交易中心");
	ret->demo = clock.is_demo;
	return 0;
}
