/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/opened_bid.h"

#include <openssl/evp.h>
#include <string.h>

#include "proto/crypto_auto.h"
#include "proto/hex.h"
#include "server/trade/offer_terms.h"

struct reseal {
	const char *root, *dir;
	struct findings *findings;
	struct opened_bid *bid;
	uint8_t key[SEALED_KEY_LEN];
	EVP_MD_CTX *receipt; /* over the digests of header and chunks */
	uint8_t *buf;        /* one chunk and its tag */
	size_t filled;
	uint32_t chunk;
};

static char *name_of(const struct reseal *b, const char *file)
{
	return g_build_filename(b->dir, file, NULL);
}

static bool load(const struct reseal *b, const char *file, char **ret, gsize *ret_len)
{
	g_autofree char *name = name_of(b, file);
	g_autofree char *path = g_build_filename(b->root, name, NULL);

	if (g_file_get_contents(path, ret, ret_len, NULL))
		return true;
	finding_fault(b->findings, name, "cannot be read");
	return false;
}

static bool fault(const struct reseal *b, const char *file, const char *what)
{
	g_autofree char *name = name_of(b, file);

	finding_fault(b->findings, name, "%s", what);
	return false;
}

static bool add_digest(struct reseal *b, const void *bytes, size_t len)
{
	uint8_t digest[SEALED_DIGEST_LEN];

	return EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL) == 1 &&
	       EVP_DigestUpdate(b->receipt, digest, sizeof(digest)) == 1;
}

static bool seal_chunk(struct reseal *b, size_t len)
{
	return sealed_chunk_seal(&b->bid->header, b->key, b->chunk++, b->buf, len, b->buf) == 0 &&
	       add_digest(b, b->buf, len + SEALED_TAG_LEN);
}

static bool read_header(struct reseal *b)
{
	struct sealed_header *header = &b->bid->header;
	g_autofree char *bytes = NULL, *key = NULL;
	uint8_t digest[SEALED_DIGEST_LEN];
	gsize len, key_len;

	if (!load(b, "header", &bytes, &len) || !load(b, "key", &key, &key_len))
		return false;
	if (sealed_header_parse(bytes, len, header) || header->len != len)
		return fault(b, "header", "is not the header of a sealed bid");
	if (!hex_decode_exact(key, key_len, b->key, sizeof(b->key)) ||
		EVP_Digest(b->key, sizeof(b->key), digest, NULL, EVP_sha256(), NULL) != 1 ||
		memcmp(digest, header->holders.secret_sha256, sizeof(digest)) != 0)
		return fault(b, "key", "is not the key that the header names");
	b->buf = g_malloc(MAX(header->chunk_size, header->manifest_size) + SEALED_TAG_LEN);
	return add_digest(b, bytes, len);
}

static bool read_manifest(struct reseal *b)
{
	struct opened_bid *bid = b->bid;
	g_autofree char *bytes = NULL;
	gsize len;

	if (!load(b, "manifest", &bytes, &len))
		return false;
	if (len != bid->header.manifest_size ||
		sealed_manifest_read((const uint8_t *)bytes, &bid->header, &bid->manifest))
		return fault(b, "manifest", "is not whole, or not signed by its bidder");
	memcpy(b->buf, bytes, len);
	return seal_chunk(b, len);
}

static bool take_bytes(struct reseal *b, const uint8_t *bytes, size_t len)
{
	while (len) {
		size_t n = MIN(len, b->bid->header.chunk_size - b->filled);
		memcpy(b->buf + b->filled, bytes, n);
		b->filled += n;
		bytes += n;
		len -= n;
		if (b->filled < b->bid->header.chunk_size)
			break;
		if (!seal_chunk(b, b->filled))
			return false;
		b->filled = 0;
	}
	return true;
}

static bool take_document(struct reseal *b, const struct sealed_file *file)
{
	g_autofree char *name = g_build_filename("files", file->name, NULL);
	g_autofree char *path = g_build_filename(b->root, b->dir, name, NULL);
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

bool opened_bid_read(
	const char *root, const char *dir, struct findings *findings, struct opened_bid *ret)
{
	struct reseal b = {.root = root,
		.dir = dir,
		.findings = findings,
		.bid = ret,
		.receipt = EVP_MD_CTX_new()};
	bool good = b.receipt && EVP_DigestInit_ex(b.receipt, EVP_sha256(), NULL) == 1;

	*ret = (struct opened_bid){0};
	good = good && read_header(&b) && read_manifest(&b);
	for (size_t i = 0; good && i < ret->manifest->n_files; i++)
		good = take_document(&b, &ret->manifest->files[i]);
	if (good && b.filled)
		good = seal_chunk(&b, b.filled);
	good = good && EVP_DigestFinal_ex(b.receipt, ret->receipt_digest, NULL) == 1;
	EVP_MD_CTX_free(b.receipt);
	g_free(b.buf);
	return good;
}

void opened_bid_clear(struct opened_bid *b)
{
	sealed_manifest_free(b->manifest);
	b->manifest = NULL;
}

void opened_bid_check_terms(const struct sealed_manifest *m, const json_t *opened,
	const char *place, struct findings *findings)
{
	json_t *told = json_object_get(opened, "terms"), *value;
	json_auto_t *signed_terms = offer_terms(m->offer),
		    *needed = offer_terms_impersonal(m->offer);
	const char *name;

	json_object_foreach (needed, name, value)
		if (!json_object_get(told, name))
			finding_fault(findings, place,
				"leaves out the %s that the bid of %s offers", name,
				m->bidder_name);
	json_object_foreach (told, name, value)
		if (!json_equal(value, json_object_get(signed_terms, name)))
			finding_fault(findings, place,
				"tells another %s than the bid of %s offers", name,
				m->bidder_name);
}
