/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/p256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "proto/hex.h"

static void test_keys_of_webcrypto(void **state)
{
	json_auto_t *v = json_load_file(VECTORS "/sealed_slot.json", 0, NULL);
	json_t *item;
	size_t i;

	json_array_foreach (json_object_get(v, "keys"), i, item) {
		const char *pem, *spki, *kid;
		struct p256_public from_pem, from_spki;
		char buf[P256_KID_SIZE];
		EVP_PKEY *key = NULL;
		GString *again = NULL;

		assert_int_equal(
			json_unpack(item, "{ss ss ss}", "pem", &pem, "spki", &spki, "kid", &kid),
			0);
		assert_int_equal(p256_private_from_pem(pem, strlen(pem), &key), 0);
		assert_int_equal(p256_public_of(key, &from_pem), 0);
		assert_int_equal(p256_spki_from_text(spki, &from_spki), 0);
		assert_memory_equal(&from_pem, &from_spki, sizeof from_pem);
		g_autofree char *text = p256_spki_text(&from_pem);
		assert_string_equal(text, spki);
		assert_string_equal(p256_kid(&from_pem, buf), kid);
		assert_int_equal(p256_private_to_pem(key, &again), 0);
		assert_string_equal(again->str, pem);
		g_string_free(again, TRUE);
		EVP_PKEY_free(key);
	}
	assert_int_equal(i, 5);
}

/* RFC 5903 §8.1: one sides' keys and the common x coordinate. */
static void test_agreement_vector(void **state)
{
	static const char pem_i[] =
		"-----BEGIN PRIVATE KEY-----\n"
		"MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCDIjwH1ENmsP3Ciktqi\n"
		"MW3lROmquK/oQEnGKpxXhi0UMw==\n"
		"-----END PRIVATE KEY-----\n";
	static const char peer_hex[] =
		"04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
		"56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab";
	static const char common_hex[] =
		"d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de";
	struct p256_public peer;
	uint8_t got[P256_SECRET_LEN], want[P256_SECRET_LEN];
	EVP_PKEY *key = NULL;

	assert_true(hex_decode_exact(peer_hex, strlen(peer_hex), peer.point, P256_POINT_LEN));
	assert_true(hex_decode_exact(common_hex, strlen(common_hex), want, sizeof want));
	assert_int_equal(p256_private_from_pem(pem_i, strlen(pem_i), &key), 0);
	assert_int_equal(p256_agree(key, &peer, got), 0);
	assert_memory_equal(got, want, sizeof want);
	EVP_PKEY_free(key);
}

static void test_signature(void **state)
{
	struct p256_public public_key, other_public;
	EVP_PKEY *key = NULL, *other = NULL;
	uint8_t sig[P256_SIG_LEN];

	assert_int_equal(p256_generate(&key), 0);
	assert_int_equal(p256_generate(&other), 0);
	assert_int_equal(p256_public_of(key, &public_key), 0);
	assert_int_equal(p256_public_of(other, &other_public), 0);
	/* often enough that r or s has a leading zero byte or a leading one bit */
	for (uint16_t i = 0; i < 600; i++) {
		assert_int_equal(p256_sign(key, &i, sizeof i, sig), 0);
		assert_int_equal(p256_verify(&public_key, &i, sizeof i, sig), 0);
	}
	assert_int_equal(p256_verify(&public_key, "x", 1, sig), P256_E_BAD_SIGNATURE);
	assert_int_equal(p256_verify(&other_public, "x", 1, sig), P256_E_BAD_SIGNATURE);
	memset(sig, 0, sizeof sig);
	assert_int_equal(p256_verify(&public_key, "x", 1, sig), P256_E_BAD_SIGNATURE);
	memset(sig, 0xff, sizeof sig);
	assert_int_equal(p256_verify(&public_key, "x", 1, sig), P256_E_BAD_SIGNATURE);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

static void test_no_keys(void **state)
{
	struct p256_public key, off_curve;
	uint8_t spki[P256_SPKI_LEN + 1] = {0}, secret[P256_SECRET_LEN];
	EVP_PKEY *pkey = NULL, *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_PKEY *p384 = EVP_EC_gen("secp384r1"), *koblitz = EVP_EC_gen("secp256k1");
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	assert_int_equal(p256_generate(&pkey), 0);
	assert_int_equal(p256_public_of(pkey, &key), 0);
	p256_spki_encode(&key, spki);
	assert_int_equal(p256_spki_decode(spki, P256_SPKI_LEN, &key), 0);
	assert_int_equal(p256_spki_decode(spki, P256_SPKI_LEN + 1, &key), P256_E_KEY);
	assert_int_equal(p256_spki_decode(spki, P256_SPKI_LEN - 1, &key), P256_E_KEY);
	spki[5] ^= 1;
	assert_int_equal(p256_spki_decode(spki, P256_SPKI_LEN, &key), P256_E_KEY);
	spki[5] ^= 1;
	spki[P256_SPKI_LEN - 1] ^= 1;
	assert_int_equal(p256_spki_decode(spki, P256_SPKI_LEN, &key), P256_E_KEY);
	off_curve = key;
	off_curve.point[64] ^= 1;
	assert_int_equal(p256_agree(pkey, &off_curve, secret), P256_E_KEY);
	memset(&off_curve, 0, sizeof off_curve);
	assert_int_equal(p256_agree(pkey, &off_curve, secret), P256_E_KEY);
	assert_int_equal(p256_spki_from_text("", &key), P256_E_KEY);
	assert_int_equal(p256_public_of(ed, &key), P256_E_KEY);
	assert_int_equal(p256_public_of(p384, &key), P256_E_KEY);
	assert_int_equal(p256_public_of(koblitz, &key), P256_E_KEY);

	EVP_PKEY *read = NULL;
	assert_int_equal(p256_private_from_pem("x", 1, &read), P256_E_KEY);
	PEM_write_bio_PKCS8PrivateKey(bio, ed, NULL, NULL, 0, NULL, NULL);
	len = BIO_get_mem_data(bio, &pem);
	assert_int_equal(p256_private_from_pem(pem, (size_t)len, &read), P256_E_KEY);
	(void)BIO_reset(bio);
	PEM_write_bio_PKCS8PrivateKey(bio, pkey, EVP_aes_128_cbc(), "pw", 2, NULL, NULL);
	len = BIO_get_mem_data(bio, &pem);
	assert_int_equal(p256_private_from_pem(pem, (size_t)len, &read), P256_E_KEY);
	assert_null(read);
	BIO_free(bio);
	EVP_PKEY_free(pkey);
	EVP_PKEY_free(ed);
	EVP_PKEY_free(p384);
	EVP_PKEY_free(koblitz);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_of_webcrypto),
		cmocka_unit_test(test_agreement_vector),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
