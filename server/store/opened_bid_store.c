/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/opened_bid_store.h"

#include "server/store/columns.h"

void opened_bid_free(struct opened_bid *b)
{
	if (!b)
		return;
	g_free(b->bidder_name);
	json_decref(b->manifest);
	g_free(b);
}

static struct opened_bid *bid_from_row(struct db_rows *rows)
{
	struct opened_bid *b = g_new0(struct opened_bid, 1);
	const char *price = db_col_text(rows, 4);

	column_copy(rows, 0, b->bid_id, sizeof(b->bid_id));
	column_copy(rows, 1, b->account_id, sizeof(b->account_id));
	b->no = (int)db_col_int(rows, 2);
	b->bidder_name = g_strdup(db_col_text(rows, 3));
	b->has_price = price && decimal_parse_text(price, &b->price) == 0;
	b->manifest = column_json(rows, 5);
	b->opened_us = column_time(rows, 6);
	return b;
}

int opened_bid_store_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)opened_bid_free);
	int r = db_query(txn,
		"SELECT b.bid_id, b.account_id, b.place, COALESCE(a.org_name, a.name), b.price, "
		"b.manifest, b.opened_at FROM (SELECT bid_id, account_id, state, price, manifest, "
		"opened_at, ROW_NUMBER() OVER (ORDER BY finalised_at, bid_id) AS place FROM bid "
		"WHERE lot_id = ? AND state NOT IN ('uploading', 'finalised', 'withdrawn')) b "
		"JOIN account a ON a.account_id = b.account_id WHERE b.state = 'opened' "
		"ORDER BY b.place LIMIT 1000",
		DB_PARAMS(db_text(lot_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		g_ptr_array_add(list, bid_from_row(rows));
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}
