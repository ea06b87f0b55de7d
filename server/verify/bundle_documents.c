/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bid in a bundle lies open: header, manifest as it was sealed, content key, documents. Sealing
 * is a function of these, so doing it again must give the digest its bidder got as a receipt.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "proto/crypto_auto.h"
#include "proto/hex.h"
#include "proto/sealed_manifest.h"
#include "server/core/fields.h"
#include "server/verify/bundle_parts.h"

struct bid {
	const struct session_record *rec;
	const char *id;
	char *dir; /* below the bundle's */
	struct sealed_header header;
	uint8_t key[SEALED_KEY_LEN];
	struct sealed_manifest *manifest;
	EVP_MD_CTX *receipt; /* over the digests of header and chunks */
	uint8_t *buf;        /* one chunk and its tag */
	size_t filled;
	uint32_t chunk;
};

static char *name_of(const struct bid *b, const char *file)
{
	return g_build_filename(b->dir, file, NULL);
}

static bool load(const struct bid *b, const char *file, char **ret, gsize *ret_len)
{
	g_autofree char *name = name_of(b, file);
	g_autofree char *path = g_build_filename(b->rec->dir, name, NULL);

	if (g_file_get_contents(path, ret, ret_len, NULL))
		return true;
	finding_fault(b->rec->findings, name, "cannot be read");
	return false;
}

static bool fault(const struct bid *b, const char *file, const char *what)
{
	g_autofree char *name = name_of(b, file);

	finding_fault(b->rec->findings, name, "%s", what);
	return false;
}

static bool add_digest(struct bid *b, const void *bytes, size_t len)
{
	uint8_t digest[SEALED_DIGEST_LEN];

	return EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL) == 1 &&
	       EVP_DigestUpdate(b->receipt, digest, sizeof(digest)) == 1;
}

static bool seal_chunk(struct bid *b, size_t len)
{
	return sealed_chunk_seal(&b->header, b->key, b->chunk++, b->buf, len, b->buf) == 0 &&
	       add_digest(b, b->buf, len + SEALED_TAG_LEN);
}

static bool read_header(struct bid *b)
{
	g_autofree char *bytes = NULL, *key = NULL;
	uint8_t digest[SEALED_DIGEST_LEN];
	gsize len, key_len;

	if (!load(b, "header", &bytes, &len) || !load(b, "key", &key, &key_len))
		return false;
	if (sealed_header_parse(bytes, len, &b->header) || b->header.len != len)
		return fault(b, "header", "is not the header of a sealed bid");
	if (!hex_decode_exact(key, key_len, b->key, sizeof(b->key)) ||
		EVP_Digest(b->key, sizeof(b->key), digest, NULL, EVP_sha256(), NULL) != 1 ||
		memcmp(digest, b->header.holders.secret_sha256, sizeof(digest)) != 0)
		return fault(b, "key", "is not the key that the header names");
	b->buf = g_malloc(MAX(b->header.chunk_size, b->header.manifest_size) + SEALED_TAG_LEN);
	return add_digest(b, bytes, len);
}

static bool read_manifest(struct bid *b)
{
	g_autofree char *bytes = NULL;
	gsize len;

	if (!load(b, "manifest", &bytes, &len))
		return false;
	if (len != b->header.manifest_size ||
		sealed_manifest_read((const uint8_t *)bytes, &b->header, &b->manifest))
		return fault(b, "manifest", "is not whole, or not signed by its bidder");
	memcpy(b->buf, bytes, len);
	return seal_chunk(b, len);
}

static bool take_bytes(struct bid *b, const uint8_t *bytes, size_t len)
{
	while (len) {
		size_t n = MIN(len, b->header.chunk_size - b->filled);
		memcpy(b->buf + b->filled, bytes, n);
		b->filled += n;
		bytes += n;
		len -= n;
		if (b->filled < b->header.chunk_size)
			break;
		if (!seal_chunk(b, b->filled))
			return false;
		b->filled = 0;
	}
	return true;
}

static bool take_document(struct bid *b, const struct sealed_file *file)
{
	g_autofree char *name = g_build_filename("files", file->name, NULL);
	g_autofree char *path = g_build_filename(b->rec->dir, b->dir, name, NULL);
	g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, NULL);
	const uint8_t *bytes = map ? (const uint8_t *)g_mapped_file_get_contents(map) : NULL;
	uint8_t digest[SEALED_DIGEST_LEN];

	if (!map)
		return fault(b, name, "the document is missing");
	if (g_mapped_file_get_length(map) != file->size ||
		EVP_Digest(bytes, file->size, digest, NULL, EVP_sha256(), NULL) != 1 ||
		memcmp(digest, file->sha256, sizeof(digest)) != 0)
		return fault(b, name, "is not the document that its bidder signed");
	return take_bytes(b, bytes, file->size);
}

static void check_receipt(struct bid *b, const char *bidder)
{
	g_autofree char *subject = g_strdup_printf("bid:%s", b->id);
	const struct session_event *row = NULL;
	uint8_t ours[SEALED_DIGEST_LEN], named[SEALED_DIGEST_LEN];
	guint at = 0;

	while ((row = record_find(b->rec, "bid.opened", at, &at)) &&
		strcmp(row->event.subject, subject) != 0)
		at++;
	if (!row || !record_hex32(row->event.body, "receipt_digest", named)) {
		finding_fault(b->rec->findings, b->dir, "no event says that this bid was opened");
		return;
	}
	if (EVP_DigestFinal_ex(b->receipt, ours, NULL) != 1 ||
		memcmp(ours, named, sizeof(ours)) != 0)
		finding_fault(b->rec->findings, b->dir,
			"sealed again it has not the digest of the bidder's receipt");
	if (g_strcmp0(in_text(row->event.body, "bidder_name"), bidder) != 0 ||
		g_strcmp0(b->manifest->bidder_name, bidder) != 0)
		finding_fault(b->rec->findings, "bundle.json",
			"the bidder of %s is not the one who signed and was announced", b->id);
}

static void check_bid(const struct session_record *rec, const char *id, const char *bidder)
{
	struct bid b = {.rec = rec, .id = id, .receipt = EVP_MD_CTX_new()};
	bool good = b.receipt && EVP_DigestInit_ex(b.receipt, EVP_sha256(), NULL) == 1;

	b.dir = g_build_filename("documents", id, NULL);
	good = good && read_header(&b) && read_manifest(&b);
	for (size_t i = 0; good && i < b.manifest->n_files; i++)
		good = take_document(&b, &b.manifest->files[i]);
	if (good && b.filled)
		good = seal_chunk(&b, b.filled);
	if (good)
		check_receipt(&b, bidder);
	sealed_manifest_free(b.manifest);
	EVP_MD_CTX_free(b.receipt);
	g_free(b.buf);
	g_free(b.dir);
}

void bundle_documents_check(const struct session_record *rec, const json_t *manifest)
{
	const json_t *row;
	unsigned n = 0;
	size_t i;

	json_array_foreach (json_object_get(manifest, "documents"), i, row) {
		const char *id = in_text(row, "bid_id");
		g_autofree char *dir = g_build_filename("documents", id ?: "", NULL);
		if (!id || !id_valid(id)) {
			finding_fault(rec->findings, "bundle.json", "a bid has no name");
		} else if (g_strcmp0(in_text(row, "state"), "here") != 0) {
			finding_fault(rec->findings, dir,
				"the bid's file is missing, and was when the bundle was made");
		} else {
			check_bid(rec, id, in_text(row, "bidder"));
			n++;
		}
	}
	if (n)
		finding_note(rec->findings, rec->dir, "%u bids sealed again", n);
}
