/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/bid_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"
#include "server/store/columns.h"
#include "server/trade/opening.h"

#define BID_SELECT                                                                         \
	"SELECT b.bid_id, b.lot_id, b.account_id, b.state, b.size, b.received, b.header, " \
	"b.receipt_digest, b.receipt_event, b.finalised_at, COALESCE(b.bid_no, 0), "       \
	"b.rescue_reason, b.rescue_at, b.content_key, b.opened_by, b.opened_at, "          \
	"b.manifest, b.bidder_name, b.price, b.created_at, b.others_fault, "               \
	"(SELECT COUNT(*) FROM bid_share s WHERE s.bid_id = b.bid_id) FROM bid b "

void bid_row_free(struct bid_row *b)
{
	if (!b)
		return;
	g_clear_pointer(&b->header, g_bytes_unref);
	g_clear_pointer(&b->content_key, g_bytes_unref);
	g_free(b->rescue_reason);
	g_free(b->manifest);
	g_free(b->bidder_name);
	g_free(b);
}

void bid_task_free(struct bid_task *t)
{
	if (!t)
		return;
	g_free(t->lot_name);
	g_free(t->project_name);
	g_free(t->reason);
	g_free(t);
}

static void share_free(void *data)
{
	struct bid_share *s = data;

	g_bytes_unref(s->wrapped);
	g_free(s);
}

static void *bid_from_row(struct db_rows *rows)
{
	struct bid_row *b = g_new0(struct bid_row, 1);
	size_t len;
	const void *digest = db_col_blob(rows, 7, &len);

	column_copy(rows, 0, b->bid_id, sizeof(b->bid_id));
	column_copy(rows, 1, b->lot_id, sizeof(b->lot_id));
	column_copy(rows, 2, b->account_id, sizeof(b->account_id));
	b->state = bid_state_from_name(db_col_text(rows, 3));
	b->size = db_col_int(rows, 4);
	b->received = db_col_int(rows, 5);
	b->header = column_bytes(rows, 6);
	b->has_receipt = digest && len == sizeof(b->receipt_digest);
	if (b->has_receipt)
		memcpy(b->receipt_digest, digest, len);
	column_copy(rows, 8, b->receipt_event, sizeof(b->receipt_event));
	b->finalised_us = column_time(rows, 9);
	b->no = db_col_int(rows, 10);
	b->rescue_reason = g_strdup(db_col_text(rows, 11));
	b->rescue_us = column_time(rows, 12);
	b->content_key = column_bytes(rows, 13);
	column_copy(rows, 14, b->opened_by, sizeof(b->opened_by));
	b->opened_us = column_time(rows, 15);
	b->manifest = g_strdup(db_col_text(rows, 16));
	b->bidder_name = g_strdup(db_col_text(rows, 17));
	if (!db_col_is_null(rows, 18))
		decimal_parse_text(db_col_text(rows, 18), &b->price);
	b->created_us = db_col_time(rows, 19);
	b->others_fault = db_col_int(rows, 20) != 0;
	b->n_shares = db_col_int(rows, 21);
	return b;
}

static int one_bid(struct db_txn *txn, const char *bid_id, struct bid_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, BID_SELECT "WHERE b.bid_id = ?", DB_PARAMS(db_text(bid_id)), &rows);

	return rows_take_one(r, rows, bid_from_row, ret);
}

/* Takes the outcome of the query and its rows; returns what reading them came to. */
static int all_bids(int r, struct db_rows *rows, GPtrArray **ret)
{
	return rows_take(r, rows, bid_from_row, (GDestroyNotify)bid_row_free, ret);
}

int bid_store_insert(struct db_txn *txn, const struct bid_row *b)
{
	return db_exec(txn,
		"INSERT INTO bid (bid_id, lot_id, account_id, state, size, created_at) "
		"VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(b->bid_id), db_text(b->lot_id), db_text(b->account_id),
			db_text(bid_state_name(b->state)), db_int(b->size), db_time(b->created_us)),
		NULL);
}

int bid_store_get(struct db_txn *txn, const char *bid_id, struct bid_row **ret)
{
	return one_bid(txn, bid_id, ret);
}

int bid_store_lock(struct db_txn *txn, const char *bid_id, struct bid_row **ret)
{
	/* Written, not only locked: on Galera a lock alone would not keep two nodes apart. */
	int r = db_exec(txn, "UPDATE bid SET version = version + 1 WHERE bid_id = ?",
		DB_PARAMS(db_text(bid_id)), NULL);

	return r ? r : one_bid(txn, bid_id, ret);
}

int bid_store_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		BID_SELECT "WHERE b.lot_id = ? AND b.bid_no IS NOT NULL ORDER BY b.bid_no",
		DB_PARAMS(db_text(lot_id)), &rows);

	return all_bids(r, rows, ret);
}

int bid_store_of_account(struct db_txn *txn, const char *account_id, const char *after,
	unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		BID_SELECT "WHERE b.account_id = ? AND (? = '' OR b.bid_id < ?) "
			   "ORDER BY b.bid_id DESC LIMIT ?",
		DB_PARAMS(db_text(account_id), db_text(after), db_text(after), db_int(limit)),
		&rows);

	return all_bids(r, rows, ret);
}

int bid_store_opened_of(struct db_txn *txn, const char *project_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		BID_SELECT "JOIN lot l USING (lot_id) WHERE l.project_id = ? AND b.state = ? "
			   "ORDER BY l.lot_no, b.bid_no",
		DB_PARAMS(db_text(project_id), db_text(bid_state_name(BID_OPENED))), &rows);

	return all_bids(r, rows, ret);
}

int bid_store_rivals(struct db_txn *txn, const struct bid_row *b, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		BID_SELECT "WHERE b.lot_id = ? AND b.account_id = ? AND b.state = ? "
			   "AND b.bid_id <> ? ORDER BY b.bid_id",
		DB_PARAMS(db_text(b->lot_id), db_text(b->account_id),
			db_text(bid_state_name(BID_FINALISED)), db_text(b->bid_id)),
		&rows);

	return all_bids(r, rows, ret);
}

/* The end of a query for one number, which answered r. */
static int one_number(int r, struct db_rows *rows, int64_t *ret)
{
	if (!r)
		r = rows_only(rows);
	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret = db_col_int(rows, 0);
	return 0;
}

int bid_store_was_handed_in(
	struct db_txn *txn, const char *lot_id, const uint8_t digest[static 32], bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT 1 FROM bid WHERE lot_id = ? AND receipt_digest = ? LIMIT 1",
		DB_PARAMS(db_text(lot_id), db_blob(digest, 32)), &rows);

	return rows_exist(r, rows, ret);
}

int bid_store_set_received(struct db_txn *txn, const char *bid_id, int64_t received)
{
	return db_exec(txn, "UPDATE bid SET received = ? WHERE bid_id = ?",
		DB_PARAMS(db_int(received), db_text(bid_id)), NULL);
}

int bid_store_set_state(struct db_txn *txn, const char *bid_id, enum bid_state state)
{
	return db_exec(txn, "UPDATE bid SET state = ?, version = version + 1 WHERE bid_id = ?",
		DB_PARAMS(db_text(bid_state_name(state)), db_text(bid_id)), NULL);
}

int bid_store_finalise(struct db_txn *txn, const struct bid_row *b)
{
	return db_exec(txn,
		"UPDATE bid SET state = ?, header = ?, receipt_digest = ?, receipt_event = ?, "
		"finalised_at = ? WHERE bid_id = ?",
		DB_PARAMS(db_text(bid_state_name(BID_FINALISED)), db_bytes(b->header),
			db_blob(b->receipt_digest, sizeof(b->receipt_digest)),
			db_text(b->receipt_event), db_time(b->finalised_us), db_text(b->bid_id)),
		NULL);
}

int bid_store_unfinished(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		BID_SELECT "WHERE b.lot_id = ? AND b.state = ? ORDER BY b.bid_id FOR UPDATE",
		DB_PARAMS(db_text(lot_id), db_text(bid_state_name(BID_UPLOADING))), &rows);

	return all_bids(r, rows, ret);
}

int bid_store_count_uploads(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_n)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT COUNT(*) FROM bid WHERE lot_id = ? AND account_id = ? AND state = ?",
		DB_PARAMS(db_text(lot_id), db_text(account_id),
			db_text(bid_state_name(BID_UPLOADING))),
		&rows);

	return one_number(r, rows, ret_n);
}

int bid_store_begun(struct db_txn *txn, const char *lot_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT 1 FROM bid WHERE lot_id = ? LIMIT 1",
		DB_PARAMS(db_text(lot_id)), &rows);

	return rows_exist(r, rows, ret);
}

int bid_store_hold(struct db_txn *txn, const char *lot_id, uint64_t *ret_n)
{
	return db_exec(txn, "UPDATE bid SET version = version + 1 WHERE lot_id = ? AND state = ?",
		DB_PARAMS(db_text(lot_id), db_text(bid_state_name(BID_FINALISED))), ret_n);
}

int bid_store_seal(struct db_txn *txn, const char *lot_id)
{
	return db_exec(txn,
		"UPDATE bid JOIN (SELECT bid_id, ROW_NUMBER() OVER (ORDER BY finalised_at, bid_id) "
		"AS no FROM bid WHERE lot_id = ? AND state = ?) o USING (bid_id) "
		"SET bid.state = ?, bid.bid_no = o.no",
		DB_PARAMS(db_text(lot_id), db_text(bid_state_name(BID_FINALISED)),
			db_text(bid_state_name(BID_SEALED))),
		NULL);
}

int bid_store_ask_rescue(struct db_txn *txn, const struct bid_row *b)
{
	return db_exec(txn,
		"UPDATE bid SET rescue_reason = ?, rescue_at = ?, others_fault = ? "
		"WHERE bid_id = ?",
		DB_PARAMS(db_text(b->rescue_reason), db_time(b->rescue_us), db_int(b->others_fault),
			db_text(b->bid_id)),
		NULL);
}

int bid_store_open(struct db_txn *txn, const struct bid_row *b)
{
	char price[DECIMAL_TEXT_SIZE];

	return db_exec(txn,
		"UPDATE bid SET state = ?, content_key = ?, manifest = ?, bidder_name = ?, "
		"price = ?, opened_by = ?, opened_at = ? WHERE bid_id = ?",
		DB_PARAMS(db_text(bid_state_name(b->state)), db_bytes(b->content_key),
			db_text(b->manifest), db_text(b->bidder_name),
			db_text(decimal_format_exact(b->price, price)), db_text(b->opened_by),
			db_time(b->opened_us), db_text(b->bid_id)),
		NULL);
}

int bid_store_drop_shares(struct db_txn *txn, const char *bid_id)
{
	return db_exec(
		txn, "DELETE FROM bid_share WHERE bid_id = ?", DB_PARAMS(db_text(bid_id)), NULL);
}

int bid_store_add_share(
	struct db_txn *txn, const char *bid_id, int64_t holder_no, GBytes *wrapped, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO bid_share (bid_id, holder_no, share, given_at) VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(bid_id), db_int(holder_no), db_bytes(wrapped), db_time(now_us)),
		NULL);
}

static void *share_from_row(struct db_rows *rows)
{
	struct bid_share *s = g_new0(struct bid_share, 1);

	s->holder_no = db_col_int(rows, 0);
	s->wrapped = column_bytes(rows, 1);
	return s;
}

int bid_store_shares(struct db_txn *txn, const char *bid_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT holder_no, share FROM bid_share WHERE bid_id = ? ORDER BY holder_no "
		"LIMIT 100",
		DB_PARAMS(db_text(bid_id)), &rows);

	return rows_take(r, rows, share_from_row, share_free, ret);
}

int bid_store_is_hidden(struct db_txn *txn, const char *bid_id, bool *ret_hidden)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM bid b JOIN lot l USING (lot_id) WHERE b.bid_id = ? "
		"AND (l.state = ? OR b.state = ?)",
		DB_PARAMS(db_text(bid_id), db_text(lot_state_name(LOT_BIDDING)),
			db_text(bid_state_name(BID_SEALED))),
		&rows);

	return rows_exist(r, rows, ret_hidden);
}

int bid_store_holder_no(
	struct db_txn *txn, const char *lot_id, const char *account_id, int64_t *ret_no)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT h.holder_no FROM project_holder h JOIN lot l USING (project_id) "
		"WHERE l.lot_id = ? AND h.account_id = ? LIMIT 1",
		DB_PARAMS(db_text(lot_id), db_text(account_id)), &rows);

	if (!r)
		r = db_rows_next(rows);
	if (r < 0)
		return r;
	*ret_no = r ? db_col_int(rows, 0) : 0;
	return 0;
}

int bid_store_session_step(
	struct db_txn *txn, const char *bid_id, const char *session_id, char **ret_step)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT s.step FROM bid b JOIN eval_session_lot l USING (lot_id) "
		"JOIN eval_session s USING (session_id) WHERE b.bid_id = ? AND s.session_id = ?",
		DB_PARAMS(db_text(bid_id), db_text(session_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_step = g_strdup(db_col_text(rows, 0));
	return r;
}

static void *task_from_row(struct db_rows *rows)
{
	struct bid_task *t = g_new0(struct bid_task, 1);

	g_strlcpy(t->bid_id, db_col_text(rows, 0), sizeof(t->bid_id));
	t->holder_no = db_col_int(rows, 1);
	g_strlcpy(t->lot_code, db_col_text(rows, 2), sizeof(t->lot_code));
	t->lot_name = g_strdup(db_col_text(rows, 3));
	t->project_name = g_strdup(db_col_text(rows, 4));
	t->reason = g_strdup(db_col_text(rows, 5));
	t->since_us = column_time(rows, 6);
	t->given = db_col_int(rows, 7) != 0;
	column_copy(rows, 8, t->project_id, sizeof(t->project_id));
	column_copy(rows, 9, t->lot_id, sizeof(t->lot_id));
	return t;
}

int bid_store_tasks(struct db_txn *txn, const char *account_id, int64_t legal_us, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT b.bid_id, h.holder_no, l.code, l.name, p.name, b.rescue_reason, "
		"COALESCE(b.rescue_at, l.window_ends_at), "
		"EXISTS (SELECT 1 FROM bid_share s WHERE s.bid_id = b.bid_id "
		"AND s.holder_no = h.holder_no), p.project_id, l.lot_id "
		"FROM project_holder h JOIN project p USING (project_id) "
		"JOIN lot l USING (project_id) JOIN bid b USING (lot_id) "
		"WHERE h.account_id = ? AND l.state = ? AND b.state = ? "
		"AND (b.rescue_at IS NOT NULL OR (p.rescue = ? AND l.window_ends_at <= ?)) "
		"ORDER BY b.bid_id",
		DB_PARAMS(db_text(account_id), db_text(lot_state_name(LOT_CLOSED)),
			db_text(bid_state_name(BID_SEALED)),
			db_text(opening_rescue_name(OPENING_RESCUE_ANY)), db_time(legal_us)),
		&rows);

	return rows_take(r, rows, task_from_row, (GDestroyNotify)bid_task_free, ret);
}

int bid_store_add_reading(struct db_txn *txn, const struct bid_reading *b, bool *ret_first)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM bid_reading "
		"WHERE session_id = ? AND bid_id = ? AND file_no = ? AND account_id = ?",
		DB_PARAMS(db_text(b->session_id), db_text(b->bid_id), db_int(b->file_no),
			db_text(b->account_id)),
		&rows);

	/* Every range of a document asks: nothing is written for those behind the first. */
	*ret_first = false;
	if (!r)
		r = db_rows_next(rows);
	if (r)
		return r < 0 ? r : 0;
	r = db_exec(txn,
		"INSERT INTO bid_reading (session_id, bid_id, file_no, account_id, read_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(b->session_id), db_text(b->bid_id), db_int(b->file_no),
			db_text(b->account_id), db_time(b->read_us)),
		NULL);
	*ret_first = !r;
	return r > 0 ? 0 : r;
}
