/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/auth/token.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

#include "server/core/id.h"

void token_new(char ret_token[static TOKEN_SIZE])
{
	uint8_t secret[32];

	random_bytes(secret, sizeof(secret));
	g_autofree char *text = g_base64_encode(secret, sizeof(secret));
	for (unsigned i = 0; i < TOKEN_SIZE - 1; i++)
		ret_token[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	ret_token[TOKEN_SIZE - 1] = '\0';
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(text, strlen(text));
}

void token_hash(const char *token, uint8_t ret_hash[static 32])
{
	SHA256((const unsigned char *)token, strlen(token), ret_hash);
}

bool token_equal(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}
