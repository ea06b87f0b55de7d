/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/certificate_store.h"

#include <errno.h>

#include "db/stmt.h"
#include "server/store/columns.h"

#define MINUTE_US (INT64_C(60) * 1000000)

void certificate_row_free(struct certificate_row *c)
{
	if (!c)
		return;
	g_free(c->pem);
	g_free(c->subject);
	g_free(c->issuer);
	g_free(c->serial);
	g_free(c);
}

int certificate_store_put(struct db_txn *txn, const struct certificate_row *c)
{
	return db_exec(txn,
		"INSERT INTO bidder_certificate (certificate_id, account_id, sha256, pem, subject, "
		"issuer, serial, from_at, until_at, added_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
		"removed_at = NULL",
		DB_PARAMS(db_text(c->certificate_id), db_text(c->account_id),
			db_blob(c->sha256, sizeof(c->sha256)), db_text(c->pem), db_text(c->subject),
			db_text(c->issuer), db_text(c->serial), db_time(c->from_us),
			db_time(c->until_us), db_time(c->added_us)),
		NULL);
}

static void *certificate_from_row(struct db_rows *rows)
{
	struct certificate_row *c = g_new0(struct certificate_row, 1);

	column_copy(rows, 0, c->certificate_id, sizeof(c->certificate_id));
	column_copy(rows, 1, c->account_id, sizeof(c->account_id));
	column_fixed(rows, 2, c->sha256, sizeof(c->sha256));
	c->subject = g_strdup(db_col_text(rows, 3));
	c->issuer = g_strdup(db_col_text(rows, 4));
	c->serial = g_strdup(db_col_text(rows, 5));
	c->from_us = db_col_time(rows, 6);
	c->until_us = db_col_time(rows, 7);
	c->added_us = db_col_time(rows, 8);
	c->pem = g_strdup(db_col_text(rows, 9));
	return c;
}

int certificate_store_list(struct db_txn *txn, const char *account_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT certificate_id, account_id, sha256, subject, issuer, serial, from_at, "
		"until_at, added_at, pem FROM bidder_certificate "
		"WHERE account_id = ? AND removed_at IS NULL "
		"ORDER BY until_at DESC, certificate_id LIMIT 100",
		DB_PARAMS(db_text(account_id)), &rows);

	return rows_take(r, rows, certificate_from_row, (GDestroyNotify)certificate_row_free, ret);
}

int certificate_store_remove(
	struct db_txn *txn, const char *certificate_id, const char *account_id, int64_t now_us)
{
	uint64_t n = 0;
	int r = db_exec(txn,
		"UPDATE bidder_certificate SET removed_at = ? WHERE certificate_id = ? "
		"AND account_id = ? AND removed_at IS NULL",
		DB_PARAMS(db_time(now_us), db_text(certificate_id), db_text(account_id)), &n);

	return r ? r : n ? 0 : STORE_E_NONE;
}

void certificate_lot_free(struct certificate_lot *l)
{
	if (!l)
		return;
	g_free(l->name);
	g_free(l->project_name);
	g_free(l);
}

static void *lot_from_row(struct db_rows *rows)
{
	struct certificate_lot *l = g_new0(struct certificate_lot, 1);

	column_copy(rows, 0, l->lot_id, sizeof(l->lot_id));
	l->name = g_strdup(db_col_text(rows, 1));
	l->project_name = g_strdup(db_col_text(rows, 2));
	l->deadline_us = column_time(rows, 3);
	l->ends_us = column_time(rows, 4);
	if (!l->ends_us)
		l->ends_us = l->deadline_us + db_col_int(rows, 5) * MINUTE_US;
	return l;
}

int certificate_store_lots(struct db_txn *txn, const char *account_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT l.lot_id, l.name, p.name, l.deadline_at, l.window_ends_at, p.window_minutes "
		"FROM lot l JOIN project p USING (project_id) "
		"WHERE l.state IN ('bidding', 'closed') AND l.lot_id IN "
		"(SELECT lot_id FROM bid WHERE account_id = ? AND state <> 'withdrawn' "
		"UNION SELECT lot_id FROM deposit WHERE account_id = ?) "
		"ORDER BY l.deadline_at, l.lot_id LIMIT 200",
		DB_PARAMS(db_text(account_id), db_text(account_id)), &rows);

	return rows_take(r, rows, lot_from_row, (GDestroyNotify)certificate_lot_free, ret);
}
