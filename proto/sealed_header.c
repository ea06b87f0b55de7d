/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_header.h"

#include "proto/bytes.h"
#include "proto/canon.h"
#include "proto/hex.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#define MAGIC "SEALBID1"
#define MAGIC_LEN 8
#define HEAD_LEN (MAGIC_LEN + 4)
#define SUITE "P256-HKDF-SHA256-A256GCM"
#define HEADER_MEMBERS 9

static bool is_within_bounds(const struct sealed_header *h)
{
	return sealed_id_is_valid(h->project) && sealed_id_is_valid(h->lot) &&
	       h->chunk_size >= SEALED_CHUNK_MIN && h->chunk_size <= SEALED_CHUNK_MAX &&
	       (h->chunk_size & (h->chunk_size - 1)) == 0 &&
	       h->manifest_size >= SEALED_MANIFEST_STEP &&
	       h->manifest_size <= SEALED_MANIFEST_MAX &&
	       h->manifest_size % SEALED_MANIFEST_STEP == 0 && h->data_size <= SEALED_DATA_MAX;
}

static int header_digest(const void *bytes, size_t len, struct sealed_header *h)
{
	h->len = len;
	return EVP_Digest(bytes, len, h->digest, NULL, EVP_sha256(), NULL) == 1 ? 0 : -EIO;
}

static int header_from_json(const json_t *json, struct sealed_header *h)
{
	json_int_t chunk_size, manifest_size, data_size;
	const char *project, *lot, *prefix, *suite;
	json_t *bidder, *holders;
	int r;

	if (json_object_size(json) != HEADER_MEMBERS ||
		json_unpack((json_t *)json, "{ss ss ss ss sI sI sI so so}", "suite", &suite,
			"project", &project, "lot", &lot, "prefix", &prefix, "chunk_size",
			&chunk_size, "manifest_size", &manifest_size, "data_size", &data_size,
			"bidder", &bidder, "holders", &holders) != 0 ||
		strcmp(suite, SUITE) != 0 || !sealed_id_is_valid(project) ||
		!sealed_id_is_valid(lot) ||
		!hex_decode_exact(prefix, strlen(prefix), h->prefix, SEALED_PREFIX_LEN) ||
		chunk_size < 0 || chunk_size > SEALED_CHUNK_MAX || manifest_size < 0 ||
		manifest_size > SEALED_MANIFEST_MAX || data_size < 0)
		return SEALED_E_HEADER;
	g_strlcpy(h->project, project, sizeof h->project);
	g_strlcpy(h->lot, lot, sizeof h->lot);
	h->chunk_size = (uint32_t)chunk_size;
	h->manifest_size = (uint32_t)manifest_size;
	h->data_size = (uint64_t)data_size;
	if (!is_within_bounds(h))
		return SEALED_E_HEADER;
	r = sealed_slot_from_json(bidder, 2, &h->bidder);
	if (r == 0)
		r = sealed_slots_from_json(holders, &h->holders);
	return r > 0 ? SEALED_E_HEADER : r;
}

int sealed_header_parse(const void *bytes, size_t len, struct sealed_header *ret_header)
{
	const uint8_t *p = bytes;
	struct sealed_header h = {{0}};
	json_auto_t *json = NULL;
	size_t json_len;
	int r;

	if (memcmp(p, MAGIC, MIN(len, MAGIC_LEN)) != 0)
		return SEALED_E_MAGIC;
	if (len < HEAD_LEN)
		return SEALED_E_TRUNCATED;
	json_len = be32_get(p + MAGIC_LEN);
	if (json_len > SEALED_HEADER_MAX - HEAD_LEN)
		return SEALED_E_HEADER;
	if (len < HEAD_LEN + json_len)
		return SEALED_E_TRUNCATED;
	r = canon_load_exact(p + HEAD_LEN, json_len, SEALED_HEADER_MAX, &json);
	if (r != 0)
		return r < 0 ? r : SEALED_E_HEADER;
	r = header_from_json(json, &h);
	if (r == 0)
		r = header_digest(bytes, HEAD_LEN + json_len, &h);
	if (r == 0)
		*ret_header = h;
	return r;
}

int sealed_header_write(struct sealed_header *header, GByteArray **ret_bytes)
{
	g_autofree char *prefix = hex_encode(header->prefix, SEALED_PREFIX_LEN);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GString) text = NULL;
	json_auto_t *json = NULL;
	uint8_t length[4];
	int r;

	if (!is_within_bounds(header))
		return SEALED_E_OFFER;
	json = json_pack("{ss ss ss ss sI sI sI so so}", "suite", SUITE, "project", header->project,
		"lot", header->lot, "prefix", prefix, "chunk_size", (json_int_t)header->chunk_size,
		"manifest_size", (json_int_t)header->manifest_size, "data_size",
		(json_int_t)header->data_size, "bidder", sealed_slot_to_json(&header->bidder),
		"holders", sealed_slots_to_json(&header->holders));
	r = canon_dump(json, &text);
	if (r != 0)
		return r < 0 ? r : SEALED_E_OFFER;
	g_assert(HEAD_LEN + text->len <= SEALED_HEADER_MAX);
	be32_put(length, (uint32_t)text->len);
	g_byte_array_append(bytes, (const guint8 *)MAGIC, MAGIC_LEN);
	g_byte_array_append(bytes, length, sizeof length);
	g_byte_array_append(bytes, (const guint8 *)text->str, (guint)text->len);
	r = header_digest(bytes->data, bytes->len, header);
	if (r == 0)
		*ret_bytes = g_steal_pointer(&bytes);
	return r;
}

int sealed_header_belongs(const struct sealed_header *header, const char *project, const char *lot)
{
	return strcmp(header->project, project) == 0 && strcmp(header->lot, lot) == 0
		       ? 0
		       : SEALED_E_LOT;
}

const char *sealed_header_context(const struct sealed_header *header, char buf[SEALED_CONTEXT_SIZE])
{
	g_autofree char *prefix = hex_encode(header->prefix, SEALED_PREFIX_LEN);

	g_snprintf(buf, SEALED_CONTEXT_SIZE, "bid/%s/%s/%s", header->project, header->lot, prefix);
	return buf;
}

int sealed_header_open_slot(
	const struct sealed_header *header, EVP_PKEY *bidder, uint8_t ret_key[SEALED_KEY_LEN])
{
	char context[SEALED_CONTEXT_SIZE];
	uint8_t key[SEALED_KEY_LEN];
	int r;

	r = sealed_slot_unwrap(
		&header->bidder, bidder, sealed_header_context(header, context), 0, key);
	if (r == 0)
		r = sealed_secret_check(&header->holders, key);
	if (r == 0)
		memcpy(ret_key, key, sizeof key);
	OPENSSL_cleanse(key, sizeof key);
	return r;
}

uint32_t sealed_n_chunks(const struct sealed_header *header)
{
	return 1 + (uint32_t)((header->data_size + header->chunk_size - 1) / header->chunk_size);
}

uint64_t sealed_total_len(const struct sealed_header *header)
{
	return header->len + header->manifest_size + header->data_size +
	       (uint64_t)sealed_n_chunks(header) * SEALED_TAG_LEN;
}

void sealed_chunk_place(
	const struct sealed_header *header, uint32_t chunk, uint64_t *ret_offset, size_t *ret_len)
{
	uint64_t before;

	g_assert(chunk < sealed_n_chunks(header));
	if (chunk == 0) {
		*ret_offset = header->len;
		*ret_len = header->manifest_size + SEALED_TAG_LEN;
		return;
	}
	before = (uint64_t)(chunk - 1) * header->chunk_size;
	*ret_offset =
		header->len + header->manifest_size + before + (uint64_t)chunk * SEALED_TAG_LEN;
	*ret_len = (size_t)MIN(header->data_size - before, header->chunk_size) + SEALED_TAG_LEN;
}

static void chunk_nonce(
	const struct sealed_header *header, uint32_t chunk, uint8_t ret_nonce[GCM_NONCE_LEN])
{
	memcpy(ret_nonce, header->prefix, SEALED_PREFIX_LEN);
	be32_put(ret_nonce + SEALED_PREFIX_LEN, chunk);
	ret_nonce[GCM_NONCE_LEN - 1] = chunk + 1 == sealed_n_chunks(header);
}

int sealed_chunk_seal(const struct sealed_header *header, const uint8_t key[SEALED_KEY_LEN],
	uint32_t chunk, const uint8_t *plain, size_t len, uint8_t *ret_sealed)
{
	uint8_t nonce[GCM_NONCE_LEN];

	chunk_nonce(header, chunk, nonce);
	return gcm_seal(key, nonce, header->digest, sizeof header->digest, plain, len, ret_sealed);
}

int sealed_chunk_open(const struct sealed_header *header, const uint8_t key[SEALED_KEY_LEN],
	uint32_t chunk, const uint8_t *sealed, size_t len, uint8_t *ret_plain)
{
	uint8_t nonce[GCM_NONCE_LEN];
	int r;

	chunk_nonce(header, chunk, nonce);
	r = gcm_open(key, nonce, header->digest, sizeof header->digest, sealed, len, ret_plain);
	if (r > 0)
		return chunk == 0 ? SEALED_E_MANIFEST : SEALED_E_CHUNK;
	return r;
}
