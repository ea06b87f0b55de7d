/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/gcm.h"

#include "proto/crypto_auto.h"

#include <errno.h>

#include <openssl/crypto.h>

int gcm_seal(const uint8_t key[GCM_KEY_LEN], const uint8_t nonce[GCM_NONCE_LEN], const void *aad,
	size_t aad_len, const void *plain, size_t len, uint8_t *ret_sealed)
{
	g_autoptr(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	int n;

	g_assert(len <= GCM_MESSAGE_MAX && aad_len <= GCM_MESSAGE_MAX);
	if (!ctx || EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
		(aad_len > 0 && EVP_EncryptUpdate(ctx, NULL, &n, aad, (int)aad_len) != 1) ||
		EVP_EncryptUpdate(ctx, ret_sealed, &n, plain, (int)len) != 1 ||
		EVP_EncryptFinal_ex(ctx, ret_sealed + len, &n) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_LEN, ret_sealed + len) != 1)
		return -EIO;
	return 0;
}

int gcm_open(const uint8_t key[GCM_KEY_LEN], const uint8_t nonce[GCM_NONCE_LEN], const void *aad,
	size_t aad_len, const void *sealed, size_t len, uint8_t *ret_plain)
{
	g_autoptr(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	size_t plain_len = len - GCM_TAG_LEN;
	uint8_t tag[GCM_TAG_LEN];
	int n;

	if (len < GCM_TAG_LEN)
		return GCM_E_TAG;
	g_assert(len <= GCM_MESSAGE_MAX && aad_len <= GCM_MESSAGE_MAX);
	for (size_t i = 0; i < GCM_TAG_LEN; i++)
		tag[i] = ((const uint8_t *)sealed)[plain_len + i];
	if (!ctx || EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
		(aad_len > 0 && EVP_DecryptUpdate(ctx, NULL, &n, aad, (int)aad_len) != 1) ||
		EVP_DecryptUpdate(ctx, ret_plain, &n, sealed, (int)plain_len) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_LEN, tag) != 1)
		return -EIO;
	if (EVP_DecryptFinal_ex(ctx, ret_plain + plain_len, &n) != 1) {
		OPENSSL_cleanse(ret_plain, plain_len);
		return GCM_E_TAG;
	}
	return 0;
}
