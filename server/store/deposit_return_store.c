/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes back: orders to the bank, and the award and contract their clocks count from. */

#include "db/stmt.h"
#include "server/store/columns.h"
#include "server/store/deposit_store.h"

void deposit_return_free(struct deposit_return *r)
{
	if (!r)
		return;
	g_free(r->bank_serial);
	g_free(r->failure);
	g_free(r);
}

#define RETURN                                                                                \
	"SELECT return_id, order_id, payment_id, due_at, ordered_at, bank_serial, interest, " \
	"returned_at, failed_at, failure FROM deposit_return "

static void *return_from_row(struct db_rows *rows)
{
	struct deposit_return *d = g_new0(struct deposit_return, 1);

	column_copy(rows, 0, d->return_id, sizeof(d->return_id));
	column_copy(rows, 1, d->order_id, sizeof(d->order_id));
	column_copy(rows, 2, d->payment_id, sizeof(d->payment_id));
	d->due_us = column_time(rows, 3);
	d->ordered_us = db_col_time(rows, 4);
	d->bank_serial = g_strdup(db_col_text(rows, 5));
	if (!db_col_is_null(rows, 6))
		decimal_parse_text(db_col_text(rows, 6), &d->interest);
	d->returned_us = column_time(rows, 7);
	d->failed_us = column_time(rows, 8);
	d->failure = g_strdup(db_col_text(rows, 9));
	return d;
}

int deposit_store_add_return(struct db_txn *txn, const struct deposit_return *d)
{
	int r = db_exec(txn,
		"UPDATE deposit_payment SET version = version + 1 WHERE payment_id = ?",
		DB_PARAMS(db_text(d->payment_id)), NULL);

	if (r)
		return r;
	return db_exec(txn,
		"INSERT INTO deposit_return (return_id, order_id, payment_id, due_at, ordered_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(d->return_id), db_text(d->order_id), db_text(d->payment_id),
			db_maybe_time(d->due_us), db_time(d->ordered_us)),
		NULL);
}

int deposit_store_lock_return(
	struct db_txn *txn, const char *return_id, struct deposit_return **ret)
{
	int r = db_exec(txn, "UPDATE deposit_return SET version = version + 1 WHERE return_id = ?",
		DB_PARAMS(db_text(return_id)), NULL);

	return r ? r
		 : rows_by_key(txn, RETURN "WHERE return_id = ?", return_id, return_from_row, ret);
}

int deposit_store_open_return(
	struct db_txn *txn, const char *payment_id, struct deposit_return **ret)
{
	return rows_by_key(txn, RETURN "WHERE payment_id = ? AND failed_at IS NULL", payment_id,
		return_from_row, ret);
}

int deposit_store_set_return(struct db_txn *txn, const struct deposit_return *d)
{
	char interest[DECIMAL_TEXT_SIZE];

	return db_exec(txn,
		"UPDATE deposit_return SET bank_serial = ?, interest = ?, returned_at = ?, "
		"failed_at = ?, failure = ? WHERE return_id = ?",
		DB_PARAMS(db_maybe_text(d->bank_serial),
			db_text(decimal_format_exact(d->interest, interest)),
			db_maybe_time(d->returned_us), db_maybe_time(d->failed_us),
			db_maybe_text(d->failure), db_text(d->return_id)),
		NULL);
}

int deposit_store_return_by_serial(
	struct db_txn *txn, const char *bank_serial, struct deposit_return **ret)
{
	return rows_by_key(txn, RETURN "WHERE bank_serial = ?", bank_serial, return_from_row, ret);
}

void deposit_twice_free(struct deposit_twice *t)
{
	if (!t)
		return;
	g_free(t->bank_serial);
	g_free(t);
}

static void *twice_from_row(struct db_rows *rows)
{
	struct deposit_twice *t = g_new0(struct deposit_twice, 1);

	t->bank_serial = g_strdup(db_col_text(rows, 0));
	column_copy(rows, 1, t->return_id, sizeof(t->return_id));
	column_copy(rows, 2, t->payment_id, sizeof(t->payment_id));
	t->returned_us = db_col_time(rows, 3);
	t->told_us = db_col_time(rows, 4);
	return t;
}

int deposit_store_twice(struct db_txn *txn, const char *bank_serial, struct deposit_twice **ret)
{
	return rows_by_key(txn,
		"SELECT bank_serial, return_id, payment_id, returned_at, told_at "
		"FROM deposit_twice WHERE bank_serial = ?",
		bank_serial, twice_from_row, ret);
}

int deposit_store_add_twice(struct db_txn *txn, const struct deposit_twice *t)
{
	return db_exec(txn,
		"INSERT INTO deposit_twice (bank_serial, return_id, payment_id, returned_at, "
		"told_at) VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(t->bank_serial), db_text(t->return_id), db_text(t->payment_id),
			db_time(t->returned_us), db_time(t->told_us)),
		NULL);
}

int deposit_store_returns(struct db_txn *txn, const char *order_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, RETURN "WHERE order_id = ? ORDER BY return_id",
		DB_PARAMS(db_text(order_id)), &rows);

	return rows_take(r, rows, return_from_row, (GDestroyNotify)deposit_return_free, ret);
}

static void *order_from_row(struct db_rows *rows)
{
	struct deposit_order *o = g_new0(struct deposit_order, 1);

	column_copy(rows, 0, o->order_id, sizeof(o->order_id));
	o->ordered_us = db_col_time(rows, 1);
	o->n = db_col_int(rows, 2);
	o->n_open = db_col_int(rows, 3);
	return o;
}

int deposit_store_orders(struct db_txn *txn, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT order_id, MIN(ordered_at), COUNT(*), "
		"CAST(SUM(returned_at IS NULL AND failed_at IS NULL) AS SIGNED) "
		"FROM deposit_return GROUP BY order_id ORDER BY order_id DESC LIMIT 100",
		DB_NO_PARAMS, &rows);

	return rows_take(r, rows, order_from_row, g_free, ret);
}

int deposit_store_settle(struct db_txn *txn, const struct lot_settlement *s)
{
	return db_exec(txn,
		"INSERT INTO lot_settlement (lot_id, bid_no, awarded_at, contracted_at) "
		"VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE bid_no = VALUES(bid_no), "
		"awarded_at = VALUES(awarded_at), contracted_at = VALUES(contracted_at)",
		DB_PARAMS(db_text(s->lot_id), db_int(s->bid_no), db_time(s->awarded_us),
			db_maybe_time(s->contracted_us)),
		NULL);
}

int deposit_store_settlement(struct db_txn *txn, const char *lot_id, struct lot_settlement *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT s.lot_id, s.bid_no, s.awarded_at, s.contracted_at, b.account_id "
		"FROM lot_settlement s JOIN bid b ON b.lot_id = s.lot_id AND b.bid_no = s.bid_no "
		"WHERE s.lot_id = ? AND s.undone = 0",
		DB_PARAMS(db_text(lot_id)), &rows);

	*ret = (struct lot_settlement){0};
	if (!r)
		r = db_rows_next(rows);
	if (r <= 0)
		return r;
	column_copy(rows, 0, ret->lot_id, sizeof(ret->lot_id));
	ret->bid_no = db_col_int(rows, 1);
	ret->awarded_us = db_col_time(rows, 2);
	ret->contracted_us = column_time(rows, 3);
	column_copy(rows, 4, ret->account_id, sizeof(ret->account_id));
	return 0;
}

int deposit_store_void_settlement(
	struct db_txn *txn, const char *lot_id, int64_t undone_us, bool *ret_void)
{
	uint64_t n = 0;
	int r = db_exec(txn, "UPDATE lot_settlement SET undone = ? WHERE lot_id = ? AND undone = 0",
		DB_PARAMS(db_int(undone_us), db_text(lot_id)), &n);

	*ret_void = n > 0;
	return r;
}

int deposit_store_is_ordered(struct db_txn *txn, const char *lot_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM deposit_return r JOIN deposit_payment p USING "
		"(payment_id) JOIN deposit d USING (deposit_id) JOIN bid b ON b.lot_id = d.lot_id "
		"AND b.account_id = d.account_id WHERE d.lot_id = ? AND p.state = 'held' "
		"AND b.state = 'opened' LIMIT 1",
		DB_PARAMS(db_text(lot_id)), &rows);

	return rows_exist(r, rows, ret);
}

static void *lot_from_row(struct db_rows *rows)
{
	struct deposit_lot *l = g_new0(struct deposit_lot, 1);

	column_copy(rows, 0, l->lot_id, sizeof(l->lot_id));
	column_copy(rows, 1, l->project_id, sizeof(l->project_id));
	return l;
}

int deposit_store_lots(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT DISTINCT d.lot_id, l.project_id FROM deposit_payment p "
		"JOIN deposit d USING (deposit_id) JOIN lot l USING (lot_id) "
		"WHERE d.lot_id > ? AND p.state <> 'kept' AND NOT EXISTS "
		"(SELECT 1 FROM deposit_return r WHERE r.payment_id = p.payment_id "
		"AND r.failed_at IS NULL AND r.returned_at IS NOT NULL) "
		"ORDER BY d.lot_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return rows_take(r, rows, lot_from_row, g_free, ret);
}
