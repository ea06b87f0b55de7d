/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_slot.h"

#include "proto/base64.h"
#include "proto/crypto_auto.h"
#include "proto/gcm.h"
#include "proto/hex.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#define INFO_HEAD "bidroom.slot.v1\n"
#define OKM_LEN (GCM_KEY_LEN + GCM_NONCE_LEN)

static int hkdf(const uint8_t ikm[P256_SECRET_LEN], const struct p256_public *salt, char *info,
	uint8_t ret_okm[OKM_LEN])
{
	g_autoptr(EVP_KDF) kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	g_autoptr(EVP_KDF_CTX) ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)ikm, P256_SECRET_LEN),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_SALT, (void *)salt->point, P256_POINT_LEN),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, strlen(info)),
		OSSL_PARAM_construct_end(),
	};

	return ctx && EVP_KDF_derive(ctx, ret_okm, OKM_LEN, params) == 1 ? 0 : -EIO;
}

/* AES key and nonce of the slot of `to`: own key and peer are one's ephemeral and the other's. */
static int slot_key(EVP_PKEY *own, const struct p256_public *peer, const struct p256_public *epk,
	const struct p256_public *to, const char *context, unsigned no, uint8_t ret_okm[OKM_LEN])
{
	g_autofree char *info = NULL;
	uint8_t ikm[P256_SECRET_LEN];
	char kid[P256_KID_SIZE];
	int r;

	g_assert(strlen(context) < SEALED_CONTEXT_SIZE && !strchr(context, '\n'));
	info = g_strdup_printf(INFO_HEAD "%s\n%u\n%s", context, no, p256_kid(to, kid));
	r = p256_agree(own, peer, ikm);
	if (r == 0)
		r = hkdf(ikm, epk, info, ret_okm);
	OPENSSL_cleanse(ikm, sizeof ikm);
	return r;
}

bool sealed_draw_context(const char *draw_id, const char *party, char buf[SEALED_CONTEXT_SIZE])
{
	if (!sealed_id_is_valid(draw_id) || !sealed_id_is_valid(party))
		return false;
	g_snprintf(buf, SEALED_CONTEXT_SIZE, "draw/%s/%s", draw_id, party);
	return true;
}

int sealed_slot_wrap(const uint8_t secret[SEALED_KEY_LEN], const struct p256_public *to,
	const char *context, unsigned no, struct sealed_slot *ret_slot)
{
	g_autoptr(EVP_PKEY) esk = NULL;
	struct sealed_slot slot;
	uint8_t okm[OKM_LEN];
	int r;

	r = p256_generate(&esk);
	if (r == 0)
		r = p256_public_of(esk, &slot.epk);
	if (r == 0)
		r = slot_key(esk, to, &slot.epk, to, context, no, okm);
	if (r == 0)
		r = gcm_seal(okm, okm + GCM_KEY_LEN, NULL, 0, secret, SEALED_KEY_LEN, slot.ct);
	OPENSSL_cleanse(okm, sizeof okm);
	if (r == 0)
		*ret_slot = slot;
	return r;
}

int sealed_slot_unwrap(const struct sealed_slot *slot, EVP_PKEY *key, const char *context,
	unsigned no, uint8_t ret_secret[SEALED_KEY_LEN])
{
	struct p256_public own;
	uint8_t okm[OKM_LEN];
	int r;

	r = p256_public_of(key, &own);
	if (r == 0)
		r = slot_key(key, &slot->epk, &slot->epk, &own, context, no, okm);
	if (r == 0)
		r = gcm_open(
			okm, okm + GCM_KEY_LEN, NULL, 0, slot->ct, sizeof slot->ct, ret_secret);
	OPENSSL_cleanse(okm, sizeof okm);
	return r > 0 ? SEALED_E_SLOT : r;
}

static int sha256(const uint8_t bytes[SEALED_KEY_LEN], uint8_t ret_digest[SEALED_DIGEST_LEN])
{
	return EVP_Digest(bytes, SEALED_KEY_LEN, ret_digest, NULL, EVP_sha256(), NULL) == 1 ? 0
											    : -EIO;
}

/* One holder with two shares would make the threshold smaller than it looks. */
static bool has_same_key_twice(const struct sealed_slots *slots)
{
	for (unsigned i = 0; i < slots->n; i++) {
		for (unsigned j = 0; j < i; j++) {
			if (strcmp(slots->holders[i].kid, slots->holders[j].kid) == 0)
				return true;
		}
	}
	return false;
}

int sealed_slots_build(const uint8_t secret[SEALED_KEY_LEN], unsigned k,
	const struct p256_public holders[], unsigned n, const char *context,
	struct sealed_slots *ret_slots)
{
	uint8_t coefficients[(SEALED_HOLDERS_MAX - 1) * SHAMIR_LEN];
	struct shamir_share shares[SEALED_HOLDERS_MAX];
	struct sealed_slots slots = {.k = k, .n = n};
	int r;

	if (k < 1 || k > n || n > SEALED_HOLDERS_MAX)
		return SEALED_E_SLOTS;
	for (unsigned i = 0; i < n; i++)
		p256_kid(&holders[i], slots.holders[i].kid);
	if (has_same_key_twice(&slots))
		return SEALED_E_SLOTS;
	if (RAND_priv_bytes(coefficients, sizeof coefficients) != 1)
		return -EIO;
	shamir_split(secret, coefficients, k, n, shares);
	r = sha256(secret, slots.secret_sha256);
	for (unsigned i = 0; r == 0 && i < n; i++) {
		struct sealed_holder_slot *h = &slots.holders[i];

		r = sha256(shares[i].value, h->share_sha256);
		if (r == 0)
			r = sealed_slot_wrap(
				shares[i].value, &holders[i], context, shares[i].no, &h->slot);
	}
	OPENSSL_cleanse(coefficients, sizeof coefficients);
	OPENSSL_cleanse(shares, sizeof shares);
	if (r == 0)
		*ret_slots = slots;
	return r;
}

int sealed_share_check(const struct sealed_slots *slots, const struct shamir_share *share)
{
	uint8_t digest[SEALED_DIGEST_LEN];
	int r;

	if (share->no < 1 || share->no > slots->n)
		return SEALED_E_NOT_HOLDER;
	r = sha256(share->value, digest);
	if (r != 0)
		return r;
	return memcmp(digest, slots->holders[share->no - 1].share_sha256, sizeof digest) == 0
		       ? 0
		       : SEALED_E_BAD_SHARE;
}

int sealed_secret_check(const struct sealed_slots *slots, const uint8_t secret[SEALED_KEY_LEN])
{
	uint8_t digest[SEALED_DIGEST_LEN];
	int r = sha256(secret, digest);

	if (r != 0)
		return r;
	return memcmp(digest, slots->secret_sha256, sizeof digest) == 0 ? 0 : SEALED_E_KEY;
}

int sealed_slots_open(const struct sealed_slots *slots, EVP_PKEY *key, const char *context,
	struct shamir_share *ret_share)
{
	struct p256_public own;
	char kid[P256_KID_SIZE];
	int r;

	r = p256_public_of(key, &own);
	if (r != 0)
		return r < 0 ? r : SEALED_E_NOT_HOLDER;
	p256_kid(&own, kid);
	for (unsigned i = 0; i < slots->n; i++) {
		struct shamir_share share = {.no = (uint8_t)(i + 1)};

		if (strcmp(slots->holders[i].kid, kid) != 0)
			continue;
		r = sealed_slot_unwrap(
			&slots->holders[i].slot, key, context, share.no, share.value);
		if (r == 0)
			r = sealed_share_check(slots, &share);
		if (r == 0)
			*ret_share = share;
		OPENSSL_cleanse(&share, sizeof share);
		return r;
	}
	return SEALED_E_NOT_HOLDER;
}

/* Moves `chosen`, k rising indices below n, to the next combination; false after the last. */
static bool next_combination(unsigned chosen[], unsigned k, unsigned n)
{
	unsigned i = k;

	while (i > 0 && chosen[i - 1] == n - k + i - 1)
		i--;
	if (i == 0)
		return false;
	chosen[i - 1]++;
	for (; i < k; i++)
		chosen[i] = chosen[i - 1] + 1;
	return true;
}

/* Tries every k of the n shares, which are all as sealed. */
static int try_combinations(const struct sealed_slots *slots, const struct shamir_share good[],
	unsigned n, uint8_t ret_secret[SEALED_KEY_LEN], uint32_t *bad)
{
	struct shamir_share picked[SEALED_HOLDERS_MAX];
	unsigned chosen[SEALED_HOLDERS_MAX], k = slots->k;
	uint8_t secret[SEALED_KEY_LEN], value[SEALED_KEY_LEN];
	int r;

	for (unsigned i = 0; i < k; i++)
		chosen[i] = i;
	do {
		for (unsigned i = 0; i < k; i++)
			picked[i] = good[chosen[i]];
		shamir_value_at(picked, k, 0, secret);
		r = sealed_secret_check(slots, secret);
	} while (r == SEALED_E_KEY && next_combination(chosen, k, n));
	if (r == 0) {
		for (unsigned i = 0; i < n; i++) {
			shamir_value_at(picked, k, good[i].no, value);
			if (CRYPTO_memcmp(value, good[i].value, sizeof value) != 0)
				*bad |= (uint32_t)1 << good[i].no;
		}
		memcpy(ret_secret, secret, sizeof secret);
	}
	OPENSSL_cleanse(picked, sizeof picked);
	OPENSSL_cleanse(secret, sizeof secret);
	OPENSSL_cleanse(value, sizeof value);
	return r == SEALED_E_KEY ? SEALED_E_SHARES : r;
}

int sealed_combine(const struct sealed_slots *slots, const struct shamir_share shares[], size_t n,
	uint8_t ret_secret[SEALED_KEY_LEN], uint32_t *ret_bad)
{
	struct shamir_share good[SEALED_HOLDERS_MAX];
	uint32_t seen = 0, bad = 0;
	unsigned n_good = 0;
	int r;

	for (size_t i = 0; i < n; i++) {
		r = sealed_share_check(slots, &shares[i]);
		if (r < 0)
			return r;
		if (r == SEALED_E_NOT_HOLDER)
			continue;
		if (r == SEALED_E_BAD_SHARE) {
			bad |= (uint32_t)1 << shares[i].no;
		} else if (!(seen >> shares[i].no & 1)) {
			seen |= (uint32_t)1 << shares[i].no;
			good[n_good++] = shares[i];
		}
	}
	bad &= ~seen; /* a holder who gave a wrong share and then the right one */
	r = n_good < slots->k ? SEALED_E_FEW_SHARES
			      : try_combinations(slots, good, n_good, ret_secret, &bad);
	OPENSSL_cleanse(good, sizeof good);
	if (r >= 0 && ret_bad)
		*ret_bad = bad;
	return r;
}

static json_t *base64_json(const uint8_t *data, size_t len)
{
	g_autofree char *text = g_malloc(BASE64_SIZE(len));

	base64_encode(data, len, text);
	return json_string(text);
}

static json_t *hex_json(const uint8_t *data, size_t len)
{
	g_autofree char *text = hex_encode(data, len);

	return json_string(text);
}

json_t *sealed_slot_to_json(const struct sealed_slot *slot)
{
	return json_pack("{so so}", "epk", base64_json(slot->epk.point, P256_POINT_LEN), "ct",
		base64_json(slot->ct, sizeof slot->ct));
}

int sealed_slot_from_json(const json_t *json, size_t members, struct sealed_slot *ret_slot)
{
	const char *epk, *ct;
	struct sealed_slot slot;
	int r;

	if (json_object_size(json) != members ||
		json_unpack((json_t *)json, "{ss ss}", "epk", &epk, "ct", &ct) != 0 ||
		!base64_decode_exact(epk, strlen(epk), slot.epk.point, P256_POINT_LEN) ||
		!base64_decode_exact(ct, strlen(ct), slot.ct, sizeof slot.ct))
		return SEALED_E_SLOTS;
	r = p256_point_check(&slot.epk);
	if (r != 0)
		return r < 0 ? r : SEALED_E_SLOTS;
	*ret_slot = slot;
	return 0;
}

json_t *sealed_slots_to_json(const struct sealed_slots *slots)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < slots->n; i++) {
		const struct sealed_holder_slot *h = &slots->holders[i];
		json_t *item = sealed_slot_to_json(&h->slot);

		json_object_set_new(item, "no", json_integer(i + 1));
		json_object_set_new(item, "kid", json_string(h->kid));
		json_object_set_new(
			item, "sha256", hex_json(h->share_sha256, sizeof h->share_sha256));
		json_array_append_new(list, item);
	}
	return json_pack("{si so so}", "k", (int)slots->k, "secret_sha256",
		hex_json(slots->secret_sha256, sizeof slots->secret_sha256), "slots", list);
}

static int holder_from_json(const json_t *json, unsigned no, struct sealed_holder_slot *ret)
{
	const char *kid, *digest;
	uint8_t kid_bytes[(P256_KID_SIZE - 1) / 2];
	json_int_t said_no;

	if (json_unpack((json_t *)json, "{ss sI ss}", "kid", &kid, "no", &said_no, "sha256",
		    &digest) != 0 ||
		said_no != no || !hex_decode_exact(kid, strlen(kid), kid_bytes, sizeof kid_bytes) ||
		!hex_decode_exact(
			digest, strlen(digest), ret->share_sha256, sizeof ret->share_sha256))
		return SEALED_E_SLOTS;
	memcpy(ret->kid, kid, P256_KID_SIZE);
	return sealed_slot_from_json(json, 5, &ret->slot);
}

int sealed_slots_from_json(const json_t *json, struct sealed_slots *ret_slots)
{
	struct sealed_slots slots = {0};
	const char *digest;
	json_int_t k;
	json_t *list, *item;
	size_t i;

	if (json_object_size(json) != 3 ||
		json_unpack((json_t *)json, "{sI ss so}", "k", &k, "secret_sha256", &digest,
			"slots", &list) != 0 ||
		!hex_decode_exact(
			digest, strlen(digest), slots.secret_sha256, sizeof slots.secret_sha256) ||
		!json_is_array(list) || json_array_size(list) > SEALED_HOLDERS_MAX || k < 1 ||
		(size_t)k > json_array_size(list))
		return SEALED_E_SLOTS;
	slots.k = (unsigned)k;
	slots.n = (unsigned)json_array_size(list);
	json_array_foreach (list, i, item) {
		int r = holder_from_json(item, (unsigned)i + 1, &slots.holders[i]);

		if (r != 0)
			return r;
	}
	if (has_same_key_twice(&slots))
		return SEALED_E_SLOTS;
	*ret_slots = slots;
	return 0;
}
