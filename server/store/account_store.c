/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/account_store.h"

#include <errno.h>
#include <string.h>

#include "server/auth/permission.h"
#include "server/store/columns.h"

#define ACCOUNT_COLUMNS                                                                         \
	"account_id, login, name, org_name, credit_code, roles, password_hash, password_once, " \
	"totp_secret, totp_on, totp_last_step, locked, version"

void account_free(struct account *a)
{
	if (!a)
		return;
	g_free(a->login);
	g_free(a->name);
	g_free(a->org_name);
	g_free(a->credit_code);
	g_free(a->password_hash);
	g_clear_pointer(&a->totp_secret, g_bytes_unref);
	g_free(a);
}

static void *account_from_row(struct db_rows *rows)
{
	struct account *a = g_new0(struct account, 1);

	g_strlcpy(a->account_id, db_col_text(rows, 0), sizeof(a->account_id));
	a->login = g_strdup(db_col_text(rows, 1));
	a->name = g_strdup(db_col_text(rows, 2));
	a->org_name = g_strdup(db_col_text(rows, 3));
	a->credit_code = g_strdup(db_col_text(rows, 4));
	a->roles = (uint32_t)db_col_int(rows, 5);
	a->password_hash = g_strdup(db_col_text(rows, 6));
	a->password_once = db_col_int(rows, 7);
	a->totp_secret = column_bytes(rows, 8);
	a->totp_on = db_col_int(rows, 9);
	a->totp_last_step = db_col_int(rows, 10);
	a->locked = db_col_int(rows, 11);
	a->version = db_col_int(rows, 12);
	return a;
}

int account_store_get(struct db_txn *txn, const char *account_id, struct account **ret)
{
	return rows_by_key(txn, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE account_id = ?",
		account_id, account_from_row, ret);
}

int account_store_by_login(struct db_txn *txn, const char *login, struct account **ret)
{
	return rows_by_key(txn, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE login = ?", login,
		account_from_row, ret);
}

int account_store_list(
	struct db_txn *txn, const char *after, uint32_t roles, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " ACCOUNT_COLUMNS
		" FROM account WHERE login > ? AND (? = 0 OR roles & ? <> 0) "
		"ORDER BY login LIMIT ?",
		DB_PARAMS(db_text(after), db_int(roles), db_int(roles), db_int(limit)), &rows);

	return rows_take(r, rows, account_from_row, (GDestroyNotify)account_free, ret);
}

int account_store_holders(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " ACCOUNT_COLUMNS " FROM account WHERE account_id > ? AND roles & ? <> 0 "
		"AND EXISTS (SELECT 1 FROM account_key k WHERE k.account_id = account.account_id "
		"AND k.purpose = 'holder' AND k.revoked_at IS NULL) ORDER BY account_id LIMIT ?",
		DB_PARAMS(db_text(after), db_int(ROLE_HOLDER), db_int(limit)), &rows);

	return rows_take(r, rows, account_from_row, (GDestroyNotify)account_free, ret);
}

int account_store_insert(struct db_txn *txn, const struct account *a, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO account (account_id, login, name, org_name, credit_code, roles, "
		"password_hash, password_once, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(a->account_id), db_text(a->login), db_text(a->name),
			db_maybe_text(a->org_name), db_maybe_text(a->credit_code), db_int(a->roles),
			db_text(a->password_hash), db_int(a->password_once), db_time(now_us)),
		NULL);
}

int account_store_set_roles(struct db_txn *txn, const char *account_id, uint32_t roles)
{
	return db_exec(txn,
		"UPDATE account SET roles = ?, version = version + 1 WHERE account_id = ?",
		DB_PARAMS(db_int(roles), db_text(account_id)), NULL);
}

int account_store_set_password(
	struct db_txn *txn, const char *account_id, const char *hash, bool once)
{
	return db_exec(txn,
		"UPDATE account SET password_hash = ?, password_once = ?, version = version + 1 "
		"WHERE account_id = ?",
		DB_PARAMS(db_text(hash), db_int(once), db_text(account_id)), NULL);
}

int account_store_set_totp(struct db_txn *txn, const char *account_id, GBytes *secret, bool on)
{
	struct db_param value = db_null();

	if (secret)
		value = db_blob(g_bytes_get_data(secret, NULL), g_bytes_get_size(secret));
	return db_exec(txn,
		"UPDATE account SET totp_secret = ?, totp_on = ?, version = version + 1 "
		"WHERE account_id = ?",
		DB_PARAMS(value, db_int(on), db_text(account_id)), NULL);
}

int account_store_use_totp_step(
	struct db_txn *txn, const char *account_id, int64_t step, bool *ret_fresh)
{
	uint64_t affected = 0;
	int r = db_exec(txn,
		"UPDATE account SET totp_last_step = ? WHERE account_id = ? AND totp_last_step < ?",
		DB_PARAMS(db_int(step), db_text(account_id), db_int(step)), &affected);

	if (r)
		return r;
	*ret_fresh = affected == 1;
	return 0;
}

void account_key_free(struct account_key *k)
{
	if (!k)
		return;
	g_clear_pointer(&k->public_key, g_bytes_unref);
	g_free(k->label);
	g_free(k);
}

int account_store_add_key(struct db_txn *txn, const struct account_key *k, int64_t now_us)
{
	gsize len;
	const void *bytes = g_bytes_get_data(k->public_key, &len);

	return db_exec(txn,
		"INSERT INTO account_key (key_id, account_id, purpose, alg, public_key, label, "
		"created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(k->key_id), db_text(k->account_id), db_text(k->purpose),
			db_text(k->alg), db_blob(bytes, len), db_maybe_text(k->label),
			db_time(now_us)),
		NULL);
}

static void *key_from_row(struct db_rows *rows)
{
	struct account_key *k = g_new0(struct account_key, 1);

	column_copy(rows, 0, k->key_id, sizeof(k->key_id));
	column_copy(rows, 1, k->account_id, sizeof(k->account_id));
	column_copy(rows, 2, k->purpose, sizeof(k->purpose));
	column_copy(rows, 3, k->alg, sizeof(k->alg));
	k->public_key = column_bytes(rows, 4);
	k->label = g_strdup(db_col_text(rows, 5));
	return k;
}

int account_store_keys(
	struct db_txn *txn, const char *account_id, const char *purpose, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT key_id, account_id, purpose, alg, public_key, label FROM account_key "
		"WHERE account_id = ? AND (? = '' OR purpose = ?) AND revoked_at IS NULL "
		"ORDER BY created_at DESC, key_id LIMIT 100",
		DB_PARAMS(db_text(account_id), db_text(purpose ? purpose : ""),
			db_text(purpose ? purpose : "")),
		&rows);

	return rows_take(r, rows, key_from_row, (GDestroyNotify)account_key_free, ret);
}

static struct db_param maybe(const char *text)
{
	return db_maybe_text(*text ? text : NULL);
}

int account_store_add_sign_in(struct db_txn *txn, const uint8_t token_hash[static 32],
	const struct sign_in *s, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO sign_in (token_hash, account_id, csrf, session_id, seat_id, created_at, "
		"expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_blob(token_hash, 32), db_text(s->account_id), db_text(s->csrf),
			maybe(s->session_id), maybe(s->seat_id), db_time(now_us),
			db_time(s->expires_us)),
		NULL);
}

int account_store_find_sign_in(struct db_txn *txn, const uint8_t token_hash[static 32],
	int64_t now_us, struct sign_in *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT account_id, csrf, COALESCE(session_id, ''), COALESCE(seat_id, ''), expires_at "
		"FROM sign_in WHERE token_hash = ? AND expires_at > ?",
		DB_PARAMS(db_blob(token_hash, 32), db_time(now_us)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : STORE_E_NONE;
	*ret = (struct sign_in){.expires_us = db_col_time(rows, 4)};
	g_strlcpy(ret->account_id, db_col_text(rows, 0), sizeof(ret->account_id));
	g_strlcpy(ret->csrf, db_col_text(rows, 1), sizeof(ret->csrf));
	g_strlcpy(ret->session_id, db_col_text(rows, 2), sizeof(ret->session_id));
	g_strlcpy(ret->seat_id, db_col_text(rows, 3), sizeof(ret->seat_id));
	return 0;
}

int account_store_end_sign_in(struct db_txn *txn, const uint8_t token_hash[static 32])
{
	return db_exec(txn, "DELETE FROM sign_in WHERE token_hash = ?",
		DB_PARAMS(db_blob(token_hash, 32)), NULL);
}

int account_store_end_sign_ins(struct db_txn *txn, const char *account_id)
{
	return db_exec(txn, "DELETE FROM sign_in WHERE account_id = ?",
		DB_PARAMS(db_text(account_id)), NULL);
}

int account_store_end_seat_sign_ins(struct db_txn *txn, const char *account_id)
{
	return db_exec(txn, "DELETE FROM sign_in WHERE account_id = ? AND session_id IS NOT NULL",
		DB_PARAMS(db_text(account_id)), NULL);
}
