/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/p256.h"

#include "proto/base64.h"
#include "proto/crypto_auto.h"
#include "proto/hex.h"

#include <errno.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#define GROUP "prime256v1"

/* SubjectPublicKeyInfo up to the point: ecPublicKey, prime256v1, a bit string of 65 bytes. */
static const uint8_t spki_head[P256_SPKI_LEN - P256_POINT_LEN] = {0x30, 0x59, 0x30, 0x13, 0x06,
	0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

int p256_generate(EVP_PKEY **ret_key)
{
	*ret_key = EVP_EC_gen(GROUP);
	return *ret_key ? 0 : -EIO;
}

/* Of a key that an engine keeps in a token, libcrypto gives less by name. */
static int engine_public_of(const EVP_PKEY *key, struct p256_public *ret_public)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der), r;

	r = len > 0 ? p256_spki_decode(der, (size_t)len, ret_public) : P256_E_KEY;
	OPENSSL_free(der);
	return r;
}

int p256_public_of(const EVP_PKEY *key, struct p256_public *ret_public)
{
	struct p256_public public_key;
	char group[32];
	size_t len;

	if (EVP_PKEY_is_a(key, "EC") && !EVP_PKEY_get0_provider(key))
		return engine_public_of(key, ret_public);
	if (!EVP_PKEY_is_a(key, "EC") ||
		EVP_PKEY_get_utf8_string_param(
			key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL) != 1 ||
		strcmp(group, GROUP) != 0 ||
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY,
			public_key.point, sizeof public_key.point, &len) != 1 ||
		len != P256_POINT_LEN || public_key.point[0] != POINT_CONVERSION_UNCOMPRESSED)
		return P256_E_KEY;
	*ret_public = public_key;
	return 0;
}

/* A passphrase is never asked for: the terminal is not ours. */
static int no_passphrase(char *buf, int size, int for_writing, void *ctx)
{
	return -1;
}

/* Whether the secret belongs to the point: libcrypto takes both from the file as they are. */
static bool is_pair(EVP_PKEY *key)
{
	g_autoptr(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool ok = ctx && EVP_PKEY_pairwise_check(ctx) == 1;

	ERR_clear_error();
	return ok;
}

int p256_private_from_pem(const char *pem, size_t len, EVP_PKEY **ret_key)
{
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(BIO) bio = NULL;
	struct p256_public public_key;
	int r;

	if (len > P256_PEM_MAX)
		return P256_E_KEY;
	bio = BIO_new_mem_buf(pem, (int)len);
	if (!bio)
		return -EIO;
	key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	ERR_clear_error();
	if (!key)
		return P256_E_KEY;
	r = p256_public_of(key, &public_key);
	if (r == 0 && !is_pair(key))
		r = P256_E_KEY;
	if (r == 0)
		*ret_key = g_steal_pointer(&key);
	return r;
}

int p256_private_to_pem(const EVP_PKEY *key, GString **ret_pem)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_secmem());
	char *data;
	long len;

	if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return -EIO;
	len = BIO_get_mem_data(bio, &data);
	*ret_pem = g_string_new_len(data, len);
	return 0;
}

void p256_spki_encode(const struct p256_public *key, uint8_t ret_spki[P256_SPKI_LEN])
{
	memcpy(ret_spki, spki_head, sizeof spki_head);
	memcpy(ret_spki + sizeof spki_head, key->point, P256_POINT_LEN);
}

/* The key as libcrypto has it, which checks that the point lies on the curve. */
static int public_pkey(const struct p256_public *key, EVP_PKEY **ret_key)
{
	g_autoptr(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)GROUP, 0),
		OSSL_PARAM_construct_octet_string(
			OSSL_PKEY_PARAM_PUB_KEY, (void *)key->point, P256_POINT_LEN),
		OSSL_PARAM_construct_end(),
	};

	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1)
		return -EIO;
	if (key->point[0] != POINT_CONVERSION_UNCOMPRESSED ||
		EVP_PKEY_fromdata(ctx, ret_key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
		ERR_clear_error();
		return P256_E_KEY;
	}
	return 0;
}

int p256_point_check(const struct p256_public *key)
{
	g_autoptr(EVP_PKEY) pkey = NULL;

	return public_pkey(key, &pkey);
}

int p256_spki_decode(const uint8_t *spki, size_t len, struct p256_public *ret_key)
{
	struct p256_public key;
	int r;

	if (len != P256_SPKI_LEN || memcmp(spki, spki_head, sizeof spki_head) != 0)
		return P256_E_KEY;
	memcpy(key.point, spki + sizeof spki_head, P256_POINT_LEN);
	r = p256_point_check(&key);
	if (r == 0)
		*ret_key = key;
	return r;
}

char *p256_spki_text(const struct p256_public *key)
{
	uint8_t spki[P256_SPKI_LEN];
	char *text = g_malloc(BASE64_SIZE(P256_SPKI_LEN));

	p256_spki_encode(key, spki);
	base64_encode(spki, sizeof spki, text);
	return text;
}

int p256_spki_from_text(const char *text, struct p256_public *ret_key)
{
	uint8_t spki[P256_SPKI_LEN];

	if (!base64_decode_exact(text, strlen(text), spki, sizeof spki))
		return P256_E_KEY;
	return p256_spki_decode(spki, sizeof spki, ret_key);
}

const char *p256_kid(const struct p256_public *key, char buf[P256_KID_SIZE])
{
	uint8_t spki[P256_SPKI_LEN], digest[32];
	g_autofree char *hex = NULL;

	p256_spki_encode(key, spki);
	if (EVP_Digest(spki, sizeof spki, digest, NULL, EVP_sha256(), NULL) != 1)
		g_error("libcrypto has no SHA-256");
	hex = hex_encode(digest, (P256_KID_SIZE - 1) / 2);
	memcpy(buf, hex, P256_KID_SIZE);
	return buf;
}

int p256_agree(EVP_PKEY *key, const struct p256_public *peer, uint8_t ret_secret[P256_SECRET_LEN])
{
	g_autoptr(EVP_PKEY) peer_key = NULL;
	g_autoptr(EVP_PKEY_CTX) ctx = NULL;
	size_t len = P256_SECRET_LEN;
	int r;

	r = public_pkey(peer, &peer_key);
	if (r != 0)
		return r;
	ctx = EVP_PKEY_CTX_new(key, NULL);
	if (!ctx || EVP_PKEY_derive_init(ctx) != 1 ||
		EVP_PKEY_derive_set_peer(ctx, peer_key) != 1 ||
		EVP_PKEY_derive(ctx, ret_secret, &len) != 1 || len != P256_SECRET_LEN)
		return -EIO;
	return 0;
}

int p256_sign(EVP_PKEY *key, const void *data, size_t len, uint8_t ret_sig[P256_SIG_LEN])
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	g_autoptr(ECDSA_SIG) sig = NULL;
	uint8_t der[128];
	const uint8_t *p = der;
	size_t der_len = sizeof der;
	const int half = P256_SIG_LEN / 2;

	if (!ctx || EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
		EVP_DigestSign(ctx, der, &der_len, data, len) != 1)
		return -EIO;
	sig = d2i_ECDSA_SIG(NULL, &p, (long)der_len);
	if (!sig || BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret_sig, half) != half ||
		BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret_sig + half, half) != half)
		return -EIO;
	return 0;
}

/* r ‖ s as the DER that libcrypto reads. */
static int sig_to_der(const uint8_t sig[P256_SIG_LEN], uint8_t **ret_der)
{
	g_autoptr(ECDSA_SIG) parts = ECDSA_SIG_new();
	const int half = P256_SIG_LEN / 2;
	BIGNUM *r = BN_bin2bn(sig, half, NULL), *s = BN_bin2bn(sig + half, half, NULL);

	if (!parts || !r || !s || ECDSA_SIG_set0(parts, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return -EIO;
	}
	return i2d_ECDSA_SIG(parts, ret_der);
}

int p256_verify(const struct p256_public *key, const void *data, size_t len,
	const uint8_t sig[P256_SIG_LEN])
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	g_autoptr(EVP_PKEY) pkey = NULL;
	uint8_t *der = NULL;
	int r, der_len;

	r = public_pkey(key, &pkey);
	if (r != 0)
		return r;
	der_len = sig_to_der(sig, &der);
	if (der_len <= 0)
		return -EIO;
	if (!ctx || EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) != 1)
		r = -EIO;
	else if (EVP_DigestVerify(ctx, der, (size_t)der_len, data, len) != 1)
		r = P256_E_BAD_SIGNATURE;
	OPENSSL_free(der);
	ERR_clear_error();
	return r;
}
