/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/statistics_store.h"

#include "proto/decimal.h"
#include "server/store/columns.h"

static const char *const queries[] = {
	[STATISTICS_NOTICES] =
		"SELECT kind, DATE_FORMAT(published_at + INTERVAL 8 HOUR, '%Y-%m') AS month, "
		"COUNT(*), NULL, NULL, NULL FROM notice WHERE publish_seq > 0 AND published_at >= ? AND "
		"published_at < ? GROUP BY kind, month ORDER BY kind, month",
	[STATISTICS_PROJECTS] =
		"SELECT regime, category, COUNT(*), SUM(budget), NULL, NULL FROM project "
		"WHERE state <> 'draft' "
		"AND created_at >= ? AND created_at < ? "
		"GROUP BY regime, category ORDER BY regime, category",
	[STATISTICS_LOTS] =
		"SELECT p.regime, l.state, COUNT(*), SUM(l.ceiling), NULL, NULL FROM lot l "
		"JOIN project p USING (project_id) WHERE p.state <> 'draft' AND p.created_at >= ? "
		"AND p.created_at < ? "
		"GROUP BY p.regime, l.state ORDER BY p.regime, l.state",
	[STATISTICS_AWARDS] =
		"SELECT category, month, COUNT(*), SUM(price), SUM(most), "
		"SUM(IF(most IS NULL, NULL, price)) FROM (SELECT p.category, "
		"DATE_FORMAT(s.awarded_at + INTERVAL 8 HOUR, '%Y-%m') AS month, b.price, "
		"COALESCE(l.ceiling, IF((SELECT COUNT(*) FROM lot k WHERE k.project_id = "
		"l.project_id) = 1, NULLIF(p.budget, 0), NULL)) AS most "
		"FROM lot_settlement s JOIN lot l USING (lot_id) JOIN project p USING (project_id) "
		"JOIN bid b ON b.lot_id = s.lot_id AND b.bid_no = s.bid_no "
		"WHERE s.undone = 0 AND l.price_form = 'amount' AND b.price IS NOT NULL "
		"AND s.awarded_at >= ? AND s.awarded_at < ?) won "
		"GROUP BY category, month ORDER BY category, month",
};

void statistics_row_free(struct statistics_row *row)
{
	if (!row)
		return;
	g_free(row->amount);
	g_free(row->limit);
	g_free(row->within);
	g_free(row);
}

/* NULL: none, or nothing. */
static char *amount_of(struct db_rows *rows, unsigned column)
{
	char text[DECIMAL_TEXT_SIZE];
	struct decimal amount;

	if (db_col_is_null(rows, column) ||
		decimal_parse_text(db_col_text(rows, column), &amount) || decimal_sign(amount) <= 0)
		return NULL;
	return g_strdup(decimal_format_exact(amount, text));
}

static void *row_from_row(struct db_rows *rows)
{
	struct statistics_row *row = g_new0(struct statistics_row, 1);

	column_copy(rows, 0, row->group, sizeof(row->group));
	column_copy(rows, 1, row->part, sizeof(row->part));
	row->n = db_col_int(rows, 2);
	row->amount = amount_of(rows, 3);
	row->limit = amount_of(rows, 4);
	row->within = amount_of(rows, 5);
	return row;
}

int statistics_store_get(
	struct db_txn *txn, enum statistics which, int64_t from_us, int64_t to_us, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, queries[which], DB_PARAMS(db_time(from_us), db_time(to_us)), &rows);

	return rows_take(r, rows, row_from_row, (GDestroyNotify)statistics_row_free, ret);
}
