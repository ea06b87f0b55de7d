/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ed25519.h"

#include <errno.h>

#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

int ed25519_public(const uint8_t seed[ED25519_KEY_LEN], uint8_t ret_public[ED25519_KEY_LEN])
{
	g_autoptr(EVP_PKEY) key =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_KEY_LEN);
	size_t len = ED25519_KEY_LEN;

	if (!key || EVP_PKEY_get_raw_public_key(key, ret_public, &len) != 1)
		return -EIO;
	return 0;
}

int ed25519_sign(const uint8_t seed[ED25519_KEY_LEN], const void *data, size_t len,
	uint8_t ret_sig[ED25519_SIG_LEN])
{
	g_autoptr(EVP_PKEY) key =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_KEY_LEN);
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	size_t sig_len = ED25519_SIG_LEN;

	if (!key || !ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) != 1 ||
		EVP_DigestSign(ctx, ret_sig, &sig_len, data, len) != 1)
		return -EIO;
	return 0;
}

int ed25519_verify(const uint8_t public_key[ED25519_KEY_LEN], const void *data, size_t len,
	const uint8_t sig[ED25519_SIG_LEN])
{
	g_autoptr(EVP_PKEY) key =
		EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, ED25519_KEY_LEN);
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();

	if (!key || !ctx || EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) != 1)
		return -EIO;
	if (EVP_DigestVerify(ctx, sig, ED25519_SIG_LEN, data, len) != 1) {
		ERR_clear_error(); /* a refusal, not a fault for the next caller to find */
		return ED25519_E_BAD_SIGNATURE;
	}
	return 0;
}
