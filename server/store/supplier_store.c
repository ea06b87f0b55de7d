/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/supplier_store.h"

#include "db/stmt.h"
#include "server/auth/permission.h"
#include "server/store/columns.h"

#define SUPPLIER                                                                                  \
	"SELECT a.account_id, a.login, a.name, a.org_name, a.credit_code, a.locked, "             \
	"(SELECT COUNT(*) FROM bid b WHERE b.account_id = a.account_id AND b.state = 'opened'), " \
	"(SELECT COUNT(*) FROM bid b JOIN lot_settlement s ON s.lot_id = b.lot_id "               \
	"AND s.bid_no = b.bid_no AND s.undone = 0 WHERE b.account_id = a.account_id) FROM account a "

void supplier_free(struct supplier *s)
{
	if (!s)
		return;
	g_free(s->login);
	g_free(s->name);
	g_free(s->org_name);
	g_free(s->credit_code);
	g_free(s);
}

static void *supplier_from_row(struct db_rows *rows)
{
	struct supplier *s = g_new0(struct supplier, 1);

	column_copy(rows, 0, s->account_id, sizeof(s->account_id));
	s->login = g_strdup(db_col_text(rows, 1));
	s->name = g_strdup(db_col_text(rows, 2));
	s->org_name = g_strdup(db_col_text(rows, 3));
	s->credit_code = g_strdup(db_col_text(rows, 4));
	s->locked = db_col_int(rows, 5) != 0;
	s->n_opened = db_col_int(rows, 6);
	s->n_won = db_col_int(rows, 7);
	return s;
}

int supplier_store_list(
	struct db_txn *txn, const char *text, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		SUPPLIER
		"WHERE a.roles & ? AND a.login > ? AND (? = '' OR LOCATE(?, a.org_name) "
		"OR LOCATE(?, CONVERT(a.credit_code USING utf8mb4)) OR LOCATE(?, CONVERT(a.login USING utf8mb4))) ORDER BY a.login LIMIT ?",
		DB_PARAMS(db_int(ROLE_BIDDER), db_text(after), db_text(text), db_text(text),
			db_text(text), db_text(text), db_int(limit)),
		&rows);

	return rows_take(r, rows, supplier_from_row, (GDestroyNotify)supplier_free, ret);
}

int supplier_store_get(struct db_txn *txn, const char *account_id, struct supplier **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, SUPPLIER "WHERE a.account_id = ? AND a.roles & ?",
		DB_PARAMS(db_text(account_id), db_int(ROLE_BIDDER)), &rows);

	return rows_take_one(r, rows, supplier_from_row, ret);
}

void supplier_bid_free(struct supplier_bid *b)
{
	if (!b)
		return;
	g_free(b->lot_code);
	g_free(b->lot_name);
	g_free(b->project_name);
	g_free(b);
}

static void *bid_from_row(struct db_rows *rows)
{
	struct supplier_bid *b = g_new0(struct supplier_bid, 1);

	column_copy(rows, 0, b->bid_id, sizeof(b->bid_id));
	column_copy(rows, 1, b->lot_id, sizeof(b->lot_id));
	b->lot_code = g_strdup(db_col_text(rows, 2));
	b->lot_name = g_strdup(db_col_text(rows, 3));
	b->project_name = g_strdup(db_col_text(rows, 4));
	b->no = db_col_int(rows, 5);
	b->opened_us = column_time(rows, 6);
	if (!db_col_is_null(rows, 7))
		decimal_parse_text(db_col_text(rows, 7), &b->price);
	b->won = db_col_int(rows, 8) != 0;
	b->kept = db_col_int(rows, 9) != 0;
	return b;
}

int supplier_store_bids(struct db_txn *txn, const char *account_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT b.bid_id, b.lot_id, l.code, l.name, p.name, b.bid_no, b.opened_at, b.price, "
		"EXISTS (SELECT 1 FROM lot_settlement s WHERE s.lot_id = b.lot_id "
		"AND s.bid_no = b.bid_no AND s.undone = 0), "
		"EXISTS (SELECT 1 FROM deposit d JOIN deposit_payment y USING (deposit_id) "
		"WHERE d.lot_id = b.lot_id AND d.account_id = b.account_id AND y.state = 'kept') "
		"FROM bid b JOIN lot l USING (lot_id) JOIN project p USING (project_id) "
		"WHERE b.account_id = ? AND b.state = 'opened' ORDER BY b.opened_at DESC, b.bid_id "
		"LIMIT 500",
		DB_PARAMS(db_text(account_id)), &rows);

	return rows_take(r, rows, bid_from_row, (GDestroyNotify)supplier_bid_free, ret);
}
