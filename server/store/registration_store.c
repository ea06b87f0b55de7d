/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/registration_store.h"

#include <errno.h>
#include <string.h>

#include "server/store/columns.h"

#define SELECT                                                                               \
	"SELECT registration_id, login, org_name, credit_code, name, phone, password_hash, " \
	"state, reason, created_at, (SELECT COUNT(*) FROM account a "                        \
	"WHERE a.credit_code = r.credit_code), (SELECT COUNT(*) FROM bidder_registration o " \
	"WHERE o.credit_code = r.credit_code AND o.state = 'pending' "                       \
	"AND o.registration_id <> r.registration_id), (SELECT COUNT(*) FROM account a "      \
	"WHERE a.org_name = r.org_name AND NOT (a.credit_code <=> r.credit_code)) + "        \
	"(SELECT COUNT(*) FROM bidder_registration o WHERE o.org_name = r.org_name "         \
	"AND o.state = 'pending' AND o.credit_code <> r.credit_code), "                      \
	"EXISTS (SELECT 1 FROM account a WHERE a.login = r.login) FROM bidder_registration r "

static const char *const states[] = {"pending", "approved", "refused", "lapsed"};

const char *registration_state_name(enum registration_state state)
{
	return states[state];
}

void registration_free(struct registration *r)
{
	if (!r)
		return;
	g_free(r->login);
	g_free(r->org_name);
	g_free(r->credit_code);
	g_free(r->name);
	g_free(r->phone);
	g_free(r->password_hash);
	g_free(r->reason);
	g_free(r);
}

int registration_store_insert(struct db_txn *txn, const struct registration *r)
{
	return db_exec(txn,
		"INSERT INTO bidder_registration (registration_id, login, org_name, credit_code, "
		"name, phone, password_hash, state, created_at) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(r->registration_id), db_text(r->login), db_text(r->org_name),
			db_text(r->credit_code), db_text(r->name), db_text(r->phone),
			db_text(r->password_hash), db_text(states[REGISTRATION_PENDING]),
			db_time(r->created_us)),
		NULL);
}

static void *from_row(struct db_rows *rows)
{
	struct registration *r = g_new0(struct registration, 1);
	const char *state = db_col_text(rows, 7);

	column_copy(rows, 0, r->registration_id, sizeof(r->registration_id));
	r->login = g_strdup(db_col_text(rows, 1));
	r->org_name = g_strdup(db_col_text(rows, 2));
	r->credit_code = g_strdup(db_col_text(rows, 3));
	r->name = g_strdup(db_col_text(rows, 4));
	r->phone = g_strdup(db_col_text(rows, 5));
	r->password_hash = g_strdup(db_col_text(rows, 6));
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], state) == 0)
			r->state = (enum registration_state)i;
	r->reason = g_strdup(db_col_text(rows, 8));
	r->created_us = column_time(rows, 9);
	r->n_accounts = db_col_int(rows, 10);
	r->n_pending = db_col_int(rows, 11);
	r->n_name = db_col_int(rows, 12);
	r->login_taken = db_col_int(rows, 13);
	return r;
}

int registration_store_get(struct db_txn *txn, const char *id, struct registration **ret)
{
	return rows_by_key(txn, SELECT "WHERE registration_id = ?", id, from_row, ret);
}

int registration_store_lock(struct db_txn *txn, const char *id, struct registration **ret)
{
	return rows_by_key(txn, SELECT "WHERE registration_id = ? FOR UPDATE", id, from_row, ret);
}

int registration_store_pending(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		SELECT "WHERE state = 'pending' AND registration_id > ? "
		       "ORDER BY registration_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(limit)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)registration_free, ret);
}

int registration_store_count(struct db_txn *txn, int64_t *ret_pending)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT COUNT(*) FROM bidder_registration WHERE state = 'pending'",
		DB_NO_PARAMS, &rows);

	if (!r)
		r = rows_only(rows);
	if (!r)
		*ret_pending = db_col_int(rows, 0);
	return r;
}

int registration_store_lock_code(struct db_txn *txn, const char *credit_code, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		SELECT "WHERE credit_code = ? AND state = 'pending' "
		       "ORDER BY registration_id FOR UPDATE",
		DB_PARAMS(db_text(credit_code)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)registration_free, ret);
}

int registration_store_older(struct db_txn *txn, int64_t before_us, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		SELECT "WHERE state = 'pending' AND created_at < ? ORDER BY created_at LIMIT ?",
		DB_PARAMS(db_time(before_us), db_int(limit)), &rows);

	return rows_take(r, rows, from_row, (GDestroyNotify)registration_free, ret);
}

int registration_store_decide(
	struct db_txn *txn, const struct registration *r, const char *by, int64_t now_us)
{
	bool keeps = r->state == REGISTRATION_APPROVED;

	return db_exec(txn,
		"UPDATE bidder_registration SET state = ?, reason = ?, decided_by = ?, "
		"decided_at = ?, login = ?, name = ?, phone = ?, password_hash = NULL "
		"WHERE registration_id = ?",
		DB_PARAMS(db_text(states[r->state]), db_maybe_text(r->reason), db_maybe_text(by),
			db_time(now_us), db_text(keeps ? r->login : r->registration_id),
			db_maybe_text(keeps ? r->name : NULL),
			db_maybe_text(keeps ? r->phone : NULL), db_text(r->registration_id)),
		NULL);
}
