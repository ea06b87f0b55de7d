/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_seal.h"

#include "proto/bytes.h"
#include "proto/crypto_auto.h"
#include "proto/ebml.h"
#include "proto/gcm.h"
#include "proto/reel_head.h"

#include <errno.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#define INFO "bidroom.reel.v1\n%s\n%u"
#define FLAG_KEY 1
#define HEADER_AT 9 /* behind ID and size */

/* A cluster is one tick of one track: far below this. */
#define CLUSTER_MAX (256u << 20)

struct reel_seal {
	uint8_t key[GCM_KEY_LEN];
	uint16_t track;
};

int reel_seal_new(const struct reel_head *head, const uint8_t session_key[REEL_SESSION_KEY_LEN],
	struct reel_seal **ret_seal)
{
	g_autoptr(EVP_KDF) kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	g_autoptr(EVP_KDF_CTX) ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	g_autofree char *info = g_strdup_printf(INFO, head->session, head->track);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_KEY, (void *)session_key, REEL_SESSION_KEY_LEN),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_SALT, (void *)head->salt, REEL_SALT_LEN),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, strlen(info)),
		OSSL_PARAM_construct_end(),
	};
	struct reel_seal *s = g_new0(struct reel_seal, 1);

	g_assert(head->is_sealed);
	s->track = head->track;
	if (!ctx || EVP_KDF_derive(ctx, s->key, sizeof(s->key), params) != 1) {
		g_free(s);
		return -EIO;
	}
	*ret_seal = s;
	return 0;
}

void reel_seal_key(const struct reel_seal *seal, uint8_t ret_key[REEL_KEY_LEN])
{
	memcpy(ret_key, seal->key, REEL_KEY_LEN);
}

struct reel_seal *reel_seal_from_key(uint16_t track, const uint8_t key[REEL_KEY_LEN])
{
	struct reel_seal *s = g_new0(struct reel_seal, 1);

	s->track = track;
	memcpy(s->key, key, sizeof(s->key));
	return s;
}

struct reel_seal *reel_seal_free(struct reel_seal *seal)
{
	if (seal)
		OPENSSL_cleanse(seal, sizeof(*seal));
	g_free(seal);
	return NULL;
}

/* The key is the reel's own, so the cluster's number alone makes each nonce another one. */
static void nonce_make(uint32_t no, uint8_t ret_nonce[GCM_NONCE_LEN])
{
	memset(ret_nonce, 0, GCM_NONCE_LEN);
	be32_put(ret_nonce + GCM_NONCE_LEN - 4, no);
}

/* The track, then the element up to the ciphertext. */
#define AAD_LEN (2 + REEL_SEALED_HEADER_LEN)

static void aad_make(const struct reel_seal *seal, const uint8_t *element, uint8_t ret_aad[AAD_LEN])
{
	be16_put(ret_aad, seal->track);
	memcpy(ret_aad + 2, element, REEL_SEALED_HEADER_LEN);
}

static void header_make(
	uint32_t no, uint32_t body_len, const struct reel_entry *e, uint8_t *ret_header)
{
	memset(ret_header, 0, REEL_SEALED_HEADER_LEN);
	ret_header[0] = EBML_VOID;
	ret_header[1] = 0x01;
	be32_put(ret_header + 5, REEL_SEALED_HEADER_LEN - HEADER_AT + body_len);
	be32_put(ret_header + HEADER_AT, no);
	be32_put(ret_header + HEADER_AT + 4, e->time_ms);
	be32_put(ret_header + HEADER_AT + 8, e->last_ms);
	be32_put(ret_header + HEADER_AT + 12, e->n_blocks);
	be32_put(ret_header + HEADER_AT + 16, e->n_stamps);
	ret_header[HEADER_AT + 20] = e->is_key ? FLAG_KEY : 0;
}

int reel_seal_put(const struct reel_seal *seal, uint32_t no, const GByteArray *cluster,
	struct reel_entry *entry, GByteArray *out)
{
	uint8_t nonce[GCM_NONCE_LEN], aad[AAD_LEN], *element;
	guint before = out->len;
	int r;

	g_assert(no && cluster->len <= CLUSTER_MAX);
	g_byte_array_set_size(out, before + cluster->len + REEL_SEALED_OVERHEAD);
	element = out->data + before;
	header_make(no, cluster->len + GCM_TAG_LEN, entry, element);
	nonce_make(no, nonce);
	aad_make(seal, element, aad);
	r = gcm_seal(seal->key, nonce, aad, sizeof(aad), cluster->data, cluster->len,
		element + REEL_SEALED_HEADER_LEN);
	entry->length = out->len - before;
	if (!r && EVP_Digest(element, entry->length, entry->sha256, NULL, EVP_sha256(), NULL) != 1)
		r = -EIO;
	if (r)
		g_byte_array_set_size(out, before);
	return r;
}

static bool header_is_ours(const uint8_t *p)
{
	static const uint8_t begin[] = {EBML_VOID, 0x01, 0, 0, 0}, zeros[3];

	return memcmp(p, begin, sizeof(begin)) == 0 && !(p[HEADER_AT + 20] & ~FLAG_KEY) &&
	       memcmp(p + HEADER_AT + 21, zeros, sizeof(zeros)) == 0;
}

int reel_sealed_parse(const uint8_t *data, uint64_t len, struct reel_sealed *ret_sealed,
	uint64_t *ret_element_len)
{
	const uint8_t *h = data + HEADER_AT;
	struct reel_sealed s;
	uint64_t size;

	if (len < REEL_SEALED_HEADER_LEN)
		return REEL_E_TORN;
	size = (uint64_t)be32_get(data + 5) + HEADER_AT;
	s = (struct reel_sealed){
		.no = be32_get(h),
		.last_ms = be32_get(h + 8),
		.n_blocks = be32_get(h + 12),
		.n_stamps = be32_get(h + 16),
		.is_key = h[20] & FLAG_KEY,
	};
	if (!header_is_ours(data) || !s.no || size <= REEL_SEALED_OVERHEAD ||
		size > CLUSTER_MAX + REEL_SEALED_OVERHEAD || (!s.n_blocks && !s.n_stamps) ||
		s.last_ms < be32_get(h + 4))
		return REEL_E_DAMAGED;
	if (len < size)
		return REEL_E_TORN;
	*ret_sealed = s;
	*ret_element_len = size;
	return 0;
}

int reel_seal_open(
	const struct reel_seal *seal, const uint8_t *data, uint64_t len, GByteArray *cluster)
{
	uint8_t nonce[GCM_NONCE_LEN], aad[AAD_LEN];
	guint before = cluster->len;
	struct reel_sealed s;
	uint64_t size;
	int r = reel_sealed_parse(data, len, &s, &size);

	if (r)
		return r;
	nonce_make(s.no, nonce);
	aad_make(seal, data, aad);
	g_byte_array_set_size(cluster, before + (guint)(size - REEL_SEALED_OVERHEAD));
	r = gcm_open(seal->key, nonce, aad, sizeof(aad), data + REEL_SEALED_HEADER_LEN,
		(size_t)size - REEL_SEALED_HEADER_LEN, cluster->data + before);
	if (r)
		g_byte_array_set_size(cluster, before);
	return r > 0 ? REEL_E_DAMAGED : r;
}

int reel_unsealed_head(const struct reel_head *head, GByteArray *out)
{
	struct reel_head plain = *head;

	plain.is_sealed = false;
	memset(plain.salt, 0, sizeof(plain.salt));
	return reel_head_write(&plain, out);
}

int reel_unsealed_entries(const struct reel_head *head, uint64_t first_no,
	struct reel_entry *entries, size_t n_entries)
{
	g_autoptr(GByteArray) sealed = g_byte_array_new(), plain = g_byte_array_new();
	uint64_t no = first_no;
	int r = reel_head_write(head, sealed);

	if (!r)
		r = reel_unsealed_head(head, plain);
	for (size_t i = 0; !r && i < n_entries; i++, no++) {
		struct reel_entry *e = &entries[i];

		if (e->is_head) {
			e->length = plain->len;
			continue;
		}
		if (!no || e->length <= REEL_SEALED_OVERHEAD ||
			e->offset < sealed->len + (no - 1) * REEL_SEALED_OVERHEAD)
			return REEL_E_ENTRY;
		e->offset -= sealed->len - plain->len + (no - 1) * REEL_SEALED_OVERHEAD;
		e->length -= REEL_SEALED_OVERHEAD;
	}
	return r;
}
