/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/report_store.h"

#include <errno.h>

#include "server/store/columns.h"

void report_row_free(struct report_row *r)
{
	if (!r)
		return;
	json_decref(r->model);
	json_decref(r->candidates);
	g_clear_pointer(&r->pdf, g_bytes_unref);
	g_free(r);
}

int report_store_insert(struct db_txn *txn, const char *session_id, const struct report_row *report)
{
	g_autoptr(GString) model = column_json_text(report->model), candidates = NULL;

	if (report->candidates)
		candidates = column_json_text(report->candidates);
	if (!model)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO report (session_id, model, pdf, pdf_sha256, made_at, candidates) "
		"VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text_n(model->str, model->len),
			db_bytes(report->pdf), db_blob(report->pdf_sha256, 32),
			db_time(report->made_us),
			db_maybe_text(candidates ? candidates->str : NULL)),
		NULL);
}

/* Of the report that stands (0), or that did until then. */
static int get(struct db_txn *txn, const char *sql, const char *session_id, int64_t undone_us,
	struct report_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	REPORT_ROW_AUTO struct report_row *report = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(session_id), db_int(undone_us)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	report = g_new0(struct report_row, 1);
	report->model = column_json(rows, 0);
	r = column_32(rows, 1, report->pdf_sha256);
	report->made_us = db_col_time(rows, 2);
	report->pdf = column_bytes(rows, 3);
	if (r)
		return r;
	*ret = g_steal_pointer(&report);
	return 0;
}

int report_store_get(struct db_txn *txn, const char *session_id, struct report_row **ret)
{
	return get(txn,
		"SELECT model, pdf_sha256, made_at, CAST(NULL AS BINARY) FROM report "
		"WHERE session_id = ? AND undone = ?",
		session_id, 0, ret);
}

#define WITH_PDF \
	"SELECT model, pdf_sha256, made_at, pdf FROM report WHERE session_id = ? AND undone = ?"

int report_store_get_pdf(struct db_txn *txn, const char *session_id, struct report_row **ret)
{
	return get(txn, WITH_PDF, session_id, 0, ret);
}

int report_store_get_void(
	struct db_txn *txn, const char *session_id, int64_t undone_us, struct report_row **ret)
{
	return get(txn, WITH_PDF, session_id, undone_us, ret);
}

int report_store_candidates(struct db_txn *txn, const char *lot_id, int64_t undone_us, json_t **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	/* Of a committee that was dissolved a report may still stand; the later one is meant. */
	int r = db_query(txn,
		"SELECT r.candidates FROM report r JOIN eval_session_lot e "
		"ON e.session_id = r.session_id WHERE e.lot_id = ? AND r.undone = ? "
		"ORDER BY r.made_at DESC LIMIT 1",
		DB_PARAMS(db_text(lot_id), db_int(undone_us)), &rows);

	*ret = NULL;
	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret = column_json(rows, 0);
	return r == STORE_E_NONE ? 0 : r;
}

void report_signature_free(struct report_signature *s)
{
	g_clear_pointer(&s->signature, g_bytes_unref);
	g_free(s->opinion);
	g_free(s);
}

int report_store_add_signature(
	struct db_txn *txn, const char *session_id, const struct report_signature *s)
{
	return db_exec(txn,
		"INSERT INTO report_signature (session_id, member_no, key_id, signature, opinion, "
		"signed_at) VALUES (?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_int(s->member_no), db_text(s->key_id),
			db_bytes(s->signature), db_maybe_text(s->opinion), db_time(s->signed_us)),
		NULL);
}

int report_store_signatures(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list =
		g_ptr_array_new_with_free_func((GDestroyNotify)report_signature_free);
	int r = db_query(txn,
		"SELECT member_no, key_id, signature, opinion, signed_at FROM report_signature "
		"WHERE session_id = ? AND undone = 0 ORDER BY member_no LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct report_signature *s = g_new0(struct report_signature, 1);

		s->member_no = (int)db_col_int(rows, 0);
		column_copy(rows, 1, s->key_id, sizeof(s->key_id));
		s->signature = column_bytes(rows, 2);
		s->opinion = g_strdup(db_col_text(rows, 3));
		s->signed_us = db_col_time(rows, 4);
		g_ptr_array_add(list, s);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

bool report_has_signed(const GPtrArray *signatures, int member_no)
{
	for (guint i = 0; i < signatures->len; i++)
		if (((const struct report_signature *)g_ptr_array_index(signatures, i))
				->member_no == member_no)
			return true;
	return false;
}

void report_unsigned_free(struct report_unsigned *r)
{
	g_free(r->reason);
	g_free(r);
}

int report_store_add_refusal(
	struct db_txn *txn, const char *session_id, const struct report_unsigned *refusal)
{
	return db_exec(txn,
		"INSERT INTO report_refusal (session_id, member_no, reason, reason_salt, "
		"refused_at) VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_int(refusal->member_no),
			db_maybe_text(refusal->reason),
			refusal->salted ? db_blob(refusal->salt, sizeof(refusal->salt)) : db_null(),
			db_time(refusal->refused_us)),
		NULL);
}

static void *refusal_from_row(struct db_rows *rows)
{
	struct report_unsigned *r = g_new0(struct report_unsigned, 1);

	r->member_no = (int)db_col_int(rows, 0);
	r->reason = g_strdup(db_col_text(rows, 1));
	r->refused_us = db_col_time(rows, 2);
	r->salted = column_fixed(rows, 3, r->salt, sizeof(r->salt));
	return r;
}

int report_store_refusals(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT member_no, reason, refused_at, reason_salt FROM report_refusal "
		"WHERE session_id = ? AND undone = 0 ORDER BY member_no LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, refusal_from_row, (GDestroyNotify)report_unsigned_free, ret);
}
