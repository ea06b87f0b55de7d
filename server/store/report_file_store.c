/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/report_file_store.h"

#include "server/store/columns.h"
#include "server/store/report_store.h"

void report_certificate_free(struct report_certificate *c)
{
	if (!c)
		return;
	g_clear_pointer(&c->certificate, g_bytes_unref);
	g_clear_pointer(&c->public_key, g_bytes_unref);
	g_clear_pointer(&c->signature, g_bytes_unref);
	g_free(c->opinion);
	g_free(c);
}

int report_file_store_add_certificate(
	struct db_txn *txn, const char *session_id, const struct report_certificate *c)
{
	return db_exec(txn,
		"INSERT INTO report_certificate (session_id, certificate_sha256, member_no, "
		"certificate, public_key, key_id, signature, opinion, issued_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_blob(c->sha256, 32), db_int(c->member_no),
			db_bytes(c->certificate), db_bytes(c->public_key), db_text(c->key_id),
			db_bytes(c->signature), db_maybe_text(c->opinion), db_time(c->issued_us)),
		NULL);
}

int report_file_store_count(struct db_txn *txn, const char *session_id, int member_no, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT COUNT(*) FROM report_certificate "
		"WHERE session_id = ? AND member_no = ? AND undone = 0",
		DB_PARAMS(db_text(session_id), db_int(member_no)), &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = db_col_int(rows, 0);
	return r;
}

int report_file_store_certificate(struct db_txn *txn, const char *session_id,
	const uint8_t sha256[static 32], struct report_certificate **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	REPORT_CERTIFICATE_AUTO struct report_certificate *c = NULL;
	int r = db_query(txn,
		"SELECT member_no, certificate_sha256, certificate, public_key, key_id, signature, "
		"opinion, issued_at FROM report_certificate "
		"WHERE session_id = ? AND certificate_sha256 = ? AND undone = 0",
		DB_PARAMS(db_text(session_id), db_blob(sha256, 32)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	c = g_new0(struct report_certificate, 1);
	c->member_no = (int)db_col_int(rows, 0);
	r = column_32(rows, 1, c->sha256);
	c->certificate = column_bytes(rows, 2);
	c->public_key = column_bytes(rows, 3);
	column_copy(rows, 4, c->key_id, sizeof(c->key_id));
	c->signature = column_bytes(rows, 5);
	c->opinion = g_strdup(db_col_text(rows, 6));
	c->issued_us = db_col_time(rows, 7);
	if (r)
		return r;
	*ret = g_steal_pointer(&c);
	return 0;
}

static void add_bytes(GByteArray *file, GBytes *bytes)
{
	size_t len;
	const void *data = g_bytes_get_data(bytes, &len);

	g_byte_array_append(file, data, (guint)len);
}

int report_file_store_get(struct db_txn *txn, const char *session_id, GBytes **ret, int *ret_n)
{
	REPORT_ROW_AUTO struct report_row *report = NULL;
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GByteArray) file = g_byte_array_new();
	int n = 0, r = report_store_get_pdf(txn, session_id, &report);

	if (r)
		return r;
	add_bytes(file, report->pdf);
	r = db_query(txn,
		"SELECT bytes FROM report_increment WHERE session_id = ? AND undone = 0 ORDER BY position "
		"LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);
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

int report_file_store_append(struct db_txn *txn, const char *session_id, int position,
	const struct report_certificate *by, GBytes *bytes, int64_t at_us)
{
	return db_exec(txn,
		"INSERT INTO report_increment (session_id, position, member_no, "
		"certificate_sha256, bytes, added_at) VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_int(position), db_int(by->member_no),
			db_blob(by->sha256, 32), db_bytes(bytes), db_time(at_us)),
		NULL);
}
