/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_reader.h"

#include "proto/crypto_auto.h"
#include "proto/sealed_walk.h"

#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>

struct sealed_reader {
	struct sealed_reader_events events;
	void *ctx;
	enum { READ_HEADER, READ_CHUNK, READ_END } state;
	int dead; /* the refusal or fault that ended it */
	struct sealed_header header;
	struct sealed_manifest *manifest;
	struct sealed_walk *walk;
	bool has_key;
	uint8_t key[SEALED_KEY_LEN];
	uint32_t chunk;
	GByteArray *head; /* of the header, until it is whole */
	uint8_t *buf;     /* the largest chunk with its tag */
	size_t buf_size, filled, want;
	EVP_MD_CTX *receipt; /* over the digests of header and chunks */
};

struct sealed_reader *sealed_reader_new(const struct sealed_reader_events *events, void *ctx)
{
	struct sealed_reader *r = g_new0(struct sealed_reader, 1);

	r->events = *events;
	r->ctx = ctx;
	r->head = g_byte_array_new();
	r->receipt = EVP_MD_CTX_new();
	if (!r->receipt || EVP_DigestInit_ex(r->receipt, EVP_sha256(), NULL) != 1)
		g_error("libcrypto has no SHA-256");
	return r;
}

struct sealed_reader *sealed_reader_free(struct sealed_reader *r)
{
	if (r) {
		sealed_walk_free(r->walk);
		sealed_manifest_free(r->manifest);
		g_byte_array_unref(r->head);
		if (r->buf)
			OPENSSL_cleanse(r->buf, r->buf_size);
		g_free(r->buf);
		EVP_MD_CTX_free(r->receipt);
		OPENSSL_cleanse(r->key, sizeof r->key);
		g_free(r);
	}
	return NULL;
}

void sealed_reader_set_key(struct sealed_reader *r, const uint8_t key[SEALED_KEY_LEN])
{
	g_assert(r->state == READ_HEADER);
	memcpy(r->key, key, sizeof r->key);
	r->has_key = true;
}

/* Makes ready for chunk r->chunk, or for the end. */
static void expect_chunk(struct sealed_reader *r)
{
	uint64_t offset;

	r->filled = 0;
	if (r->chunk == sealed_n_chunks(&r->header)) {
		r->state = READ_END;
		return;
	}
	r->state = READ_CHUNK;
	sealed_chunk_place(&r->header, r->chunk, &offset, &r->want);
}

static int begin(struct sealed_reader *r)
{
	struct sealed_header *h = &r->header;
	int err = 0;

	if (r->events.header)
		err = r->events.header(r->ctx, h);
	if (err == 0 && r->has_key)
		err = sealed_secret_check(&h->holders, r->key);
	if (err != 0)
		return err;
	if (EVP_DigestUpdate(r->receipt, h->digest, sizeof h->digest) != 1)
		return -EIO;
	/* manifest_size and chunk_size are bounded by the header's rules */
	r->buf_size = MAX(h->manifest_size, MIN(h->chunk_size, h->data_size)) + SEALED_TAG_LEN;
	r->buf = g_malloc(r->buf_size);
	expect_chunk(r);
	return 0;
}

/* Takes what belongs to the header; its own length is within its first bytes. */
static int feed_header(struct sealed_reader *r, const uint8_t *bytes, size_t len, size_t *ret_used)
{
	size_t before = r->head->len, n = MIN(len, SEALED_HEADER_MAX - before);
	int err;

	g_byte_array_append(r->head, bytes, (guint)n);
	err = sealed_header_parse(r->head->data, r->head->len, &r->header);
	if (err == SEALED_E_TRUNCATED) {
		*ret_used = n;
		return 0;
	}
	if (err != 0)
		return err;
	*ret_used = r->header.len - before;
	return begin(r);
}

static int open_manifest(struct sealed_reader *r)
{
	int err = sealed_manifest_read(r->buf, &r->header, &r->manifest);

	if (err != 0)
		return err;
	r->walk = sealed_walk_new(r->manifest->files, r->manifest->n_files);
	return r->events.manifest ? r->events.manifest(r->ctx, r->manifest) : 0;
}

static int open_chunk(struct sealed_reader *r)
{
	int err = sealed_chunk_open(&r->header, r->key, r->chunk, r->buf, r->want, r->buf);

	if (err != 0)
		return err;
	if (r->chunk == 0)
		return open_manifest(r);
	return sealed_walk_feed(r->walk, r->buf, r->want - SEALED_TAG_LEN, r->events.bytes, r->ctx);
}

static int end_chunk(struct sealed_reader *r)
{
	uint8_t digest[SEALED_DIGEST_LEN];
	int err = 0;

	if (EVP_Digest(r->buf, r->want, digest, NULL, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(r->receipt, digest, sizeof digest) != 1)
		return -EIO;
	if (r->has_key)
		err = open_chunk(r);
	if (err != 0)
		return err;
	r->chunk++;
	expect_chunk(r);
	if (r->state == READ_END && r->has_key)
		err = sealed_walk_feed(r->walk, NULL, 0, NULL, NULL); /* ends empty documents */
	return err;
}

static int feed(struct sealed_reader *r, const uint8_t *bytes, size_t len)
{
	int err = 0;

	while (err == 0 && len > 0) {
		size_t n = 0;

		switch (r->state) {
		case READ_HEADER:
			err = feed_header(r, bytes, len, &n);
			break;
		case READ_CHUNK:
			n = MIN(len, r->want - r->filled);
			memcpy(r->buf + r->filled, bytes, n);
			r->filled += n;
			if (r->filled == r->want)
				err = end_chunk(r);
			break;
		case READ_END:
			return SEALED_E_TRAILING;
		}
		bytes += n;
		len -= n;
	}
	return err;
}

int sealed_reader_feed(struct sealed_reader *r, const void *bytes, size_t len)
{
	if (r->dead == 0)
		r->dead = feed(r, bytes, len);
	return r->dead;
}

int sealed_reader_finish(struct sealed_reader *r, uint8_t ret_receipt_digest[SEALED_DIGEST_LEN])
{
	if (r->dead != 0)
		return r->dead;
	if (r->state != READ_END)
		return SEALED_E_TRUNCATED;
	return EVP_DigestFinal_ex(r->receipt, ret_receipt_digest, NULL) == 1 ? 0 : -EIO;
}

uint32_t sealed_reader_chunk(const struct sealed_reader *r)
{
	return r->chunk;
}

size_t sealed_reader_file(const struct sealed_reader *r)
{
	return r->walk ? sealed_walk_file(r->walk) : 0;
}

const struct sealed_header *sealed_reader_header(const struct sealed_reader *r)
{
	return r->state == READ_HEADER ? NULL : &r->header;
}

const struct sealed_manifest *sealed_reader_manifest(const struct sealed_reader *r)
{
	return r->manifest;
}
