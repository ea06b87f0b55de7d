/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_writer.h"

#include "proto/crypto_auto.h"
#include "proto/sealed_walk.h"

#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

struct sealed_writer {
	struct sealed_out out;
	struct sealed_header header;
	struct sealed_walk *walk;
	uint8_t key[SEALED_KEY_LEN];
	uint32_t chunk; /* the one being filled */
	uint8_t *buf;   /* chunk_size and a tag */
	size_t filled;
	EVP_MD_CTX *receipt; /* over the digests of header and chunks */
};

static int add_to_receipt(struct sealed_writer *w, const void *bytes, size_t len)
{
	uint8_t digest[SEALED_DIGEST_LEN];

	if (EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(w->receipt, digest, sizeof digest) != 1)
		return -EIO;
	return w->out.write(w->out.ctx, bytes, len);
}

/* Seals what lies in a buffer as the next chunk and writes it. */
static int emit_chunk(struct sealed_writer *w, uint8_t *buf, size_t len)
{
	int r = sealed_chunk_seal(&w->header, w->key, w->chunk, buf, len, buf);

	if (r == 0)
		r = add_to_receipt(w, buf, len + SEALED_TAG_LEN);
	if (r == 0)
		w->chunk++;
	return r;
}

/* Fills the header but for its digest: everything random is drawn here. */
static int plan_header(struct sealed_writer *w, const struct sealed_plan *plan,
	const struct p256_public *bidder, size_t text_len)
{
	struct sealed_header *h = &w->header;
	char context[SEALED_CONTEXT_SIZE];
	int r;

	if (strlen(plan->project) >= SEALED_ID_SIZE || strlen(plan->lot) >= SEALED_ID_SIZE)
		return SEALED_E_OFFER;
	strcpy(h->project, plan->project);
	strcpy(h->lot, plan->lot);
	h->chunk_size = plan->chunk_size;
	h->manifest_size = sealed_manifest_size(text_len);
	for (size_t i = 0; i < plan->offer.n_files; i++)
		h->data_size += plan->offer.files[i].size;
	if (RAND_bytes(h->prefix, SEALED_PREFIX_LEN) != 1 ||
		RAND_priv_bytes(w->key, sizeof w->key) != 1)
		return -EIO;
	sealed_header_context(h, context);
	r = sealed_slot_wrap(w->key, bidder, context, 0, &h->bidder);
	if (r != 0)
		return r;
	return sealed_slots_build(w->key, plan->k, plan->holders, plan->n, context, &h->holders);
}

static int write_head(
	struct sealed_writer *w, const struct sealed_plan *plan, const struct p256_public *bidder)
{
	g_autoptr(GByteArray) bytes = NULL;
	g_autofree uint8_t *plain = NULL;
	g_autoptr(GString) text = NULL;
	int r;

	r = sealed_manifest_text(&plan->offer, bidder, &text);
	if (r == 0)
		r = plan_header(w, plan, bidder, text->len);
	if (r == 0)
		r = sealed_header_write(&w->header, &bytes);
	if (r == 0)
		r = add_to_receipt(w, bytes->data, bytes->len);
	if (r != 0)
		return r;
	plain = g_malloc(w->header.manifest_size + SEALED_TAG_LEN);
	r = sealed_manifest_sign(text, &w->header, plan->bidder, plain);
	if (r == 0)
		r = emit_chunk(w, plain, w->header.manifest_size);
	return r;
}

int sealed_writer_new(const struct sealed_plan *plan, const struct sealed_out *out,
	struct sealed_writer **ret_writer)
{
	struct sealed_writer *w = g_new0(struct sealed_writer, 1);
	struct p256_public bidder;
	int r;

	w->out = *out;
	w->receipt = EVP_MD_CTX_new();
	r = w->receipt && EVP_DigestInit_ex(w->receipt, EVP_sha256(), NULL) == 1 ? 0 : -EIO;
	if (r == 0)
		r = p256_public_of(plan->bidder, &bidder) == 0 ? 0 : SEALED_E_OFFER;
	if (r == 0)
		r = write_head(w, plan, &bidder);
	if (r != 0) {
		sealed_writer_free(w);
		return r;
	}
	w->buf = g_malloc(w->header.chunk_size + SEALED_TAG_LEN);
	w->walk = sealed_walk_new(plan->offer.files, plan->offer.n_files);
	*ret_writer = w;
	return 0;
}

struct sealed_writer *sealed_writer_free(struct sealed_writer *w)
{
	if (w) {
		EVP_MD_CTX_free(w->receipt);
		sealed_walk_free(w->walk);
		OPENSSL_cleanse(w->key, sizeof w->key);
		g_free(w->buf);
		g_free(w);
	}
	return NULL;
}

int sealed_writer_put(struct sealed_writer *w, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	int r = sealed_walk_feed(w->walk, p, len, NULL, NULL);

	while (r == 0 && len > 0) {
		size_t n = MIN(len, w->header.chunk_size - w->filled);

		memcpy(w->buf + w->filled, p, n);
		w->filled += n;
		p += n;
		len -= n;
		if (w->filled == w->header.chunk_size) {
			r = emit_chunk(w, w->buf, w->filled);
			w->filled = 0;
		}
	}
	return r;
}

int sealed_writer_finish(struct sealed_writer *w, uint8_t ret_receipt_digest[SEALED_DIGEST_LEN])
{
	int r = sealed_walk_feed(w->walk, NULL, 0, NULL, NULL); /* ends empty documents */

	if (r == 0)
		r = sealed_walk_finish(w->walk);
	if (r == 0 && w->filled > 0)
		r = emit_chunk(w, w->buf, w->filled);
	if (r != 0)
		return r;
	w->filled = 0;
	g_assert(w->chunk == sealed_n_chunks(&w->header));
	return EVP_DigestFinal_ex(w->receipt, ret_receipt_digest, NULL) == 1 ? 0 : -EIO;
}

const struct sealed_header *sealed_writer_header(const struct sealed_writer *w)
{
	return &w->header;
}
