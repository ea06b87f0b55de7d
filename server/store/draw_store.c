/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/draw_store.h"

#include <errno.h>

#include "server/store/columns.h"

#define DRAW_COLUMNS                                                                      \
	"draw_id, session_id, rule, key_enc, key_commitment, snapshot, snapshot_digest, " \
	"result, created_at, drawn_at, excluded"

void draw_row_free(struct draw_row *d)
{
	if (!d)
		return;
	g_clear_pointer(&d->key_enc, g_bytes_unref);
	g_free(d->snapshot);
	json_decref(d->record);
	json_decref(d->excluded);
	g_free(d);
}

static int read_rule(struct db_rows *rows, unsigned i, struct draw_rule *ret)
{
	json_t *rule = column_json(rows, i);
	json_int_t experts, standbys;
	int bad = json_unpack(rule, "{s:I, s:I}", "experts", &experts, "standbys", &standbys);

	json_decref(rule);
	if (bad)
		return -EBADMSG;
	*ret = (struct draw_rule){(unsigned)experts, (unsigned)standbys};
	return 0;
}

static int draw_from_row(struct db_rows *rows, struct draw_row **ret)
{
	DRAW_ROW_AUTO struct draw_row *d = g_new0(struct draw_row, 1);
	int r = read_rule(rows, 2, &d->rule);

	column_copy(rows, 0, d->draw_id, sizeof(d->draw_id));
	column_copy(rows, 1, d->session_id, sizeof(d->session_id));
	d->key_enc = column_bytes(rows, 3);
	if (!r)
		r = column_32(rows, 4, d->key_commitment);
	d->snapshot = g_strdup(db_col_text(rows, 5));
	if (!r)
		r = column_32(rows, 6, d->snapshot_digest);
	d->record = column_json(rows, 7);
	d->created_us = db_col_time(rows, 8);
	d->drawn_us = column_time(rows, 9);
	d->excluded = column_json(rows, 10);
	if (r)
		return r;
	*ret = g_steal_pointer(&d);
	return 0;
}

static int draw_one(struct db_txn *txn, const char *sql, const char *key, struct draw_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(key)), &rows);

	if (!r)
		r = rows_only(rows);
	return r ? r : draw_from_row(rows, ret);
}

int draw_store_insert(struct db_txn *txn, const struct draw_row *d)
{
	g_autofree char *rule = g_strdup_printf(
		"{\"experts\":%u,\"standbys\":%u}", d->rule.experts, d->rule.standbys);
	g_autoptr(GString) excluded = column_json_text(d->excluded);

	if (!excluded)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO draw (draw_id, session_id, rule, key_enc, key_commitment, snapshot, "
		"snapshot_digest, created_at, excluded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(d->draw_id), db_text(d->session_id), db_text(rule),
			db_bytes(d->key_enc), db_blob(d->key_commitment, DRAW_BYTES),
			db_text(d->snapshot), db_blob(d->snapshot_digest, DRAW_BYTES),
			db_time(d->created_us), db_text(excluded->str)),
		NULL);
}

int draw_store_get(struct db_txn *txn, const char *draw_id, struct draw_row **ret)
{
	return draw_one(txn, "SELECT " DRAW_COLUMNS " FROM draw WHERE draw_id = ?", draw_id, ret);
}

int draw_store_by_session(struct db_txn *txn, const char *session_id, struct draw_row **ret)
{
	return draw_one(
		txn, "SELECT " DRAW_COLUMNS " FROM draw WHERE session_id = ?", session_id, ret);
}

int draw_store_lock(struct db_txn *txn, const char *draw_id, struct draw_row **ret)
{
	int r = db_exec(txn, "UPDATE draw SET version = version + 1 WHERE draw_id = ?",
		DB_PARAMS(db_text(draw_id)), NULL);

	return r ? r : draw_store_get(txn, draw_id, ret);
}

int draw_store_set_record(struct db_txn *txn, const char *draw_id, const uint8_t seed[DRAW_BYTES],
	const json_t *record, int64_t now_us)
{
	g_autoptr(GString) text = column_json_text(record);

	if (!text)
		return -EINVAL;
	return db_exec(txn, "UPDATE draw SET seed = ?, result = ?, drawn_at = ? WHERE draw_id = ?",
		DB_PARAMS(db_blob(seed, DRAW_BYTES), db_text(text->str), db_time(now_us),
			db_text(draw_id)),
		NULL);
}

void draw_nonces_clear(struct draw_nonces *n)
{
	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		if (n->of[p])
			json_decref(n->of[p]->slots);
		g_clear_pointer(&n->of[p], g_free);
	}
}

static int nonce_from_row(struct db_rows *rows, struct draw_nonces *all)
{
	int party = draw_party_from_name(db_col_text(rows, 0));
	struct draw_nonce_row *n;
	int r;

	if (party < 0)
		return -EBADMSG;
	n = all->of[party] = g_new0(struct draw_nonce_row, 1);
	n->party = (enum draw_party)party;
	column_copy(rows, 1, n->account_id, sizeof(n->account_id));
	r = column_32(rows, 2, n->commitment);
	n->slots = column_json(rows, 3);
	n->revealed = !db_col_is_null(rows, 4);
	if (!r)
		r = column_32(rows, 4, n->nonce);
	n->n_shares = db_col_int(rows, 5);
	return r;
}

int draw_store_nonces(struct db_txn *txn, const char *draw_id, struct draw_nonces *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	DRAW_NONCES_AUTO struct draw_nonces all = {0};
	int r = db_query(txn,
		"SELECT n.party, n.account_id, n.commitment, n.slots, n.nonce, "
		"(SELECT COUNT(*) FROM draw_share s WHERE s.draw_id = n.draw_id "
		"AND s.party = n.party) FROM draw_nonce n WHERE n.draw_id = ? LIMIT 3",
		DB_PARAMS(db_text(draw_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0)
		r = nonce_from_row(rows, &all);
	if (r)
		return r;
	*ret = all;
	all = (struct draw_nonces){0};
	return 0;
}

int draw_store_add_nonce(struct db_txn *txn, const char *draw_id, const struct draw_nonce_row *n)
{
	g_autoptr(GString) slots = column_json_text(n->slots);

	if (!slots)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO draw_nonce (draw_id, party, account_id, commitment, slots) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(draw_id), db_text(draw_party_name(n->party)),
			db_text(n->account_id), db_blob(n->commitment, DRAW_BYTES),
			db_text(slots->str)),
		NULL);
}

int draw_store_set_nonce(struct db_txn *txn, const char *draw_id, enum draw_party party,
	const uint8_t nonce[DRAW_BYTES])
{
	return db_exec(txn, "UPDATE draw_nonce SET nonce = ? WHERE draw_id = ? AND party = ?",
		DB_PARAMS(db_blob(nonce, DRAW_BYTES), db_text(draw_id),
			db_text(draw_party_name(party))),
		NULL);
}

void draw_share_free(struct draw_share_row *s)
{
	g_clear_pointer(&s->share, g_bytes_unref);
	g_free(s);
}

int draw_store_add_share(struct db_txn *txn, const char *draw_id, enum draw_party party,
	int holder_no, GBytes *share)
{
	return db_exec(txn,
		"INSERT INTO draw_share (draw_id, party, holder_no, share) VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(draw_id), db_text(draw_party_name(party)), db_int(holder_no),
			db_bytes(share)),
		NULL);
}

int draw_store_shares(
	struct db_txn *txn, const char *draw_id, enum draw_party party, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)draw_share_free);
	int r = db_query(txn,
		"SELECT holder_no, share FROM draw_share WHERE draw_id = ? AND party = ? "
		"ORDER BY holder_no LIMIT 64",
		DB_PARAMS(db_text(draw_id), db_text(draw_party_name(party))), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct draw_share_row *s = g_new0(struct draw_share_row, 1);

		s->holder_no = (int)db_col_int(rows, 0);
		s->share = column_bytes(rows, 1);
		g_ptr_array_add(list, s);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

void draw_task_free(struct draw_task *t)
{
	g_free(t->project_name);
	json_decref(t->slots);
	g_free(t);
}

int draw_store_tasks(struct db_txn *txn, const char *account_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)draw_task_free);
	int r = db_query(txn,
		"SELECT n.draw_id, n.party, h.holder_no, p.name, d.created_at, "
		"EXISTS (SELECT 1 FROM draw_share x WHERE x.draw_id = n.draw_id "
		"AND x.party = n.party AND x.holder_no = h.holder_no), n.slots "
		"FROM project_holder h JOIN eval_session s ON s.project_id = h.project_id "
		"JOIN project p ON p.project_id = h.project_id "
		"JOIN draw d ON d.session_id = s.session_id "
		"JOIN draw_nonce n ON n.draw_id = d.draw_id "
		"WHERE h.account_id = ? AND s.closed_at IS NULL AND d.drawn_at IS NULL "
		"AND n.nonce IS NULL AND "
		"(SELECT COUNT(*) FROM draw_nonce c WHERE c.draw_id = d.draw_id) = 3 "
		"ORDER BY d.draw_id DESC, n.party LIMIT 100",
		DB_PARAMS(db_text(account_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		struct draw_task *t = g_new0(struct draw_task, 1);

		column_copy(rows, 0, t->draw_id, sizeof(t->draw_id));
		t->party = (enum draw_party)MAX(draw_party_from_name(db_col_text(rows, 1)), 0);
		t->holder_no = (int)db_col_int(rows, 2);
		t->project_name = g_strdup(db_col_text(rows, 3));
		t->since_us = db_col_time(rows, 4);
		t->done = db_col_int(rows, 5);
		t->slots = column_json(rows, 6);
		g_ptr_array_add(list, t);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}
