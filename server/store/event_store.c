/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/event_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"
#include "db/txn.h"
#include "proto/canon.h"
#include "server/store/columns.h"

#define EVENT_COLUMNS                                                                           \
	"e.event_id, e.kind, e.actor, e.subject, e.subject_no, e.legal_at, e.real_at, e.body, " \
	"e.salt"

static int next_number(struct db_txn *txn, const char *subject, int64_t *ret_no)
{
	int r = db_exec(txn,
		"INSERT INTO event_subject (subject, last_no) VALUES (?, 1) "
		"ON DUPLICATE KEY UPDATE last_no = last_no + 1",
		DB_PARAMS(db_text(subject)), NULL);
	if (r)
		return r < 0 ? r : -EIO;

	DB_ROWS_AUTO struct db_rows *rows = NULL;
	r = db_query(txn, "SELECT last_no FROM event_subject WHERE subject = ?",
		DB_PARAMS(db_text(subject)), &rows);
	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	*ret_no = db_col_int(rows, 0);
	return 0;
}

int event_store_append(struct db_txn *txn, struct event *e)
{
	g_autoptr(GString) body = NULL;
	int r = next_number(txn, e->subject, &e->subject_no);
	if (r)
		return r;
	/* Ids rise with the numbers of a subject: the keeper, who goes by them, keeps the order. */
	id_new(e->event_id);
	r = event_seal(e);
	if (r)
		return r;
	r = canon_dump(e->body, &body);
	if (r)
		return r < 0 ? r : -EINVAL;
	r = db_exec(txn,
		"INSERT INTO event (event_id, kind, actor, subject, subject_no, legal_at, real_at, "
		"body, salt, is_public) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(e->event_id), db_text(e->kind->name), db_text(e->actor),
			db_text(e->subject), db_int(e->subject_no), db_time(e->legal_us),
			db_time(e->real_us), db_text_n(body->str, body->len),
			db_blob(e->salt, sizeof(e->salt)),
			db_int(e->kind->visibility == EVENT_PUBLIC)),
		NULL);
	if (r)
		return r < 0 ? r : -EIO;
	r = db_exec(txn, "INSERT INTO event_pending (event_id) VALUES (?)",
		DB_PARAMS(db_text(e->event_id)), NULL);
	return r <= 0 ? r : -EIO;
}

/* -EBADMSG for a row that no act of ours could have written. */
static int event_from_row(struct db_rows *rows, unsigned first, struct event **ret)
{
	EVENT_AUTO struct event *e = g_new0(struct event, 1);
	json_error_t error;
	size_t salt_len;
	const void *salt;

	g_strlcpy(e->event_id, db_col_text(rows, first), sizeof(e->event_id));
	e->kind = event_kind_find(db_col_text(rows, first + 1));
	g_strlcpy(e->actor, db_col_text(rows, first + 2), sizeof(e->actor));
	g_strlcpy(e->subject, db_col_text(rows, first + 3), sizeof(e->subject));
	e->subject_no = db_col_int(rows, first + 4);
	e->legal_us = db_col_time(rows, first + 5);
	e->real_us = db_col_time(rows, first + 6);
	e->body = json_loads(db_col_text(rows, first + 7), JSON_REJECT_DUPLICATES, &error);
	salt = db_col_blob(rows, first + 8, &salt_len);
	if (!e->kind || !e->body || salt_len != sizeof(e->salt))
		return -EBADMSG;
	memcpy(e->salt, salt, sizeof(e->salt));
	int r = event_seal(e);
	if (r)
		return r;
	*ret = g_steal_pointer(&e);
	return 0;
}

static int events_from_rows(struct db_rows *rows, GPtrArray **ret)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	int r;

	while ((r = db_rows_next(rows)) > 0) {
		struct event *e = NULL;
		r = event_from_row(rows, 0, &e);
		if (r)
			return r;
		g_ptr_array_add(events, e);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&events);
	return 0;
}

int event_store_get(struct db_txn *txn, const char *event_id, struct event **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT " EVENT_COLUMNS " FROM event e WHERE e.event_id = ?",
		DB_PARAMS(db_text(event_id)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : STORE_E_NONE;
	return event_from_row(rows, 0, ret);
}

int event_store_newest_us(struct db_txn *txn, int64_t *ret_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT MAX(event_id) FROM event", DB_NO_PARAMS, &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EIO;
	const char *id = db_col_is_null(rows, 0) ? NULL : db_col_text(rows, 0);
	if (id && !id_valid(id))
		return -EBADMSG;
	*ret_us = id ? (int64_t)id_ms(id) * 1000 : 0;
	return 0;
}

int event_store_of_subject(
	struct db_txn *txn, const char *subject, int64_t after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " EVENT_COLUMNS " FROM event e WHERE e.subject = ? AND e.subject_no > ? "
		"ORDER BY e.subject_no LIMIT ?",
		DB_PARAMS(db_text(subject), db_int(after), db_int(limit)), &rows);

	return r ? r : events_from_rows(rows, ret);
}

int event_store_of_subject_kind(struct db_txn *txn, const char *subject, const char *kind,
	int64_t after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " EVENT_COLUMNS " FROM event e WHERE e.subject = ? AND e.subject_no > ? "
		"AND e.kind = ? ORDER BY e.subject_no LIMIT ?",
		DB_PARAMS(db_text(subject), db_int(after), db_text(kind), db_int(limit)), &rows);

	return r ? r : events_from_rows(rows, ret);
}

/* Events read at once where all are wanted. */
#define PAGE 200

int event_store_all_of_subject(
	struct db_txn *txn, const char *subject, const char *kind, GPtrArray **ret)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	int64_t after = 0;
	guint n = PAGE;

	while (n == PAGE) {
		GPtrArray *page = NULL;
		int r = kind ? event_store_of_subject_kind(txn, subject, kind, after, PAGE, &page)
			     : event_store_of_subject(txn, subject, after, PAGE, &page);

		if (r)
			return r;
		n = page->len;
		if (n)
			after = ((const struct event *)page->pdata[n - 1])->subject_no;
		g_ptr_array_extend_and_steal(all, page);
	}
	*ret = g_steal_pointer(&all);
	return 0;
}

int event_store_of_subject_since(struct db_txn *txn, const char *subject, const char *kind,
	int64_t after, int64_t since_us, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " EVENT_COLUMNS " FROM event e WHERE e.subject = ? AND e.subject_no > ? "
		"AND e.kind = ? AND e.real_at >= ? ORDER BY e.subject_no LIMIT ?",
		DB_PARAMS(db_text(subject), db_int(after), db_text(kind), db_time(since_us),
			db_int(limit)),
		&rows);

	return r ? r : events_from_rows(rows, ret);
}

int event_store_wrote(struct db_txn *txn, const char *subject, const char *actor, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT 1 FROM event WHERE subject = ? AND actor = ? AND kind IN "
		"('notice.attached', 'notice.detached', 'notice.drafted', 'notice.edited', "
		"'notice.submitted', 'project.draft_edited', 'project.drafted', "
		"'project.submitted') LIMIT 1",
		DB_PARAMS(db_text(subject), db_text(actor)), &rows);

	return rows_exist(r, rows, ret);
}

int event_store_pending(struct db_txn *txn, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " EVENT_COLUMNS " FROM event_pending p JOIN event e USING (event_id) "
		"ORDER BY e.event_id LIMIT ?",
		DB_PARAMS(db_int(limit)), &rows);

	return r ? r : events_from_rows(rows, ret);
}

int event_store_placed(struct db_txn *txn, int64_t from, unsigned limit, GArray **ret_placed)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) placed = g_array_new(FALSE, FALSE, sizeof(struct placed_event));
	int r = db_query(txn,
		"SELECT p.ledger_seq, " EVENT_COLUMNS
		" FROM ledger_place p JOIN event e USING (event_id) "
		"WHERE p.ledger_seq >= ? ORDER BY p.ledger_seq LIMIT ?",
		DB_PARAMS(db_int(from), db_int(limit)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct placed_event p = {.seq = db_col_int(rows, 0)};
		r = event_from_row(rows, 1, &p.event);
		if (!r)
			g_array_append_val(placed, p);
	}
	if (r) {
		for (guint i = 0; i < placed->len; i++)
			event_free(g_array_index(placed, struct placed_event, i).event);
		return r;
	}
	*ret_placed = g_steal_pointer(&placed);
	return 0;
}
