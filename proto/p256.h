/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Keys on the curve P-256 (FIPS 186-4) for bidders and key holders: agreement (ECDH) and
 * signatures (ECDSA over SHA-256), in the byte forms WebCrypto uses. A public key is its
 * uncompressed point; it travels as SPKI DER. A private key is an EVP_PKEY, so that it may sit in a
 * token; as a file it is PKCS#8 PEM.
 */

#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <openssl/types.h>

#define P256_POINT_LEN 65
#define P256_SPKI_LEN 91
#define P256_SECRET_LEN 32
#define P256_SIG_LEN 64 /* r ‖ s */
#define P256_KID_SIZE 33
#define P256_PEM_MAX 8192

enum p256_refusal {
	P256_E_KEY = 1, /* no P-256 key, or no point of the curve */
	P256_E_BAD_SIGNATURE,
};

struct p256_public {
	uint8_t point[P256_POINT_LEN];
};

/* Faults of libcrypto are -EIO. Keys are freed with EVP_PKEY_free(). */
int p256_generate(EVP_PKEY **ret_key);
int p256_public_of(const EVP_PKEY *key, struct p256_public *ret_public);

/* P256_E_KEY also for a key of another kind, for one under a passphrase, and for one whose secret
 * does not belong to its point: what is wrapped for that point would never open again. */
int p256_private_from_pem(const char *pem, size_t len, EVP_PKEY **ret_key);
/* The text holds the secret: the caller wipes it. */
int p256_private_to_pem(const EVP_PKEY *key, GString **ret_pem);

void p256_spki_encode(const struct p256_public *key, uint8_t ret_spki[P256_SPKI_LEN]);
int p256_spki_decode(const uint8_t *spki, size_t len, struct p256_public *ret_key);
/* The same in base64, as it stands in JSON. */
char *p256_spki_text(const struct p256_public *key);
int p256_spki_from_text(const char *text, struct p256_public *ret_key);

/* Whether the point lies on the curve; p256_spki_decode() has checked it. */
int p256_point_check(const struct p256_public *key);

/* Name of a key: the first 16 bytes of SHA-256(SPKI) in hex. Returns buf. */
const char *p256_kid(const struct p256_public *key, char buf[P256_KID_SIZE]);

/* The x coordinate of the common point; the caller wipes it. */
int p256_agree(EVP_PKEY *key, const struct p256_public *peer, uint8_t ret_secret[P256_SECRET_LEN]);

int p256_sign(EVP_PKEY *key, const void *data, size_t len, uint8_t ret_sig[P256_SIG_LEN]);
int p256_verify(const struct p256_public *key, const void *data, size_t len,
	const uint8_t sig[P256_SIG_LEN]);
