/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/opening_file_store.h"

#include "server/store/columns.h"
#include "server/store/opening_store.h"

void opening_certificate_free(struct opening_certificate *c)
{
	if (!c)
		return;
	g_clear_pointer(&c->certificate, g_bytes_unref);
	g_free(c);
}

int opening_file_store_add_certificate(
	struct db_txn *txn, const char *lot_id, const struct opening_certificate *c)
{
	return db_exec(txn,
		"INSERT INTO opening_certificate (lot_id, certificate_sha256, bid_no, "
		"certificate, key_id, issued_at) VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_blob(c->sha256, 32), db_int(c->bid_no),
			db_bytes(c->certificate), db_text(c->key_id), db_time(c->issued_us)),
		NULL);
}

int opening_file_store_count(struct db_txn *txn, const char *lot_id, int64_t bid_no, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT COUNT(*) FROM opening_certificate WHERE lot_id = ? AND bid_no = ?",
		DB_PARAMS(db_text(lot_id), db_int(bid_no)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = db_col_int(rows, 0);
	return r;
}

#define CERTIFICATE_SELECT                                                 \
	"SELECT bid_no, certificate_sha256, certificate, key_id, issued_at " \
	"FROM opening_certificate "

/* The end of a query for one, which answered r. */
static int one_certificate(int r, struct db_rows *rows, struct opening_certificate **ret)
{
	OPENING_CERTIFICATE_AUTO struct opening_certificate *c = NULL;

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	c = g_new0(struct opening_certificate, 1);
	c->bid_no = db_col_int(rows, 0);
	r = column_32(rows, 1, c->sha256);
	c->certificate = column_bytes(rows, 2);
	column_copy(rows, 3, c->key_id, sizeof(c->key_id));
	c->issued_us = db_col_time(rows, 4);
	if (r)
		return r;
	*ret = g_steal_pointer(&c);
	return 0;
}

int opening_file_store_certificate(struct db_txn *txn, const char *lot_id,
	const uint8_t sha256[static 32], struct opening_certificate **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, CERTIFICATE_SELECT "WHERE lot_id = ? AND certificate_sha256 = ?",
		DB_PARAMS(db_text(lot_id), db_blob(sha256, 32)), &rows);

	return one_certificate(r, rows, ret);
}

int opening_file_store_newest(struct db_txn *txn, const char *lot_id, int64_t bid_no,
	const char *key_id, struct opening_certificate **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		CERTIFICATE_SELECT "WHERE lot_id = ? AND bid_no = ? AND key_id = ? "
				   "ORDER BY issued_at DESC LIMIT 1",
		DB_PARAMS(db_text(lot_id), db_int(bid_no), db_text(key_id)), &rows);

	return one_certificate(r, rows, ret);
}

static void add_bytes(GByteArray *file, GBytes *bytes)
{
	size_t len;
	const void *data = g_bytes_get_data(bytes, &len);

	g_byte_array_append(file, data, (guint)len);
}

int opening_file_store_get(struct db_txn *txn, const char *lot_id, GBytes **ret, int *ret_n)
{
	OPENING_PAPER_AUTO struct opening_paper paper = {0};
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GByteArray) file = g_byte_array_new();
	int n = 0, r = opening_store_paper(txn, lot_id, true, &paper);

	if (r)
		return r;
	add_bytes(file, paper.pdf);
	r = db_query(txn,
		"SELECT bytes FROM opening_increment WHERE lot_id = ? ORDER BY position",
		DB_PARAMS(db_text(lot_id)), &rows);
	for (; !r && (r = db_rows_next(rows)) > 0; n++, r = 0) {
		g_autoptr(GBytes) bytes = column_bytes(rows, 0);

		add_bytes(file, bytes);
	}
	if (r)
		return r;
	*ret = g_byte_array_free_to_bytes(g_steal_pointer(&file));
	*ret_n = n;
	return 0;
}

int opening_file_store_append(struct db_txn *txn, const char *lot_id, int position, int64_t bid_no,
	GBytes *bytes, int64_t at_us)
{
	return db_exec(txn,
		"INSERT INTO opening_increment (lot_id, position, bid_no, bytes, added_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_int(position), db_int(bid_no), db_bytes(bytes),
			db_time(at_us)),
		NULL);
}

int opening_file_store_decline(struct db_txn *txn, const char *lot_id, int64_t bid_no,
	const char *reason, int64_t at_us)
{
	return db_exec(txn,
		"INSERT INTO opening_decline (lot_id, bid_no, reason, declined_at) "
		"VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(lot_id), db_int(bid_no), db_text(reason), db_time(at_us)), NULL);
}

int opening_file_store_close(struct db_txn *txn, const char *lot_id, int64_t at_us)
{
	return db_exec(txn, "INSERT INTO opening_closing (lot_id, closed_at) VALUES (?, ?)",
		DB_PARAMS(db_text(lot_id), db_time(at_us)), NULL);
}

static GHashTable *by_number(void)
{
	return g_hash_table_new_full(NULL, NULL, NULL, g_free);
}

static void add_time(GHashTable *times, struct db_rows *rows)
{
	int64_t *at = g_new(int64_t, 1);

	*at = db_col_time(rows, 1);
	g_hash_table_insert(times, GINT_TO_POINTER((gint)db_col_int(rows, 0)), at);
}

static int read_signed(struct db_txn *txn, const char *lot_id, struct opening_signatures *s)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT bid_no, added_at FROM opening_increment WHERE lot_id = ? AND bid_no > 0",
		DB_PARAMS(db_text(lot_id)), &rows);

	for (; !r && (r = db_rows_next(rows)) > 0; r = 0)
		add_time(s->signed_us, rows);
	return r;
}

static int read_declined(struct db_txn *txn, const char *lot_id, struct opening_signatures *s)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT bid_no, declined_at, reason FROM opening_decline WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_id)), &rows);

	for (; !r && (r = db_rows_next(rows)) > 0; r = 0) {
		add_time(s->declined_us, rows);
		g_hash_table_insert(s->reasons, GINT_TO_POINTER((gint)db_col_int(rows, 0)),
			g_strdup(db_col_text(rows, 2)));
	}
	return r;
}

static int read_closed(struct db_txn *txn, const char *lot_id, int64_t *ret_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT closed_at FROM opening_closing WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	*ret_us = db_col_time(rows, 0);
	return 0;
}

int opening_file_store_signatures(
	struct db_txn *txn, const char *lot_id, struct opening_signatures *ret)
{
	int r;

	*ret = (struct opening_signatures){by_number(), by_number(), by_number(), 0};
	r = read_signed(txn, lot_id, ret);
	if (!r)
		r = read_declined(txn, lot_id, ret);
	return r ? r : read_closed(txn, lot_id, &ret->closed_us);
}

void opening_signatures_clear(struct opening_signatures *s)
{
	g_clear_pointer(&s->signed_us, g_hash_table_unref);
	g_clear_pointer(&s->declined_us, g_hash_table_unref);
	g_clear_pointer(&s->reasons, g_hash_table_unref);
}
