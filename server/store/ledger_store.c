/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/ledger_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"

static int lease_epoch(struct db_txn *txn, const char *name, int64_t *ret_epoch)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(
		txn, "SELECT epoch FROM lease WHERE name = ?", DB_PARAMS(db_text(name)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	*ret_epoch = db_col_int(rows, 0);
	return 0;
}

int lease_store_hold(struct db_txn *txn, const char *name, const char *owner, int64_t now_us,
	int64_t life_us, int64_t *epoch)
{
	uint64_t affected = 0;
	int r;

	if (*epoch) {
		r = db_exec(txn,
			"UPDATE lease SET expires_at = ? WHERE name = ? AND owner = ? AND epoch = ?",
			DB_PARAMS(db_time(now_us + life_us), db_text(name), db_text(owner),
				db_int(*epoch)),
			&affected);
		return r ? r : affected == 1 ? 0 : LEASE_E_TAKEN;
	}
	r = db_exec(txn,
		"UPDATE lease SET owner = ?, epoch = epoch + 1, expires_at = ? WHERE name = ? AND "
		"(owner IS NULL OR owner = ? OR expires_at < ?)",
		DB_PARAMS(db_text(owner), db_time(now_us + life_us), db_text(name), db_text(owner),
			db_time(now_us)),
		&affected);
	if (r)
		return r;
	return affected == 1 ? lease_epoch(txn, name, epoch) : LEASE_E_TAKEN;
}

int ledger_store_place(struct db_txn *txn, int64_t seq, const struct event *e)
{
	uint64_t affected = 0;
	int r = db_exec(txn,
		"INSERT INTO ledger_place (ledger_seq, event_id, leaf_hash) VALUES (?, ?, ?)",
		DB_PARAMS(db_int(seq), db_text(e->event_id),
			db_blob(e->leaf_hash, sizeof(e->leaf_hash))),
		NULL);

	if (!r)
		r = db_exec(txn, "DELETE FROM event_pending WHERE event_id = ?",
			DB_PARAMS(db_text(e->event_id)), &affected);
	return r ? (r < 0 ? r : -EIO) : affected == 1 ? 0 : -EBADMSG;
}

int ledger_store_add_checkpoint(struct db_txn *txn, int64_t size, const uint8_t root[static 32],
	const char *note, int64_t now_us)
{
	int r = db_exec(txn,
		"INSERT INTO ledger_checkpoint (tree_size, root, note, signed_at) VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_int(size), db_blob(root, 32), db_text(note), db_time(now_us)), NULL);

	return r <= 0 ? r : -EIO;
}

static void row_clear(void *data)
{
	event_free(((struct ledger_row *)data)->event);
}

int ledger_store_rows(struct db_txn *txn, int64_t from, unsigned limit, GArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ledger_row));
	size_t len;
	int r = db_query(txn,
		"SELECT p.ledger_seq, p.leaf_hash, p.event_id FROM ledger_place p "
		"WHERE p.ledger_seq >= ? ORDER BY p.ledger_seq LIMIT ?",
		DB_PARAMS(db_int(from), db_int(limit)), &rows);

	g_array_set_clear_func(list, row_clear);
	while (!r && (r = db_rows_next(rows)) > 0) {
		struct ledger_row row = {.seq = db_col_int(rows, 0)};
		const void *hash = db_col_blob(rows, 1, &len);
		if (len != sizeof(row.hash))
			return -EBADMSG;
		memcpy(row.hash, hash, len);
		r = event_store_get(txn, db_col_text(rows, 2), &row.event);
		if (r == STORE_E_NONE || r == -EBADMSG || r == -EINVAL)
			r = 0;
		g_array_append_val(list, row);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

static void checkpoint_clear(void *data)
{
	g_free(((struct stored_checkpoint *)data)->note);
}

int ledger_store_checkpoints(struct db_txn *txn, int64_t after, unsigned limit, GArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct stored_checkpoint));
	size_t len;
	int r = db_query(txn,
		"SELECT tree_size, root, note FROM ledger_checkpoint WHERE tree_size > ? "
		"ORDER BY tree_size LIMIT ?",
		DB_PARAMS(db_int(after), db_int(limit)), &rows);

	g_array_set_clear_func(list, checkpoint_clear);
	while (!r && (r = db_rows_next(rows)) > 0) {
		struct stored_checkpoint c = {.size = db_col_int(rows, 0)};
		const void *root = db_col_blob(rows, 1, &len);
		if (len != sizeof(c.root))
			return -EBADMSG;
		memcpy(c.root, root, len);
		c.note = g_strdup(db_col_text(rows, 2));
		g_array_append_val(list, c);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int ledger_store_last_checkpoint(struct db_txn *txn, struct stored_checkpoint *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	size_t len;
	int r = db_query(txn,
		"SELECT tree_size, root, note FROM ledger_checkpoint ORDER BY tree_size DESC LIMIT 1",
		DB_NO_PARAMS, &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : STORE_E_NONE;
	const void *root = db_col_blob(rows, 1, &len);
	if (len != sizeof(ret->root))
		return -EBADMSG;
	ret->size = db_col_int(rows, 0);
	memcpy(ret->root, root, sizeof(ret->root));
	ret->note = g_strdup(db_col_text(rows, 2));
	return 0;
}

int ledger_store_place_of(
	struct db_txn *txn, const char *event_id, int64_t *ret_seq, uint8_t ret_hash[static 32])
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	size_t len;
	int r = db_query(txn, "SELECT ledger_seq, leaf_hash FROM ledger_place WHERE event_id = ?",
		DB_PARAMS(db_text(event_id)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : STORE_E_NONE;
	const void *hash = db_col_blob(rows, 1, &len);
	if (len != 32)
		return -EBADMSG;
	*ret_seq = db_col_int(rows, 0);
	memcpy(ret_hash, hash, 32);
	return 0;
}

int ledger_store_hashes(struct db_txn *txn, int64_t from, unsigned limit, GByteArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GByteArray) hashes = g_byte_array_new();
	int64_t expected = from;
	size_t len;
	int r = db_query(txn,
		"SELECT ledger_seq, leaf_hash FROM ledger_place WHERE ledger_seq >= ? "
		"ORDER BY ledger_seq LIMIT ?",
		DB_PARAMS(db_int(from), db_int(limit)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		const void *hash = db_col_blob(rows, 1, &len);
		if (len != 32 || db_col_int(rows, 0) != expected++)
			return -EBADMSG;
		g_byte_array_append(hashes, hash, 32);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&hashes);
	return 0;
}
