/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/exchange_store.h"

#include <errno.h>
#include <string.h>

#include "server/store/columns.h"

#define TRIES_SHOWN 200

static const char *const names[] = {
	[EXCHANGE_WAITING] = "waiting",
	[EXCHANGE_DELIVERED] = "delivered",
	[EXCHANGE_REFUSED] = "refused",
	[EXCHANGE_FAULTY] = "faulty",
};

const char *exchange_state_name(enum exchange_state s)
{
	return s > 0 && s < G_N_ELEMENTS(names) ? names[s] : NULL;
}

enum exchange_state exchange_state_from_name(const char *name)
{
	for (size_t i = 1; i < G_N_ELEMENTS(names); i++)
		if (!strcmp(names[i], name))
			return (enum exchange_state)i;
	return 0;
}

void exchange_push_free(struct exchange_push *p)
{
	if (!p)
		return;
	g_free(p->body);
	g_free(p->receipt);
	g_free(p->last_error);
	g_free(p);
}

void exchange_try_free(struct exchange_try *t)
{
	if (!t)
		return;
	g_free(t->detail);
	g_free(t);
}

int exchange_store_lock_seq(struct db_txn *txn, int64_t *ret_seq)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_exec(txn, "UPDATE counter SET value = value WHERE name = 'exchange_seq'",
		DB_NO_PARAMS, NULL);

	if (!r)
		r = db_query(txn,
			"SELECT value FROM counter WHERE name = 'exchange_seq' FOR UPDATE",
			DB_NO_PARAMS, &rows);
	if (!r)
		r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	*ret_seq = db_col_int(rows, 0);
	return 0;
}

int exchange_store_set_seq(struct db_txn *txn, int64_t seq)
{
	return db_exec(txn, "UPDATE counter SET value = ? WHERE name = 'exchange_seq'",
		DB_PARAMS(db_int(seq)), NULL);
}

int exchange_store_insert(struct db_txn *txn, const struct exchange_push *p)
{
	return db_exec(txn,
		"INSERT INTO exchange_push (push_id, project_id, notice_id, page_seq, state, body, "
		"next_try_at, last_error, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(p->push_id), db_text(p->project_id), db_text(p->notice_id),
			db_int(p->page_seq), db_text(exchange_state_name(p->state)),
			db_text(p->body), db_time(p->next_try_us), db_maybe_text(p->last_error),
			db_time(p->created_us)),
		NULL);
}

int exchange_store_again(struct db_txn *txn, const char *push_id, int64_t now_us)
{
	uint64_t matched = 0;
	int r = db_exec(txn,
		"UPDATE exchange_push SET state = 'waiting', body = '', next_try_at = ?, "
		"last_error = NULL WHERE push_id = ? AND state IN ('refused', 'faulty')",
		DB_PARAMS(db_time(now_us), db_text(push_id)), &matched);

	return r ? r : matched ? 0 : STORE_E_NONE;
}

int exchange_store_set_body(
	struct db_txn *txn, const char *push_id, const char *body, const char *error)
{
	return db_exec(txn,
		"UPDATE exchange_push SET state = ?, body = ?, last_error = ? WHERE push_id = ? AND "
		"state = 'waiting' AND body = ''",
		DB_PARAMS(db_text(exchange_state_name(error ? EXCHANGE_FAULTY : EXCHANGE_WAITING)),
			db_text(body), db_maybe_text(error), db_text(push_id)),
		NULL);
}

int exchange_store_is_queued(
	struct db_txn *txn, const char *notice_id, const char *body, bool *ret_queued)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT body FROM exchange_push WHERE notice_id = ? ORDER BY page_seq DESC LIMIT 1",
		DB_PARAMS(db_text(notice_id)), &rows);

	if (!r)
		r = db_rows_next(rows);
	if (r >= 0)
		*ret_queued = r > 0 && strcmp(db_col_text(rows, 0), body) == 0;
	return MIN(r, 0);
}

#define PUSH_SELECT                                                                   \
	"SELECT x.push_id, x.project_id, x.notice_id, x.page_seq, x.state, x.tries, " \
	"x.next_try_at, x.receipt, x.last_error, x.created_at, x.delivered_at, "

static void *push_from_row(struct db_rows *rows)
{
	struct exchange_push *p = g_new0(struct exchange_push, 1);

	g_strlcpy(p->push_id, db_col_text(rows, 0), sizeof(p->push_id));
	g_strlcpy(p->project_id, db_col_text(rows, 1), sizeof(p->project_id));
	g_strlcpy(p->notice_id, db_col_text(rows, 2), sizeof(p->notice_id));
	p->page_seq = db_col_int(rows, 3);
	p->state = exchange_state_from_name(db_col_text(rows, 4));
	p->tries = db_col_int(rows, 5);
	p->next_try_us = db_col_time(rows, 6);
	p->receipt = g_strdup(db_col_text(rows, 7));
	p->last_error = g_strdup(db_col_text(rows, 8));
	p->created_us = db_col_time(rows, 9);
	p->delivered_us = db_col_is_null(rows, 10) ? 0 : db_col_time(rows, 10);
	p->body = g_strdup(db_col_text(rows, 11));
	return p;
}

static int take_pushes(int r, struct db_rows *rows, GPtrArray **ret)
{
	return rows_take(r, rows, push_from_row, (GDestroyNotify)exchange_push_free, ret);
}

int exchange_store_due(struct db_txn *txn, int64_t now_us, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		PUSH_SELECT
		"x.body FROM exchange_push x WHERE x.state = 'waiting' AND "
		"x.next_try_at <= ? AND NOT EXISTS (SELECT 1 FROM exchange_push e WHERE "
		"e.project_id = x.project_id AND e.page_seq < x.page_seq AND "
		"e.state = 'waiting') ORDER BY x.page_seq LIMIT ?",
		DB_PARAMS(db_time(now_us), db_int(limit)), &rows);

	return take_pushes(r, rows, ret);
}

int exchange_store_claim(struct db_txn *txn, const struct exchange_push *p, int64_t next_try_us)
{
	uint64_t matched = 0;
	int r = db_exec(txn,
		"UPDATE exchange_push SET tries = tries + 1, next_try_at = ? WHERE push_id = ? AND "
		"state = 'waiting' AND tries = ?",
		DB_PARAMS(db_time(next_try_us), db_text(p->push_id), db_int(p->tries)), &matched);

	return r ? r : matched ? 0 : STORE_E_NONE;
}

int exchange_store_settle(struct db_txn *txn, const struct exchange_push *p,
	enum exchange_state state, const char *receipt, const char *error, int64_t now_us,
	int64_t next_try_us)
{
	/* A receipt that is there already is the one that counts. */
	return db_exec(txn,
		"UPDATE exchange_push SET state = ?, receipt = ?, last_error = ?, next_try_at = ?, "
		"delivered_at = ? WHERE push_id = ? AND state = 'waiting'",
		DB_PARAMS(db_text(exchange_state_name(state)), db_maybe_text(receipt),
			db_maybe_text(error), db_time(next_try_us),
			state == EXCHANGE_DELIVERED ? db_time(now_us) : db_null(),
			db_text(p->push_id)),
		NULL);
}

int exchange_store_log(struct db_txn *txn, const char *push_id, int64_t try_no, int64_t now_us,
	int status, const char *detail)
{
	return db_exec(txn,
		"INSERT INTO exchange_try (push_id, try_no, tried_at, http_status, detail) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(push_id), db_int(try_no), db_time(now_us), db_int(status),
			db_text(detail)),
		NULL);
}

int exchange_store_list(struct db_txn *txn, enum exchange_state state, const char *after,
	unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	const char *name = state ? exchange_state_name(state) : "";
	int r = db_query(txn,
		PUSH_SELECT "'' FROM exchange_push x WHERE (? = '' OR x.state = ?) AND "
			    "(? = '' OR x.push_id < ?) ORDER BY x.push_id DESC LIMIT ?",
		DB_PARAMS(db_text(name), db_text(name), db_text(after), db_text(after),
			db_int(limit)),
		&rows);

	return take_pushes(r, rows, ret);
}

int exchange_store_get(struct db_txn *txn, const char *push_id, struct exchange_push **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, PUSH_SELECT "x.body FROM exchange_push x WHERE x.push_id = ?",
		DB_PARAMS(db_text(push_id)), &rows);

	return rows_take_one(r, rows, push_from_row, ret);
}

static void *try_from_row(struct db_rows *rows)
{
	struct exchange_try *t = g_new0(struct exchange_try, 1);

	t->no = db_col_int(rows, 0);
	t->tried_us = db_col_time(rows, 1);
	t->http_status = db_col_int(rows, 2);
	t->detail = g_strdup(db_col_text(rows, 3));
	return t;
}

int exchange_store_tries(struct db_txn *txn, const char *push_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT try_no, tried_at, http_status, detail FROM exchange_try WHERE push_id = ? "
		"ORDER BY try_no DESC LIMIT ?",
		DB_PARAMS(db_text(push_id), db_int(TRIES_SHOWN)), &rows);

	return rows_take(r, rows, try_from_row, (GDestroyNotify)exchange_try_free, ret);
}
