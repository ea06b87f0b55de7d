/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/template_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define TEMPLATE_SELECT(body, proposed)                                                  \
	"SELECT t.template_id, t.subject, t.regime, t.kind, t.name, " body ", " proposed \
	", t.proposed_by, COALESCE(t.approved_by, ''), p.name, a.name, "                 \
	"t.created_at, t.changed_at, t.retired_at, t.version, t.body IS NOT NULL, "      \
	"t.proposed IS NOT NULL FROM template t "                                        \
	"JOIN account p ON p.account_id = t.proposed_by "                                \
	"LEFT JOIN account a ON a.account_id = t.approved_by "

void template_row_free(struct template *t)
{
	if (!t)
		return;
	g_free(t->name);
	json_decref(t->body);
	json_decref(t->proposed);
	g_free(t->proposed_by_name);
	g_free(t->approved_by_name);
	g_free(t);
}

int template_store_insert(struct db_txn *txn, const struct template *t)
{
	g_autoptr(GString) proposed = column_json_text(t->proposed);

	if (!proposed)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO template (template_id, subject, regime, kind, name, live_name, "
		"proposed, proposed_by, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(t->template_id), db_text(t->subject),
			db_text(regime_name(t->regime)), db_text(t->kind), db_text(t->name),
			db_text(t->name), db_text(proposed->str), db_text(t->proposed_by),
			db_time(t->created_us), db_time(t->created_us)),
		NULL);
}

int template_store_update(struct db_txn *txn, const struct template *t)
{
	g_autoptr(GString) body = t->body ? column_json_text(t->body) : NULL;
	g_autoptr(GString) proposed = t->proposed ? column_json_text(t->proposed) : NULL;

	if (!body != !t->body || !proposed != !t->proposed)
		return -EINVAL;
	return db_exec(txn,
		"UPDATE template SET body = ?, proposed = ?, proposed_by = ?, approved_by = ?, "
		"changed_at = ?, retired_at = ?, live_name = ?, version = version + 1 "
		"WHERE template_id = ?",
		DB_PARAMS(db_maybe_text(body ? body->str : NULL),
			db_maybe_text(proposed ? proposed->str : NULL), db_text(t->proposed_by),
			db_maybe_text(*t->approved_by ? t->approved_by : NULL),
			db_time(t->changed_us), db_maybe_time(t->retired_us),
			db_maybe_text(t->retired_us ? NULL : t->name), db_text(t->template_id)),
		NULL);
}

static void *template_from_row(struct db_rows *rows)
{
	struct template *t = g_new0(struct template, 1);

	column_copy(rows, 0, t->template_id, sizeof(t->template_id));
	column_copy(rows, 1, t->subject, sizeof(t->subject));
	t->regime = regime_from_name(db_col_text(rows, 2));
	column_copy(rows, 3, t->kind, sizeof(t->kind));
	t->name = g_strdup(db_col_text(rows, 4));
	t->body = column_json(rows, 5);
	t->proposed = column_json(rows, 6);
	column_copy(rows, 7, t->proposed_by, sizeof(t->proposed_by));
	column_copy(rows, 8, t->approved_by, sizeof(t->approved_by));
	t->proposed_by_name = g_strdup(db_col_text(rows, 9));
	t->approved_by_name = g_strdup(db_col_text(rows, 10));
	t->created_us = column_time(rows, 11);
	t->changed_us = column_time(rows, 12);
	t->retired_us = column_time(rows, 13);
	t->version = db_col_int(rows, 14);
	t->in_use = db_col_int(rows, 15) != 0;
	t->waits = db_col_int(rows, 16) != 0;
	return t;
}

int template_store_get(struct db_txn *txn, const char *template_id, struct template **ret)
{
	return rows_by_key(txn, TEMPLATE_SELECT("t.body", "t.proposed") "WHERE t.template_id = ?",
		template_id, template_from_row, ret);
}

int template_store_lock(struct db_txn *txn, const char *template_id, struct template **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT version FROM template WHERE template_id = ? FOR UPDATE",
		DB_PARAMS(db_text(template_id)), &rows);

	return r ? r : template_store_get(txn, template_id, ret);
}

int template_store_list(struct db_txn *txn, const struct template_query *q, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	const char *subject = q->subject ? q->subject : "", *kind = q->kind ? q->kind : "";
	const char *regime = q->regime ? q->regime : "", *after = q->after ? q->after : "";
	int r = db_query(txn,
		TEMPLATE_SELECT("NULL",
			"NULL") "WHERE (? = '' OR t.subject = ?) AND (? = '' OR t.regime = ?) AND "
				"(? = '' OR t.kind = ?) AND (? = 0 OR (t.body IS NOT NULL AND t.retired_at IS "
				"NULL)) AND (? = '' OR t.template_id < ?) ORDER BY t.template_id DESC LIMIT ?",
		DB_PARAMS(db_text(subject), db_text(subject), db_text(regime), db_text(regime),
			db_text(kind), db_text(kind), db_int(q->usable), db_text(after),
			db_text(after), db_int(q->limit)),
		&rows);

	return rows_take(r, rows, template_from_row, (GDestroyNotify)template_row_free, ret);
}
