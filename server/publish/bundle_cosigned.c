/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle_parts.h"

#include <errno.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/note.h"
#include "server/publish/ledger_files.h"
#include "server/publish/write_file.h"
#include "server/store/cosignature_store.h"
#include "server/store/ledger_store.h"

/* One each minute over sixteen hours; of more the newest. */
#define HEADS_MAX 1000

static int add_head(const struct ledger_files_reader *reader, const struct stored_checkpoint *head,
	json_t *list)
{
	struct ledger_tile_source source = {ledger_files_read, (void *)reader};
	json_t *hashes = json_array();
	struct ledger_proof proof = {0};
	int r = 0;

	if ((uint64_t)head->size < reader->size)
		r = ledger_prove_consistency(
			(uint64_t)head->size, reader->size, ledger_tile_hash_at, &source, &proof);
	for (size_t i = 0; !r && i < proof.n; i++) {
		g_autofree char *hex = hex_encode(proof.hashes[i], LEDGER_HASH_LEN);
		json_array_append_new(hashes, json_string(hex));
	}
	json_array_append_new(list, json_pack("{s:s, s:o}", "note", head->note, "proof", hashes));
	return r > 0 ? -EBADMSG : r;
}

static json_t *keys_json(const struct bundle *b)
{
	json_t *keys = json_array();

	for (guint i = 0; i < b->cosigners->len; i++) {
		g_autofree char *text =
			note_key_format(&g_array_index(b->cosigners, struct note_key, i));
		json_array_append_new(keys, json_string(text));
	}
	return keys;
}

int bundle_write_cosigned(struct db_txn *txn, struct bundle *b)
{
	g_autofree char *ledger = g_build_filename(b->data_dir, "public", "ledger", NULL);
	g_autofree char *path = g_build_filename(b->work_dir, "cosigned.json", NULL);
	struct ledger_files_reader reader = {ledger, b->record.size};
	g_autoptr(GArray) heads = NULL;
	g_autoptr(GString) text = NULL;
	json_t *list;
	int r;

	if (!b->cosigners || !b->cosigners->len)
		return 0;
	r = cosignature_store_heads(
		txn, (int64_t)b->record.first_index, (int64_t)b->record.size, HEADS_MAX, &heads);
	if (r)
		return r;
	list = json_array();
	for (guint i = 0; !r && i < heads->len; i++)
		r = add_head(&reader, &g_array_index(heads, struct stored_checkpoint, i), list);
	json_t *json = json_pack("{s:o, s:o}", "keys", keys_json(b), "heads", list);
	if (!r)
		r = canon_dump(json, &text);
	json_decref(json);
	return r ? (r < 0 ? r : -EBADMSG) : write_file(path, text->str, text->len);
}
