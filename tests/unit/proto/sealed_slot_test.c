/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "proto/hex.h"

#define N 5
#define K 3

static const char context[] = "bid/p1/lot1/00010203040506";
static const uint8_t secret[SEALED_KEY_LEN] = {0xa5, 1, 2, 3};

struct house {
	EVP_PKEY *keys[N];
	struct p256_public publics[N];
	struct sealed_slots slots;
	struct shamir_share shares[N];
};

static int set_up(void **state)
{
	static struct house h;

	for (int i = 0; i < N; i++) {
		assert_int_equal(p256_generate(&h.keys[i]), 0);
		assert_int_equal(p256_public_of(h.keys[i], &h.publics[i]), 0);
	}
	assert_int_equal(sealed_slots_build(secret, K, h.publics, N, context, &h.slots), 0);
	for (int i = 0; i < N; i++) {
		assert_int_equal(sealed_slots_open(&h.slots, h.keys[i], context, &h.shares[i]), 0);
		assert_int_equal(h.shares[i].no, i + 1);
	}
	*state = &h;
	return 0;
}

static int tear_down(void **state)
{
	struct house *h = *state;

	for (int i = 0; i < N; i++)
		EVP_PKEY_free(h->keys[i]);
	return 0;
}

static void test_open(void **state)
{
	struct house *h = *state;
	struct sealed_slots bad;
	struct shamir_share share;
	EVP_PKEY *stranger = NULL;

	assert_int_equal(
		sealed_slots_open(&h->slots, h->keys[0], "bid/p1/lot2/00010203040506", &share),
		SEALED_E_SLOT);
	assert_int_equal(p256_generate(&stranger), 0);
	assert_int_equal(
		sealed_slots_open(&h->slots, stranger, context, &share), SEALED_E_NOT_HOLDER);
	EVP_PKEY_free(stranger);

	bad = h->slots;
	bad.holders[1].slot.ct[40] ^= 1;
	assert_int_equal(sealed_slots_open(&bad, h->keys[1], context, &share), SEALED_E_SLOT);
	bad = h->slots;
	bad.holders[1].slot = h->slots.holders[2].slot;
	assert_int_equal(sealed_slots_open(&bad, h->keys[1], context, &share), SEALED_E_SLOT);
	bad = h->slots;
	bad.holders[1].share_sha256[0] ^= 1;
	assert_int_equal(sealed_slots_open(&bad, h->keys[1], context, &share), SEALED_E_BAD_SHARE);
}

static void test_combine(void **state)
{
	struct house *h = *state;
	struct shamir_share s[N + 2];
	uint8_t got[SEALED_KEY_LEN];
	uint32_t bad = 99;

	for (unsigned mask = 0; mask < 1u << N; mask++) {
		size_t n = 0;

		for (unsigned i = 0; i < N; i++) {
			if (mask >> i & 1)
				s[n++] = h->shares[i];
		}
		memset(got, 0, sizeof got);
		assert_int_equal(sealed_combine(&h->slots, s, n, got, &bad),
			n < K ? SEALED_E_FEW_SHARES : 0);
		assert_int_equal(bad, 0);
		if (n >= K)
			assert_memory_equal(got, secret, sizeof got);
	}
	/* the same holder twice is one holder; a number without a holder is nobody */
	s[0] = s[1] = s[2] = h->shares[0];
	s[3] = h->shares[1];
	s[4] = h->shares[2];
	s[4].no = 9;
	assert_int_equal(sealed_combine(&h->slots, s, 5, got, &bad), SEALED_E_FEW_SHARES);
	assert_int_equal(sealed_secret_check(&h->slots, secret), 0);
	assert_int_equal(sealed_secret_check(&h->slots, s[0].value), SEALED_E_KEY);
}

static void test_bad_holders_are_named(void **state)
{
	struct house *h = *state;
	struct shamir_share s[N + 1];
	uint8_t got[SEALED_KEY_LEN];
	uint32_t bad = 0;

	memcpy(s, h->shares, sizeof h->shares);
	s[1].value[7] ^= 1;
	s[3].value[31] ^= 0x80;
	assert_int_equal(sealed_share_check(&h->slots, &s[1]), SEALED_E_BAD_SHARE);
	assert_int_equal(sealed_share_check(&h->slots, &s[2]), 0);
	assert_int_equal(sealed_combine(&h->slots, s, N, got, &bad), 0);
	assert_memory_equal(got, secret, sizeof got);
	assert_int_equal(bad, 1 << 2 | 1 << 4);
	assert_int_equal(sealed_combine(&h->slots, s, 4, got, &bad), SEALED_E_FEW_SHARES);
	assert_int_equal(bad, 1 << 2 | 1 << 4);
	/* corrected afterwards */
	s[5] = h->shares[1];
	assert_int_equal(sealed_combine(&h->slots, s, N + 1, got, &bad), 0);
	assert_int_equal(bad, 1 << 4);
}

/* A sealer who put in shares of another polynomial, with digests to match. */
static void test_cheating_sealer(void **state)
{
	struct house *h = *state;
	struct sealed_slots slots = h->slots;
	struct shamir_share s[N];
	uint8_t got[SEALED_KEY_LEN];
	uint32_t bad = 0;

	memcpy(s, h->shares, sizeof s);
	s[0].value[0] ^= 1;
	assert_int_equal(EVP_Digest(s[0].value, SHAMIR_LEN, slots.holders[0].share_sha256, NULL,
				 EVP_sha256(), NULL),
		1);
	assert_int_equal(sealed_combine(&slots, s, 3, got, &bad), SEALED_E_SHARES);
	assert_int_equal(bad, 0);
	assert_int_equal(sealed_combine(&slots, s, 4, got, &bad), 0);
	assert_memory_equal(got, secret, sizeof got);
	assert_int_equal(bad, 1 << 1);
}

static void test_counts(void **state)
{
	struct house *h = *state;
	struct p256_public twice[2] = {h->publics[0], h->publics[0]};
	struct sealed_slots slots;

	assert_int_equal(
		sealed_slots_build(secret, 0, h->publics, N, context, &slots), SEALED_E_SLOTS);
	assert_int_equal(
		sealed_slots_build(secret, 6, h->publics, N, context, &slots), SEALED_E_SLOTS);
	assert_int_equal(sealed_slots_build(secret, 1, twice, 2, context, &slots), SEALED_E_SLOTS);
}

static void test_json(void **state)
{
	struct house *h = *state;
	json_auto_t *json = sealed_slots_to_json(&h->slots);
	struct sealed_slots back;
	json_t *first = json_array_get(json_object_get(json, "slots"), 0);

	memset(&back, 0xee, sizeof back);
	assert_int_equal(sealed_slots_from_json(json, &back), 0);
	assert_memory_equal(&back, &h->slots, sizeof back);

#define REFUSED(object, name, value)                                                   \
	do {                                                                           \
		json_auto_t *kept = json_incref(json_object_get(object, name));        \
		json_object_set_new(object, name, value);                              \
		assert_int_equal(sealed_slots_from_json(json, &back), SEALED_E_SLOTS); \
		json_object_set(object, name, kept);                                   \
	} while (0)
	REFUSED(json, "k", json_integer(0));
	REFUSED(json, "k", json_integer(6));
	REFUSED(json, "k", json_integer(4294967297));
	REFUSED(json, "secret_sha256", json_string("00"));
	REFUSED(json, "slots", json_object());
	REFUSED(first, "no", json_integer(2));
	REFUSED(first, "kid", json_string("zz"));
	REFUSED(first, "kid",
		json_incref(
			json_object_get(json_array_get(json_object_get(json, "slots"), 1), "kid")));
	REFUSED(first, "epk", json_string("AAAA"));
	REFUSED(first, "ct", json_string("AAAA"));
	REFUSED(first, "sha256", json_null());
	assert_int_equal(sealed_slots_from_json(json, &back), 0);
	json_object_set_new(first, "more", json_true());
	assert_int_equal(sealed_slots_from_json(json, &back), SEALED_E_SLOTS);
	json_object_del(first, "more");
	json_object_set_new(json, "more", json_true());
	assert_int_equal(sealed_slots_from_json(json, &back), SEALED_E_SLOTS);
	assert_int_equal(sealed_slots_from_json(NULL, &back), SEALED_E_SLOTS);
}

/* Slots that WebCrypto made. */
static void test_vector(void **state)
{
	json_auto_t *v = json_load_file(VECTORS "/sealed_slot.json", 0, NULL);
	const char *ctx, *hex;
	json_t *keys, *list, *item;
	struct sealed_slots slots;
	struct shamir_share shares[N];
	uint8_t want[SEALED_KEY_LEN], got[SEALED_KEY_LEN];
	size_t i;

	assert_int_equal(json_unpack(v, "{ss ss so so}", "context", &ctx, "secret", &hex, "keys",
				 &keys, "slots", &list),
		0);
	assert_true(hex_decode_exact(hex, strlen(hex), want, sizeof want));
	assert_int_equal(sealed_slots_from_json(list, &slots), 0);
	json_array_foreach (keys, i, item) {
		const char *pem = json_string_value(json_object_get(item, "pem"));
		EVP_PKEY *key = NULL;

		assert_int_equal(p256_private_from_pem(pem, strlen(pem), &key), 0);
		assert_int_equal(sealed_slots_open(&slots, key, ctx, &shares[i]), 0);
		EVP_PKEY_free(key);
	}
	assert_int_equal(sealed_combine(&slots, shares + 1, 3, got, NULL), 0);
	assert_memory_equal(got, want, sizeof want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_combine, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_holders_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cheating_sealer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
		cmocka_unit_test(test_vector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
