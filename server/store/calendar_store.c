/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/calendar_store.h"

#include "server/store/columns.h"

#define CALENDAR_SELECT                                                                   \
	"SELECT n.notice_id, n.project_id, n.kind, n.title, p.name, p.rulebook_version, " \
	"n.offer_start, n.offer_end, n.deadline_at, n.publicity_start, n.publicity_end, " \
	"n.lot_nos, n.published_at, n.publish_at, JSON_LENGTH(n.media), "                 \
	"(SELECT COUNT(DISTINCT m.medium_no) FROM medium_record m WHERE m.notice_id = "   \
	"n.notice_id) "

void calendar_notice_free(struct calendar_notice *n)
{
	if (!n)
		return;
	g_free(n->title);
	g_free(n->project_name);
	g_free(n->rulebook_version);
	json_decref(n->lot_nos);
	g_free(n);
}

static void *notice_from_row(struct db_rows *rows)
{
	struct calendar_notice *n = g_new0(struct calendar_notice, 1);

	column_copy(rows, 0, n->notice_id, sizeof(n->notice_id));
	column_copy(rows, 1, n->project_id, sizeof(n->project_id));
	n->title = g_strdup(db_col_text(rows, 3));
	n->project_name = g_strdup(db_col_text(rows, 4));
	n->rulebook_version = g_strdup(db_col_text(rows, 5));
	n->lot_nos = column_json(rows, 11);
	n->notice = (struct notice){
		.kind = notice_kind_from_name(db_col_text(rows, 2)),
		.title = n->title,
		.offer_start_us = column_time(rows, 6),
		.offer_end_us = column_time(rows, 7),
		.bid_deadline_us = column_time(rows, 8),
		.opening_us = column_time(rows, 8), /* T07 */
		.publicity_start_us = column_time(rows, 9),
		.publicity_end_us = column_time(rows, 10),
		.lot_nos = n->lot_nos,
	};
	n->published_us = column_time(rows, 12);
	n->publish_at_us = column_time(rows, 13);
	n->n_media = db_col_int(rows, 14);
	n->n_seen = db_col_int(rows, 15);
	return n;
}

static int take_notices(int r, struct db_rows *rows, GPtrArray **ret)
{
	return rows_take(r, rows, notice_from_row, (GDestroyNotify)calendar_notice_free, ret);
}

/* Each way to be chosen has its own index; no offer ends behind the deadline. */
int calendar_store_notices(
	struct db_txn *txn, int64_t since_us, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		CALENDAR_SELECT
		"FROM (SELECT notice_id FROM notice WHERE published_at >= ? UNION "
		"SELECT notice_id FROM notice WHERE deadline_at >= ? UNION "
		"SELECT notice_id FROM notice WHERE publicity_end >= ? UNION "
		"SELECT ln.notice_id FROM lot l JOIN notice ln ON ln.project_id = l.project_id "
		"WHERE l.deadline_at >= ?) c JOIN notice n USING (notice_id) "
		"JOIN project p ON p.project_id = n.project_id "
		"WHERE n.state = 'published' AND n.notice_id > ? ORDER BY n.notice_id LIMIT ?",
		DB_PARAMS(db_time(since_us), db_time(since_us), db_time(since_us),
			db_time(since_us), db_text(after), db_int(limit)),
		&rows);

	return take_notices(r, rows, ret);
}

int calendar_store_scheduled(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		CALENDAR_SELECT "FROM notice n JOIN project p USING (project_id) "
				"WHERE n.publish_at IS NOT NULL AND "
				"n.notice_id > ? ORDER BY n.notice_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return take_notices(r, rows, ret);
}

int calendar_store_changed_deadline(struct db_txn *txn, const char *notice_id, int64_t *ret_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"WITH RECURSIVE chain AS (SELECT notice_id, state, deadline_at, publish_seq FROM "
		"notice WHERE follows = ? AND kind IN ('ztb_change', 'ztb_clarification', "
		"'asset_change') AND publish_seq > 0 UNION "
		"SELECT n.notice_id, n.state, n.deadline_at, n.publish_seq FROM chain c JOIN notice n "
		"ON n.follows = c.notice_id WHERE n.kind IN ('ztb_change', 'ztb_clarification', "
		"'asset_change') AND n.publish_seq > 0) "
		"SELECT deadline_at FROM chain WHERE state = 'published' AND deadline_at IS NOT NULL "
		"ORDER BY publish_seq DESC LIMIT 1",
		DB_PARAMS(db_text(notice_id)), &rows);

	if (!r)
		r = db_rows_next(rows);
	if (r < 0)
		return r;
	*ret_us = r ? column_time(rows, 0) : 0;
	return 0;
}

void unpublished_report_free(struct unpublished_report *u)
{
	if (!u)
		return;
	g_free(u->project_name);
	g_free(u->title);
	g_free(u->rulebook_version);
	g_free(u);
}

static void *unpublished_from_row(struct db_rows *rows)
{
	struct unpublished_report *u = g_new0(struct unpublished_report, 1);

	column_copy(rows, 0, u->session_id, sizeof(u->session_id));
	column_copy(rows, 1, u->project_id, sizeof(u->project_id));
	u->project_name = g_strdup(db_col_text(rows, 2));
	u->title = g_strdup(db_col_text(rows, 3));
	u->rulebook_version = g_strdup(db_col_text(rows, 4));
	u->regime = regime_from_name(db_col_text(rows, 5));
	u->closed_us = column_time(rows, 6);
	return u;
}

int calendar_store_unpublished(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT s.session_id, s.project_id, p.name, s.title, p.rulebook_version, p.regime, "
		"s.closed_at FROM eval_session s JOIN project p USING (project_id) "
		"WHERE s.step = 'closed' AND s.session_id > ? AND EXISTS (SELECT 1 FROM "
		"eval_session_lot sl JOIN lot l USING (lot_id) WHERE sl.session_id = s.session_id "
		"AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.project_id = s.project_id AND "
		"n.state = 'published' AND n.published_at >= s.closed_at AND "
		"(n.lot_nos = '[]' OR JSON_CONTAINS(n.lot_nos, CAST(l.lot_no AS CHAR))) AND "
		"n.kind IN ('ztb_candidates', 'ztb_result', 'ztb_failure', 'ztb_termination', "
		"'gp_result', 'gp_failure', 'gp_termination'))) ORDER BY s.session_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return rows_take(
		r, rows, unpublished_from_row, (GDestroyNotify)unpublished_report_free, ret);
}

void open_objection_free(struct open_objection *o)
{
	if (!o)
		return;
	g_free(o->project_name);
	g_free(o->rulebook_version);
	g_free(o);
}

static void *objection_from_row(struct db_rows *rows)
{
	struct open_objection *o = g_new0(struct open_objection, 1);

	column_copy(rows, 0, o->question_id, sizeof(o->question_id));
	column_copy(rows, 1, o->project_id, sizeof(o->project_id));
	o->project_name = g_strdup(db_col_text(rows, 2));
	o->rulebook_version = g_strdup(db_col_text(rows, 3));
	o->regime = regime_from_name(db_col_text(rows, 4));
	o->asked_us = column_time(rows, 5);
	return o;
}

int calendar_store_objections(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT q.question_id, q.project_id, p.name, p.rulebook_version, p.regime, "
		"q.asked_at FROM tender_question q JOIN project p USING (project_id) "
		"WHERE q.answered_at IS NULL AND q.kind = 'objection' AND q.question_id > ? "
		"ORDER BY q.question_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return rows_take(r, rows, objection_from_row, (GDestroyNotify)open_objection_free, ret);
}

void calendar_due_free(struct calendar_due *d)
{
	if (!d)
		return;
	g_free(d->project_name);
	g_free(d->title);
	g_free(d->rulebook_version);
	g_free(d);
}

static void *due_from_row(struct db_rows *rows)
{
	struct calendar_due *d = g_new0(struct calendar_due, 1);

	column_copy(rows, 0, d->id, sizeof(d->id));
	column_copy(rows, 1, d->project_id, sizeof(d->project_id));
	d->project_name = g_strdup(db_col_text(rows, 2));
	d->title = g_strdup(db_col_text(rows, 3));
	d->rulebook_version = g_strdup(db_col_text(rows, 4));
	d->at_us = column_time(rows, 5);
	d->lot_no = db_col_int(rows, 6);
	d->told = db_col_int(rows, 7) != 0;
	d->kind = notice_kind_from_name(db_col_text(rows, 8));
	return d;
}

int calendar_store_contracts(
	struct db_txn *txn, int64_t since_us, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT c.lot_id, c.project_id, c.project_name, c.name, c.rulebook_version, "
		"c.contracted_at, c.lot_no, c.told, '' FROM (SELECT l.lot_id, l.project_id, "
		"p.name AS project_name, l.name, p.rulebook_version, s.contracted_at, l.lot_no, "
		"EXISTS (SELECT 1 FROM notice n WHERE n.project_id = l.project_id AND n.kind = "
		"'gp_contract' AND n.state = 'published' AND n.published_at >= "
		/* From that day of Shanghai on: the hour was typed in by a person. */
		"DATE(s.contracted_at + INTERVAL 8 HOUR) - INTERVAL 8 HOUR AND "
		"(n.lot_nos = '[]' OR JSON_CONTAINS(n.lot_nos, CAST(l.lot_no AS CHAR)))) AS told "
		"FROM lot_settlement s JOIN lot l ON l.lot_id = s.lot_id JOIN project p ON "
		"p.project_id = l.project_id WHERE s.undone = 0 AND s.contracted_at IS NOT NULL "
		"AND p.regime = 'gp') c WHERE c.lot_id > ? AND (c.told = 0 OR "
		"c.contracted_at >= ?) ORDER BY c.lot_id LIMIT ?",
		DB_PARAMS(db_text(after), db_time(since_us), db_int(limit)), &rows);

	return rows_take(r, rows, due_from_row, (GDestroyNotify)calendar_due_free, ret);
}

int calendar_store_withheld(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT n.notice_id, n.project_id, p.name, n.title, p.rulebook_version, "
		"w.until_at, 0, 0, n.kind FROM (SELECT notice_id, MIN(until_at) AS until_at FROM "
		"notice_withheld WHERE until_at IS NOT NULL AND disclosed_at IS NULL GROUP BY "
		"notice_id) w JOIN notice n USING (notice_id) JOIN project p ON p.project_id = "
		"n.project_id WHERE n.publish_seq > 0 AND n.notice_id > ? ORDER BY n.notice_id "
		"LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return rows_take(r, rows, due_from_row, (GDestroyNotify)calendar_due_free, ret);
}
