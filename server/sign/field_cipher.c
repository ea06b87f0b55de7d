/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/field_cipher.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "server/core/id.h"

#define FORM 0x01
#define NONCE_LEN 12
#define TAG_LEN 16

struct field_cipher {
	uint8_t key[KEYSTORE_KEY_LEN];
};

struct field_cipher *field_cipher_new(const uint8_t key[static KEYSTORE_KEY_LEN])
{
	struct field_cipher *c = g_new0(struct field_cipher, 1);

	memcpy(c->key, key, sizeof(c->key));
	return c;
}

struct field_cipher *field_cipher_free(struct field_cipher *c)
{
	if (c)
		OPENSSL_cleanse(c, sizeof(*c));
	g_free(c);
	return NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

/* Starts a context and feeds "purpose NUL row_id" as associated data. */
static EVP_CIPHER_CTX *begin(const struct field_cipher *c, int encrypt, const uint8_t *nonce,
	const char *purpose, const char *row_id)
{
	g_autoptr(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	int n;

	if (!ctx || EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, c->key, nonce, encrypt) != 1 ||
		EVP_CipherUpdate(
			ctx, NULL, &n, (const uint8_t *)purpose, (int)strlen(purpose) + 1) != 1 ||
		EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)row_id, (int)strlen(row_id)) != 1)
		return NULL;
	return g_steal_pointer(&ctx);
}

int field_cipher_seal(const struct field_cipher *c, const char *purpose, const char *row_id,
	const void *plain, size_t len, GBytes **ret)
{
	g_autofree uint8_t *out = g_malloc(len + FIELD_CIPHER_OVERHEAD);
	uint8_t *nonce = out + 1, *body = nonce + NONCE_LEN;
	int n = 0, last = 0;

	g_assert(len <= INT_MAX - FIELD_CIPHER_OVERHEAD);
	out[0] = FORM;
	random_bytes(nonce, NONCE_LEN);
	g_autoptr(EVP_CIPHER_CTX) ctx = begin(c, 1, nonce, purpose, row_id);
	if (!ctx || EVP_CipherUpdate(ctx, body, &n, plain, (int)len) != 1 ||
		EVP_CipherFinal_ex(ctx, body + n, &last) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_LEN, body + len) != 1)
		return -EIO;
	*ret = g_bytes_new_take(g_steal_pointer(&out), len + FIELD_CIPHER_OVERHEAD);
	return 0;
}

int field_cipher_open(const struct field_cipher *c, const char *purpose, const char *row_id,
	GBytes *wrapped, GBytes **ret_plain)
{
	size_t size;
	const uint8_t *in = g_bytes_get_data(wrapped, &size);

	if (size < FIELD_CIPHER_OVERHEAD || in[0] != FORM)
		return FIELD_CIPHER_E_DAMAGED;
	size_t len = size - FIELD_CIPHER_OVERHEAD;
	const uint8_t *body = in + 1 + NONCE_LEN;
	g_autofree uint8_t *plain = g_malloc(len + 1);
	int n = 0, last = 0;
	g_autoptr(EVP_CIPHER_CTX) ctx = begin(c, 0, in + 1, purpose, row_id);
	if (!ctx || EVP_CipherUpdate(ctx, plain, &n, body, (int)len) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_LEN, (void *)(body + len)) != 1)
		return -EIO;
	if (EVP_CipherFinal_ex(ctx, plain + n, &last) != 1) {
		OPENSSL_cleanse(plain, len);
		return FIELD_CIPHER_E_DAMAGED;
	}
	*ret_plain = g_bytes_new_take(g_steal_pointer(&plain), len);
	return 0;
}
