/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/cosignature_store.h"

#include <errno.h>
#include <string.h>

#include "db/stmt.h"
#include "server/store/ledger_store.h"

int cosignature_store_add(
	struct db_txn *txn, int64_t size, const char *signer, const char *line, int64_t signed_us)
{
	return db_exec(txn,
		"INSERT INTO ledger_cosignature (tree_size, signer, line, signed_at) "
		"VALUES (?, ?, ?, ?)",
		DB_PARAMS(db_int(size), db_text(signer), db_text(line), db_time(signed_us)), NULL);
}

static void head_clear(void *data)
{
	g_free(((struct stored_checkpoint *)data)->note);
}

/* A row is one line; the lines of one head follow each other. */
static int add_line(GArray *heads, struct db_rows *rows)
{
	struct stored_checkpoint *last =
		heads->len ? &g_array_index(heads, struct stored_checkpoint, heads->len - 1) : NULL;
	int64_t size = db_col_int(rows, 0);
	size_t len;

	if (!last || last->size != size) {
		struct stored_checkpoint head = {.size = size};
		const void *root = db_col_blob(rows, 1, &len);
		if (len != sizeof(head.root))
			return -EBADMSG;
		memcpy(head.root, root, len);
		head.note = g_strdup(db_col_text(rows, 2));
		g_array_append_val(heads, head);
		last = &g_array_index(heads, struct stored_checkpoint, heads->len - 1);
	}
	g_autofree char *note = last->note;
	last->note = g_strconcat(note, db_col_text(rows, 3), NULL);
	return 0;
}

int cosignature_store_heads(
	struct db_txn *txn, int64_t above, int64_t upto, unsigned limit, GArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) heads = g_array_new(FALSE, FALSE, sizeof(struct stored_checkpoint));
	int r = db_query(txn,
		"SELECT c.tree_size, c.root, c.note, s.line FROM ledger_cosignature s "
		"JOIN ledger_checkpoint c ON c.tree_size = s.tree_size "
		"JOIN (SELECT DISTINCT tree_size FROM ledger_cosignature "
		"WHERE tree_size > ? AND tree_size <= ? ORDER BY tree_size DESC LIMIT ?) h "
		"ON h.tree_size = s.tree_size ORDER BY c.tree_size, s.signer",
		DB_PARAMS(db_int(above), db_int(upto), db_int(limit)), &rows);

	g_array_set_clear_func(heads, head_clear);
	while (!r && (r = db_rows_next(rows)) > 0)
		r = add_line(heads, rows);
	if (r)
		return r;
	*ret = g_steal_pointer(&heads);
	return 0;
}
