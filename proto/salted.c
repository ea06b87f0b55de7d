/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/salted.h"

#include <glib.h>
#include <openssl/evp.h>

void salted_digest(
	const uint8_t salt[SALTED_SALT_LEN], const char *text, size_t len, uint8_t ret[32])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) ||
		!EVP_DigestUpdate(ctx, salt, SALTED_SALT_LEN) ||
		!EVP_DigestUpdate(ctx, text, len) || !EVP_DigestFinal_ex(ctx, ret, NULL))
		g_error("SHA-256 is not available");
	EVP_MD_CTX_free(ctx);
}
