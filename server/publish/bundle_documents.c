/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle_parts.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/core/fields.h"
#include "server/sign/bid_key.h"
#include "server/store/bid_file.h"
#include "server/store/bid_store.h"
#include "server/store/project_key_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

#define MANIFEST_MAX ((size_t)1 << 20)

void bundle_bid_free(void *data)
{
	struct bundle_bid *bid = data;

	g_bytes_unref(bid->key);
	g_free(bid->bidder);
	json_decref(bid->files);
	g_free(bid);
}

static int add_bid(struct db_txn *txn, struct bundle *b, const struct bid_row *row)
{
	struct bundle_bid *bid = g_new0(struct bundle_bid, 1);
	json_t *manifest = NULL, *file;
	size_t i;
	g_autoptr(GBytes) project_key = NULL;
	char project_id[ID_SIZE];
	int r = project_key_store_of_lot(txn, row->lot_id, project_id, &project_key);

	bid->destroyed = r == PROJECT_KEY_E_DESTROYED;
	if (bid->destroyed)
		r = 0;
	else if (!r)
		r = bid_key_unwrap(b->cipher, project_id, project_key, row->bid_id,
			row->content_key, &bid->key);
	if (!r)
		r = canon_load(row->manifest, strlen(row->manifest), MANIFEST_MAX, &manifest, NULL);
	if (r) {
		g_free(bid);
		return r < 0 ? r : -EBADMSG;
	}
	bid->bidder = g_strdup(row->bidder_name);
	g_strlcpy(bid->bid_id, row->bid_id, sizeof(bid->bid_id));
	bid->files = json_incref(json_object_get(manifest, "files"));
	json_decref(manifest);
	json_array_foreach (bid->destroyed ? NULL : bid->files, i, file)
		bid->size += (uint64_t)in_int(file, "size", 0);
	g_ptr_array_add(b->bids, bid);
	return 0;
}

int bundle_read_bids(struct db_txn *txn, struct bundle *b)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(txn, b->session_id, &lots);

	for (guint i = 0; !r && b->record.closed && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		g_autoptr(GPtrArray) bids = NULL;
		r = bid_store_of_lot(txn, lot->lot_id, &bids);
		for (guint k = 0; !r && k < bids->len; k++) {
			const struct bid_row *row = g_ptr_array_index(bids, k);
			if (row->state == BID_OPENED)
				r = add_bid(txn, b, row);
		}
	}
	return r;
}

bool bundle_holds_bids(const struct bundle *b)
{
	for (guint i = 0; i < b->bids->len; i++)
		if (!((const struct bundle_bid *)g_ptr_array_index(b->bids, i))->destroyed)
			return true;
	return false;
}

static int write_bytes(struct bundle *b, const struct bundle_bid *bid, const char *name,
	const void *bytes, size_t len)
{
	g_autofree char *path = g_build_filename("documents", bid->bid_id, name, NULL);
	struct bundle_file out;
	int r = bundle_file_open(b, path, &out);

	return r ? r : bundle_file_close(&out, bundle_file_write(&out, bytes, len));
}

static int write_document(struct bundle *b, const struct bundle_bid *bid, const char *name,
	const struct bid_document *doc)
{
	g_autofree char *path = g_build_filename("documents", bid->bid_id, "files", name, NULL);
	struct bundle_file out;
	int r = bundle_file_open(b, path, &out);

	if (r)
		return r;
	for (uint64_t at = 0; !r && at < doc->size;) {
		g_autoptr(GBytes) piece = NULL;
		gsize len;
		r = bid_document_read(doc, at, doc->size - at, &piece);
		if (r)
			break;
		const void *bytes = g_bytes_get_data(piece, &len);
		r = bundle_file_write(&out, bytes, len);
		at += len;
	}
	return bundle_file_close(&out, r < 0 ? r : r ? -EBADMSG : 0);
}

/* Header, manifest and key: with them and the documents the bid can be sealed again. */
static int write_head(
	struct bundle *b, const struct bundle_bid *bid, const struct bid_document *doc)
{
	g_autoptr(GBytes) header = NULL, manifest = NULL;
	g_autofree char *key = hex_encode(doc->key, SEALED_KEY_LEN);
	gsize len;
	int r = bid_document_head(doc, &header, &manifest);

	if (r)
		return r < 0 ? r : -EBADMSG;
	const void *bytes = g_bytes_get_data(header, &len);
	r = write_bytes(b, bid, "header", bytes, len);
	bytes = g_bytes_get_data(manifest, &len);
	if (!r)
		r = write_bytes(b, bid, "manifest", bytes, len);
	return r ? r : write_bytes(b, bid, "key", key, strlen(key));
}

static int write_files(struct bundle *b, const struct bundle_bid *bid, struct bid_document *doc)
{
	json_t *file;
	size_t i;
	int r = 0;

	json_array_foreach (bid->files, i, file) {
		doc->size = (uint64_t)in_int(file, "size", 0);
		if (!r)
			r = write_document(b, bid, in_text(file, "name"), doc);
		doc->offset += doc->size;
	}
	return r;
}

static int write_bid(struct bundle *b, const struct bundle_bid *bid, const char **ret_state)
{
	struct bid_document doc;
	int r;

	*ret_state = bid->destroyed ? "destroyed" : "missing";
	if (bid->destroyed)
		return 0;
	r = bid_document_open(b->data_dir, bid->bid_id, &doc);
	if (r == -ENOENT)
		return 0;
	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret_state = "here";
	if (g_bytes_get_size(bid->key) == SEALED_KEY_LEN)
		memcpy(doc.key, g_bytes_get_data(bid->key, NULL), SEALED_KEY_LEN);
	r = write_head(b, bid, &doc);
	if (!r)
		r = write_files(b, bid, &doc);
	bid_document_close(&doc);
	return r;
}

int bundle_write_documents(struct bundle *b)
{
	int r = 0;

	b->documents = json_array();
	for (guint i = 0; !r && i < b->bids->len; i++) {
		const struct bundle_bid *bid = g_ptr_array_index(b->bids, i);
		const char *state;

		r = write_bid(b, bid, &state);
		if (!r)
			json_array_append_new(
				b->documents, json_pack("{s:s, s:s, s:s}", "bid_id", bid->bid_id,
						      "bidder", bid->bidder, "state", state));
	}
	return r;
}
