/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/ledger_export.h"

#include <errno.h>
#include <string.h>

#include "proto/note.h"
#include "server/publish/ledger_files.h"
#include "server/publish/write_file.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/ledger_store.h"

#define BATCH 1000

struct export
{
	bool full;
	struct ledger_files *files;
	GString *checkpoints;
	char *note; /* the last one */
	int64_t size;
};

static int add_row(struct export *x, const struct ledger_row *row)
{
	struct ledger_entry entry = {0};

	/* A place that is missing shifts all behind it, and the verifier will say so. */
	memcpy(entry.hash, row->hash, sizeof(entry.hash));
	if (row->event && (x->full || row->event->kind->visibility == EVENT_PUBLIC))
		entry.leaf = g_bytes_get_data(row->event->leaf, &entry.leaf_len);
	return ledger_files_add_entry(x->files, &entry);
}

static int export_places(struct db_txn *txn, struct export *x)
{
	int64_t from = 0;

	for (;;) {
		g_autoptr(GArray) rows = NULL;
		int r = ledger_store_rows(txn, from, BATCH, &rows);
		for (guint i = 0; !r && i < rows->len; i++) {
			const struct ledger_row *row = &g_array_index(rows, struct ledger_row, i);
			r = add_row(x, row);
			from = row->seq + 1;
		}
		if (r || rows->len < BATCH)
			return r;
	}
}

static int export_checkpoints(struct db_txn *txn, struct export *x)
{
	int64_t after = 0;

	for (;;) {
		g_autoptr(GArray) list = NULL;
		int r = ledger_store_checkpoints(txn, after, BATCH, &list);
		for (guint i = 0; !r && i < list->len; i++) {
			const struct stored_checkpoint *c =
				&g_array_index(list, struct stored_checkpoint, i);
			g_string_append_printf(x->checkpoints,
				"size %" G_GINT64_FORMAT " bytes %zu\n%s", c->size, strlen(c->note),
				c->note);
			after = x->size = c->size;
			g_free(x->note);
			x->note = g_strdup(c->note);
		}
		if (r || list->len < BATCH)
			return r;
	}
}

static int write_rest(struct export *x, const char *dir, const char *key_text)
{
	g_autofree char *checkpoints = g_build_filename(dir, "checkpoints", NULL);
	g_autofree char *manifest = g_build_filename(dir, "export.json", NULL);
	g_autofree char *json = g_strdup_printf(
		"{\"form\":\"bidroom.ledger.v1\",\"full\":%s,\"size\":%" G_GINT64_FORMAT "}\n",
		x->full ? "true" : "false", x->size);
	int r = ledger_files_write(x->files, x->note ? x->note : "", key_text);

	if (!r)
		r = write_file(checkpoints, x->checkpoints->str, x->checkpoints->len);
	return r ? r : write_file(manifest, json, strlen(json));
}

int ledger_export(struct db_txn *txn, const struct checkpoint_key *key, const char *dir, bool full,
	int64_t *ret_size)
{
	struct export x = {.full = full};
	g_autofree char *key_text = note_key_format(checkpoint_key_public(key));
	int r = ledger_files_open(dir, &x.files);

	if (r)
		return r;
	x.checkpoints = g_string_new(NULL);
	r = export_places(txn, &x);
	if (!r)
		r = export_checkpoints(txn, &x);
	if (!r)
		r = write_rest(&x, dir, key_text);
	if (!r)
		*ret_size = x.size;
	ledger_files_free(x.files);
	g_string_free(x.checkpoints, TRUE);
	g_free(x.note);
	return r;
}
