/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/project_store.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/store/columns.h"
#include "server/store/counter_store.h"

#define PROJECT_COLUMNS                                                                     \
	"project_id, code, regime, category, name, region, method, budget, buyer_name, "    \
	"agency_name, contact, rulebook_version, holder_threshold, window_minutes, state, " \
	"created_by, created_at, "                                                          \
	"facts, rescue, "                                                                   \
	"(SELECT COUNT(*) FROM lot WHERE lot.project_id = project.project_id)"

#define LOT_COLUMNS                                                                    \
	"lot_id, project_id, lot_no, code, name, ceiling, price_form, scheme, state, " \
	"deadline_at, window_ends_at, result, closed_at, digest_set, facts, late_at, " \
	"delay_code, delayed_at"

void project_free(struct project *p)
{
	if (!p)
		return;
	g_free(p->name);
	g_free(p->buyer_name);
	g_free(p->agency_name);
	g_free(p->contact);
	g_free(p->rulebook_version);
	json_decref(p->facts);
	g_free(p);
}

void lot_free(struct lot *l)
{
	if (!l)
		return;
	g_free(l->name);
	g_free(l->delay_code);
	json_decref(l->scheme);
	json_decref(l->facts);
	json_decref(l->result);
	g_free(l);
}

static void holder_free(void *data)
{
	struct project_holder *h = data;

	g_free(h->name);
	g_clear_pointer(&h->public_key, g_bytes_unref);
	g_free(h);
}

static char *facts_text(const json_t *facts)
{
	return facts ? json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS) : g_strdup("{}");
}

int project_store_next_serial(struct db_txn *txn, int64_t *ret_serial)
{
	return counter_store_next(txn, "project_serial", ret_serial);
}

int project_store_insert(struct db_txn *txn, const struct project *p)
{
	char budget[DECIMAL_TEXT_SIZE];
	g_autofree char *facts = facts_text(p->facts);

	return db_exec(txn,
		"INSERT INTO project (project_id, code, regime, category, name, region, method, "
		"budget, buyer_name, agency_name, contact, rulebook_version, holder_threshold, "
		"window_minutes, state, created_by, created_at, facts, rescue) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(p->project_id), db_text(p->code), db_text(regime_name(p->regime)),
			db_text(lot_category_name(p->category)), db_text(p->name),
			db_text(p->region), db_text(p->method),
			db_text(decimal_format_exact(p->budget, budget)), db_text(p->buyer_name),
			db_maybe_text(p->agency_name), db_text(p->contact),
			db_text(p->rulebook_version), db_int(p->holder_threshold),
			db_int(p->window_minutes), db_text(p->state), db_text(p->created_by),
			db_time(p->created_us), db_text(facts),
			db_text(opening_rescue_name(p->rescue))),
		NULL);
}

int project_store_insert_lot(struct db_txn *txn, const struct lot *l)
{
	char ceiling[DECIMAL_TEXT_SIZE];
	g_autoptr(GString) scheme = NULL;
	g_autofree char *facts = facts_text(l->facts);
	int r = canon_dump(l->scheme, &scheme);

	if (r)
		return r < 0 ? r : -EINVAL;
	return db_exec(txn,
		"INSERT INTO lot (lot_id, project_id, lot_no, code, name, ceiling, price_form, "
		"scheme, state, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(l->lot_id), db_text(l->project_id), db_int(l->no),
			db_text(l->code), db_text(l->name),
			db_maybe_text(
				l->has_ceiling ? decimal_format_exact(l->ceiling, ceiling) : NULL),
			db_text(l->price_form), db_text(scheme->str),
			db_text(lot_state_name(l->state)), db_text(facts)),
		NULL);
}

int project_store_insert_holder(struct db_txn *txn, const char *project_id, int64_t no,
	const char *account_id, const char *key_id)
{
	return db_exec(txn,
		"INSERT INTO project_holder (project_id, holder_no, account_id, key_id) "
		"VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_text(project_id), db_int(no), db_text(account_id), db_text(key_id)),
		NULL);
}

int project_store_set_holder(struct db_txn *txn, const char *project_id, int64_t no,
	const char *account_id, const char *key_id)
{
	return db_exec(txn,
		"UPDATE project_holder SET account_id = ?, key_id = ? "
		"WHERE project_id = ? AND holder_no = ?",
		DB_PARAMS(db_text(account_id), db_text(key_id), db_text(project_id), db_int(no)),
		NULL);
}

/* DECIMAL columns arrive with all six decimals. */
static struct decimal col_decimal(struct db_rows *rows, unsigned i)
{
	struct decimal d = decimal_from_int(0);

	if (!db_col_is_null(rows, i))
		decimal_parse_text(db_col_text(rows, i), &d);
	return d;
}

static void *project_from_row(struct db_rows *rows)
{
	struct project *p = g_new0(struct project, 1);

	g_strlcpy(p->project_id, db_col_text(rows, 0), sizeof(p->project_id));
	g_strlcpy(p->code, db_col_text(rows, 1), sizeof(p->code));
	p->regime = regime_from_name(db_col_text(rows, 2));
	p->category = lot_category_from_name(db_col_text(rows, 3));
	p->name = g_strdup(db_col_text(rows, 4));
	g_strlcpy(p->region, db_col_text(rows, 5), sizeof(p->region));
	g_strlcpy(p->method, db_col_text(rows, 6), sizeof(p->method));
	p->budget = col_decimal(rows, 7);
	p->buyer_name = g_strdup(db_col_text(rows, 8));
	p->agency_name = g_strdup(db_col_text(rows, 9));
	p->contact = g_strdup(db_col_text(rows, 10));
	p->rulebook_version = g_strdup(db_col_text(rows, 11));
	p->holder_threshold = db_col_int(rows, 12);
	p->window_minutes = db_col_int(rows, 13);
	g_strlcpy(p->state, db_col_text(rows, 14), sizeof(p->state));
	g_strlcpy(p->created_by, db_col_text(rows, 15), sizeof(p->created_by));
	p->created_us = db_col_time(rows, 16);
	p->facts = json_loads(db_col_text(rows, 17), JSON_REJECT_DUPLICATES, NULL);
	p->rescue = opening_rescue_from_name(db_col_text(rows, 18));
	p->n_lots = db_col_int(rows, 19);
	return p;
}

int project_store_get(struct db_txn *txn, const char *project_id, struct project **ret)
{
	return rows_by_key(txn, "SELECT " PROJECT_COLUMNS " FROM project WHERE project_id = ?",
		project_id, project_from_row, ret);
}

int project_store_lock(struct db_txn *txn, const char *project_id, struct project **ret)
{
	/* Written, not only locked: on Galera a lock alone would not keep two nodes apart. */
	int r = db_exec(txn, "UPDATE project SET version = version + 1 WHERE project_id = ?",
		DB_PARAMS(db_text(project_id)), NULL);

	return r ? r : project_store_get(txn, project_id, ret);
}

int project_store_by_code(struct db_txn *txn, const char *code, struct project **ret)
{
	return rows_by_key(txn, "SELECT " PROJECT_COLUMNS " FROM project WHERE code = ?", code,
		project_from_row, ret);
}

int project_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " PROJECT_COLUMNS " FROM project WHERE ? = '' OR project_id < ? "
		"ORDER BY project_id DESC LIMIT ?",
		DB_PARAMS(db_text(after), db_text(after), db_int(limit)), &rows);

	return rows_take(r, rows, project_from_row, (GDestroyNotify)project_free, ret);
}

static void *lot_from_row(struct db_rows *rows)
{
	struct lot *l = g_new0(struct lot, 1);
	size_t len;

	g_strlcpy(l->lot_id, db_col_text(rows, 0), sizeof(l->lot_id));
	g_strlcpy(l->project_id, db_col_text(rows, 1), sizeof(l->project_id));
	l->no = db_col_int(rows, 2);
	g_strlcpy(l->code, db_col_text(rows, 3), sizeof(l->code));
	l->name = g_strdup(db_col_text(rows, 4));
	l->has_ceiling = !db_col_is_null(rows, 5);
	l->ceiling = col_decimal(rows, 5);
	g_strlcpy(l->price_form, db_col_text(rows, 6), sizeof(l->price_form));
	l->scheme = json_loads(db_col_text(rows, 7), JSON_REJECT_DUPLICATES, NULL);
	l->state = lot_state_from_name(db_col_text(rows, 8));
	l->deadline_us = db_col_is_null(rows, 9) ? 0 : db_col_time(rows, 9);
	l->window_ends_us = db_col_is_null(rows, 10) ? 0 : db_col_time(rows, 10);
	if (!db_col_is_null(rows, 11))
		l->result = json_loads(db_col_text(rows, 11), JSON_REJECT_DUPLICATES, NULL);
	l->closed_us = db_col_is_null(rows, 12) ? 0 : db_col_time(rows, 12);
	const void *digest = db_col_blob(rows, 13, &len);
	l->has_digest_set = digest && len == sizeof(l->digest_set);
	if (l->has_digest_set)
		memcpy(l->digest_set, digest, len);
	l->facts = json_loads(db_col_text(rows, 14), JSON_REJECT_DUPLICATES, NULL);
	l->late_us = db_col_is_null(rows, 15) ? 0 : db_col_time(rows, 15);
	l->delay_code = g_strdup(db_col_text(rows, 16));
	l->delayed_us = db_col_is_null(rows, 17) ? 0 : db_col_time(rows, 17);
	return l;
}

int project_store_lots(struct db_txn *txn, const char *project_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " LOT_COLUMNS " FROM lot WHERE project_id = ? ORDER BY lot_no LIMIT 99",
		DB_PARAMS(db_text(project_id)), &rows);

	return rows_take(r, rows, lot_from_row, (GDestroyNotify)lot_free, ret);
}

int project_store_takes_bids(struct db_txn *txn, const char *project_id, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT 1 FROM lot WHERE project_id = ? AND state = ? LIMIT 1",
		DB_PARAMS(db_text(project_id), db_text(lot_state_name(LOT_BIDDING))), &rows);

	return rows_exist(r, rows, ret);
}

static int one_lot(struct db_txn *txn, const char *sql, const char *lot_id, struct lot **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, sql, DB_PARAMS(db_text(lot_id)), &rows);

	return rows_take_one(r, rows, lot_from_row, ret);
}

int project_store_lot(struct db_txn *txn, const char *lot_id, struct lot **ret)
{
	return one_lot(txn, "SELECT " LOT_COLUMNS " FROM lot WHERE lot_id = ?", lot_id, ret);
}

int project_store_lock_lot(struct db_txn *txn, const char *lot_id, struct lot **ret)
{
	/* Written, not only locked: on Galera a lock alone would not keep two nodes apart. */
	int r = db_exec(txn, "UPDATE lot SET version = version + 1 WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_id)), NULL);

	return r ? r : project_store_lot(txn, lot_id, ret);
}

static void *holder_from_row(struct db_rows *rows)
{
	struct project_holder *h = g_new0(struct project_holder, 1);

	h->no = db_col_int(rows, 0);
	column_copy(rows, 1, h->account_id, sizeof(h->account_id));
	column_copy(rows, 2, h->key_id, sizeof(h->key_id));
	h->name = g_strdup(db_col_text(rows, 3));
	h->public_key = column_bytes(rows, 4);
	return h;
}

int project_store_holders(struct db_txn *txn, const char *project_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT h.holder_no, h.account_id, h.key_id, a.name, k.public_key "
		"FROM project_holder h JOIN account a USING (account_id) "
		"JOIN account_key k USING (key_id) WHERE h.project_id = ? ORDER BY h.holder_no",
		DB_PARAMS(db_text(project_id)), &rows);

	return rows_take(r, rows, holder_from_row, holder_free, ret);
}

int project_store_set_state(struct db_txn *txn, const char *project_id, const char *state)
{
	return db_exec(txn,
		"UPDATE project SET state = ?, version = version + 1 WHERE project_id = ?",
		DB_PARAMS(db_text(state), db_text(project_id)), NULL);
}

/* The numbers come from a checked list; JSON_CONTAINS keeps them out of the statement's text. */
#define LOT_IS_MEANT "(? = '[]' OR JSON_CONTAINS(?, CAST(lot_no AS CHAR)))"

static char *lot_nos_text(const json_t *lot_nos)
{
	return lot_nos ? json_dumps(lot_nos, JSON_COMPACT) : g_strdup("[]");
}

int project_store_announce_lots(struct db_txn *txn, const char *project_id, const json_t *lot_nos,
	int64_t deadline_us, int64_t now_us)
{
	g_autofree char *nos = lot_nos_text(lot_nos);

	return db_exec(txn,
		"UPDATE lot SET state = ?, deadline_at = ?, version = version + 1 "
		"WHERE project_id = ? AND (state = ? OR (state = ? AND deadline_at > ?)) "
		"AND " LOT_IS_MEANT,
		DB_PARAMS(db_text(lot_state_name(LOT_BIDDING)), db_time(deadline_us),
			db_text(project_id), db_text(lot_state_name(LOT_DRAFT)),
			db_text(lot_state_name(LOT_BIDDING)), db_time(now_us), db_text(nos),
			db_text(nos)),
		NULL);
}

int project_store_mark_late(struct db_txn *txn, const char *lot_id, int64_t now_us)
{
	return db_exec(txn,
		"UPDATE lot SET late_at = GREATEST(COALESCE(late_at, ?), ?), version = version + 1 "
		"WHERE lot_id = ?",
		DB_PARAMS(db_time(now_us), db_time(now_us), db_text(lot_id)), NULL);
}

int project_store_move_deadline(
	struct db_txn *txn, const char *project_id, const json_t *lot_nos, int64_t deadline_us)
{
	g_autofree char *nos = lot_nos_text(lot_nos);

	return db_exec(txn,
		"UPDATE lot SET deadline_at = ?, delay_code = NULL, delayed_at = NULL, "
		"version = version + 1 "
		"WHERE project_id = ? AND state = ? AND " LOT_IS_MEANT,
		DB_PARAMS(db_time(deadline_us), db_text(project_id),
			db_text(lot_state_name(LOT_BIDDING)), db_text(nos), db_text(nos)),
		NULL);
}

int project_store_end_lots(
	struct db_txn *txn, const char *project_id, const json_t *lot_nos, uint64_t *ret_n)
{
	g_autofree char *nos = lot_nos_text(lot_nos);

	return db_exec(txn,
		"UPDATE lot SET state = ?, version = version + 1 "
		"WHERE project_id = ? AND state IN (?, ?) AND " LOT_IS_MEANT,
		DB_PARAMS(db_text(lot_state_name(LOT_FAILED)), db_text(project_id),
			db_text(lot_state_name(LOT_DRAFT)), db_text(lot_state_name(LOT_BIDDING)),
			db_text(nos), db_text(nos)),
		ret_n);
}

int project_store_set_lot_state(struct db_txn *txn, const char *lot_id, enum lot_state state)
{
	return db_exec(txn, "UPDATE lot SET state = ?, version = version + 1 WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_state_name(state)), db_text(lot_id)), NULL);
}

int project_store_due_lots(
	struct db_txn *txn, int64_t until_us, bool delayed, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " LOT_COLUMNS " FROM lot WHERE state = ? AND deadline_at <= ? AND "
		"(? OR delay_code IS NULL) ORDER BY delay_code IS NOT NULL, RAND() LIMIT ?",
		DB_PARAMS(db_text(lot_state_name(LOT_BIDDING)), db_time(until_us), db_int(delayed),
			db_int(limit)),
		&rows);

	return rows_take(r, rows, lot_from_row, (GDestroyNotify)lot_free, ret);
}

int project_store_delay_close(
	struct db_txn *txn, const char *lot_id, const char *code, int64_t now_us)
{
	return db_exec(txn,
		"UPDATE lot SET delay_code = ?, delayed_at = ?, version = version + 1 "
		"WHERE lot_id = ?",
		DB_PARAMS(db_text(code), db_time(now_us), db_text(lot_id)), NULL);
}

int project_store_close_lot(struct db_txn *txn, const struct lot *l)
{
	return db_exec(txn,
		"UPDATE lot SET state = ?, closed_at = ?, window_ends_at = ?, digest_set = ?, "
		"version = version + 1 WHERE lot_id = ?",
		DB_PARAMS(db_text(lot_state_name(l->state)), db_time(l->closed_us),
			l->window_ends_us ? db_time(l->window_ends_us) : db_null(),
			l->has_digest_set ? db_blob(l->digest_set, sizeof(l->digest_set))
					  : db_null(),
			db_text(l->lot_id)),
		NULL);
}

int project_store_set_lot_result(struct db_txn *txn, const char *lot_id, const json_t *result)
{
	g_autoptr(GString) text = NULL;
	int r = canon_dump(result, &text);

	if (r)
		return r < 0 ? r : -EINVAL;
	return db_exec(txn, "UPDATE lot SET result = ?, version = version + 1 WHERE lot_id = ?",
		DB_PARAMS(db_text(text->str), db_text(lot_id)), NULL);
}
