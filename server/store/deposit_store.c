/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/deposit_store.h"

#include <errno.h>

#include "db/stmt.h"
#include "server/store/columns.h"
#include "server/trade/bid.h"

#define DEPOSIT "SELECT deposit_id, lot_id, account_id, reference, made_at FROM deposit "

static struct decimal column_decimal(struct db_rows *rows, unsigned i)
{
	struct decimal d = decimal_from_int(0);

	if (!db_col_is_null(rows, i))
		decimal_parse_text(db_col_text(rows, i), &d);
	return d;
}

static void *deposit_from_row(struct db_rows *rows)
{
	struct deposit *d = g_new0(struct deposit, 1);

	column_copy(rows, 0, d->deposit_id, sizeof(d->deposit_id));
	column_copy(rows, 1, d->lot_id, sizeof(d->lot_id));
	column_copy(rows, 2, d->account_id, sizeof(d->account_id));
	column_copy(rows, 3, d->reference, sizeof(d->reference));
	d->made_us = db_col_time(rows, 4);
	return d;
}

int deposit_store_insert(struct db_txn *txn, const struct deposit *d)
{
	return db_exec(txn,
		"INSERT INTO deposit (deposit_id, lot_id, account_id, reference, made_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(d->deposit_id), db_text(d->lot_id), db_text(d->account_id),
			db_text(d->reference), db_time(d->made_us)),
		NULL);
}

int deposit_store_get(
	struct db_txn *txn, const char *lot_id, const char *account_id, struct deposit **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, DEPOSIT "WHERE lot_id = ? AND account_id = ?",
		DB_PARAMS(db_text(lot_id), db_text(account_id)), &rows);

	return rows_take_one(r, rows, deposit_from_row, ret);
}

int deposit_store_lock(struct db_txn *txn, const char *reference, struct deposit **ret)
{
	int r = db_exec(txn, "UPDATE deposit SET version = version + 1 WHERE reference = ?",
		DB_PARAMS(db_text(reference)), NULL);

	return r ? r
		 : rows_by_key(
			   txn, DEPOSIT "WHERE reference = ?", reference, deposit_from_row, ret);
}

int deposit_store_of_account(struct db_txn *txn, const char *account_id, const char *after,
	unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		DEPOSIT "WHERE account_id = ? AND (? = '' OR deposit_id < ?) "
			"ORDER BY deposit_id DESC LIMIT ?",
		DB_PARAMS(db_text(account_id), db_text(after), db_text(after), db_int(limit)),
		&rows);

	return rows_take(r, rows, deposit_from_row, g_free, ret);
}

void deposit_payment_free(struct deposit_payment *p)
{
	if (!p)
		return;
	g_free(p->bank_serial);
	g_free(p->reference);
	g_free(p->reason);
	g_clear_pointer(&p->payer, g_bytes_unref);
	g_free(p);
}

/* With the order that has not failed, of which there is one at most. */
#define PAYMENT                                                                                                \
	"SELECT p.payment_id, p.deposit_id, p.bank_serial, p.reference, p.amount, p.paid_at, "                 \
	"p.payer, p.state, p.flaw, p.asked_at, p.reason, d.lot_id, d.account_id, r.ordered_at, "               \
	"r.returned_at, r.interest, p.keep_ground, p.keep_by, (SELECT COUNT(*) FROM "                          \
	"deposit_twice t WHERE t.payment_id = p.payment_id) FROM deposit_payment p LEFT JOIN deposit d USING " \
	"(deposit_id) LEFT JOIN deposit_return r ON r.payment_id = p.payment_id "                              \
	"AND r.failed_at IS NULL "

static void *payment_from_row(struct db_rows *rows)
{
	struct deposit_payment *p = g_new0(struct deposit_payment, 1);

	column_copy(rows, 0, p->payment_id, sizeof(p->payment_id));
	column_copy(rows, 1, p->deposit_id, sizeof(p->deposit_id));
	p->bank_serial = g_strdup(db_col_text(rows, 2));
	p->reference = g_strdup(db_col_text(rows, 3));
	p->amount = column_decimal(rows, 4);
	p->paid_us = db_col_time(rows, 5);
	p->payer = column_bytes(rows, 6);
	column_copy(rows, 7, p->state, sizeof(p->state));
	column_copy(rows, 8, p->flaw, sizeof(p->flaw));
	p->asked_us = column_time(rows, 9);
	p->reason = g_strdup(db_col_text(rows, 10));
	column_copy(rows, 11, p->lot_id, sizeof(p->lot_id));
	column_copy(rows, 12, p->account_id, sizeof(p->account_id));
	p->ordered_us = column_time(rows, 13);
	p->returned_us = column_time(rows, 14);
	p->interest = column_decimal(rows, 15);
	p->ground = deposit_ground_from_name(db_col_text(rows, 16));
	column_copy(rows, 17, p->keep_by, sizeof(p->keep_by));
	p->n_twice = db_col_int(rows, 18);
	return p;
}

int deposit_store_add_payment(struct db_txn *txn, const struct deposit_payment *p, int64_t taken_us)
{
	char amount[DECIMAL_TEXT_SIZE];

	return db_exec(txn,
		"INSERT INTO deposit_payment (payment_id, bank_serial, deposit_id, reference, "
		"amount, paid_at, payer, state, flaw, taken_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(p->payment_id), db_text(p->bank_serial),
			db_maybe_text(*p->deposit_id ? p->deposit_id : NULL), db_text(p->reference),
			db_text(decimal_format_exact(p->amount, amount)), db_time(p->paid_us),
			db_bytes(p->payer), db_text(p->state),
			db_maybe_text(*p->flaw ? p->flaw : NULL), db_time(taken_us)),
		NULL);
}

int deposit_store_by_serial(
	struct db_txn *txn, const char *bank_serial, struct deposit_payment **ret)
{
	return rows_by_key(
		txn, PAYMENT "WHERE p.bank_serial = ?", bank_serial, payment_from_row, ret);
}

int deposit_store_payment(struct db_txn *txn, const char *payment_id, struct deposit_payment **ret)
{
	return rows_by_key(
		txn, PAYMENT "WHERE p.payment_id = ?", payment_id, payment_from_row, ret);
}

int deposit_store_lock_payment(
	struct db_txn *txn, const char *payment_id, struct deposit_payment **ret)
{
	int r = db_exec(txn,
		"UPDATE deposit_payment SET version = version + 1 WHERE payment_id = ?",
		DB_PARAMS(db_text(payment_id)), NULL);

	return r ? r : deposit_store_payment(txn, payment_id, ret);
}

int deposit_store_held(struct db_txn *txn, const char *deposit_id, struct deposit_payment **ret)
{
	return rows_by_key(txn, PAYMENT "WHERE p.deposit_id = ? AND p.state = 'held'", deposit_id,
		payment_from_row, ret);
}

int deposit_store_payments(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = lot_id ? db_query(txn, PAYMENT "WHERE d.lot_id = ? ORDER BY p.payment_id",
				 DB_PARAMS(db_text(lot_id)), &rows)
		       : db_query(txn,
				 PAYMENT
				 "WHERE p.deposit_id IS NULL AND (r.returned_at IS NULL "
				 "OR p.payment_id IN (SELECT payment_id FROM deposit_twice)) "
				 "ORDER BY r.ordered_at IS NOT NULL, p.payment_id "
				 "LIMIT 500",
				 DB_NO_PARAMS, &rows);

	return rows_take(r, rows, payment_from_row, (GDestroyNotify)deposit_payment_free, ret);
}

int deposit_store_set_payment(struct db_txn *txn, const struct deposit_payment *p)
{
	return db_exec(txn,
		"UPDATE deposit_payment SET state = ?, asked_at = ?, reason = ?, "
		"keep_ground = ?, keep_by = ?, version = version + 1 WHERE payment_id = ?",
		DB_PARAMS(db_text(p->state), db_maybe_time(p->asked_us), db_maybe_text(p->reason),
			db_maybe_text(deposit_ground_name(p->ground)),
			db_maybe_text(*p->keep_by ? p->keep_by : NULL), db_text(p->payment_id)),
		NULL);
}

void deposit_guarantee_free(struct deposit_guarantee *g)
{
	if (!g)
		return;
	g_free(g->issuer);
	g_free(g->number);
	g_free(g->name);
	g_clear_pointer(&g->content, g_bytes_unref);
	g_free(g);
}

#define GUARANTEE                                                                     \
	"SELECT g.guarantee_id, g.deposit_id, g.form, g.issuer, g.number, g.amount, " \
	"g.valid_until, g.name, g.size, g.sha256, g.handed_at, d.lot_id, d.account_id, "

static void *guarantee_from_row(struct db_rows *rows)
{
	struct deposit_guarantee *g = g_new0(struct deposit_guarantee, 1);

	column_copy(rows, 0, g->guarantee_id, sizeof(g->guarantee_id));
	column_copy(rows, 1, g->deposit_id, sizeof(g->deposit_id));
	g->form = deposit_form_from_name(db_col_text(rows, 2));
	g->issuer = g_strdup(db_col_text(rows, 3));
	g->number = g_strdup(db_col_text(rows, 4));
	g->amount = column_decimal(rows, 5);
	g->valid_until_us = db_col_time(rows, 6);
	g->name = g_strdup(db_col_text(rows, 7));
	g->size = db_col_int(rows, 8);
	column_fixed(rows, 9, g->sha256, sizeof(g->sha256));
	g->handed_us = db_col_time(rows, 10);
	column_copy(rows, 11, g->lot_id, sizeof(g->lot_id));
	column_copy(rows, 12, g->account_id, sizeof(g->account_id));
	g->content = column_bytes(rows, 13);
	return g;
}

int deposit_store_count_guarantees(struct db_txn *txn, const char *deposit_id, int64_t *ret_n)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT COUNT(*) FROM deposit_guarantee WHERE deposit_id = ?",
		DB_PARAMS(db_text(deposit_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_n = db_col_int(rows, 0);
	return r <= 0 ? r : -EBADMSG;
}

int deposit_store_add_guarantee(struct db_txn *txn, const struct deposit_guarantee *g)
{
	char amount[DECIMAL_TEXT_SIZE];
	int r = db_exec(txn,
		"UPDATE deposit_guarantee SET replaced_at = ? WHERE deposit_id = ? "
		"AND replaced_at IS NULL",
		DB_PARAMS(db_time(g->handed_us), db_text(g->deposit_id)), NULL);

	if (r)
		return r;
	return db_exec(txn,
		"INSERT INTO deposit_guarantee (guarantee_id, deposit_id, form, issuer, number, "
		"amount, valid_until, name, size, sha256, content, handed_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(g->guarantee_id), db_text(g->deposit_id),
			db_text(deposit_form_name(g->form)), db_text(g->issuer), db_text(g->number),
			db_text(decimal_format_exact(g->amount, amount)),
			db_time(g->valid_until_us), db_text(g->name), db_int(g->size),
			db_blob(g->sha256, sizeof(g->sha256)), db_bytes(g->content),
			db_time(g->handed_us)),
		NULL);
}

int deposit_store_guarantee(
	struct db_txn *txn, const char *guarantee_id, struct deposit_guarantee **ret)
{
	return rows_by_key(txn,
		GUARANTEE "g.content FROM deposit_guarantee g JOIN deposit d USING "
			  "(deposit_id) WHERE g.guarantee_id = ?",
		guarantee_id, guarantee_from_row, ret);
}

int deposit_store_guarantees(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		GUARANTEE "NULL FROM deposit_guarantee g JOIN deposit d USING (deposit_id) "
			  "WHERE d.lot_id = ? AND g.replaced_at IS NULL "
			  "ORDER BY g.guarantee_id",
		DB_PARAMS(db_text(lot_id)), &rows);

	return rows_take(r, rows, guarantee_from_row, (GDestroyNotify)deposit_guarantee_free, ret);
}

int deposit_store_has_bid(struct db_txn *txn, const char *lot_id, const char *account_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM bid WHERE lot_id = ? AND account_id = ? "
		"AND state NOT IN (?, ?) LIMIT 1",
		DB_PARAMS(db_text(lot_id), db_text(account_id),
			db_text(bid_state_name(BID_UPLOADING)),
			db_text(bid_state_name(BID_WITHDRAWN))),
		&rows);

	return rows_exist(r, rows, ret);
}

int deposit_store_withdrawn(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT MAX(e.legal_at) FROM bid b JOIN event e ON e.subject = "
		"CONCAT('bid:', b.bid_id) WHERE b.lot_id = ? AND b.account_id = ? "
		"AND b.state = ? AND e.kind = 'bid.withdrawn'",
		DB_PARAMS(db_text(lot_id), db_text(account_id),
			db_text(bid_state_name(BID_WITHDRAWN))),
		&rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_us = column_time(rows, 0);
	return r <= 0 ? r : -EBADMSG;
}

#define SHOWN(from)                                                 \
	"SELECT 1 FROM " from " JOIN bid b ON b.lot_id = d.lot_id " \
	"AND b.account_id = d.account_id WHERE b.state = ? AND "

int deposit_store_is_shown(struct db_txn *txn, const char *deposit_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, SHOWN("deposit d") "d.deposit_id = ? LIMIT 1",
		DB_PARAMS(db_text(bid_state_name(BID_OPENED)), db_text(deposit_id)), &rows);

	return rows_exist(r, rows, ret);
}

int deposit_store_is_payment_shown(struct db_txn *txn, const char *payment_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		SHOWN("deposit_payment p JOIN deposit d USING (deposit_id)") "p.payment_id = ? LIMIT 1",
		DB_PARAMS(db_text(bid_state_name(BID_OPENED)), db_text(payment_id)), &rows);

	return rows_exist(r, rows, ret);
}
