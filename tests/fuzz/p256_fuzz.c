/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/p256.h"

#include <string.h>

#include <openssl/evp.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_private(const uint8_t *data, size_t len)
{
	EVP_PKEY *key = NULL;
	struct p256_public public;
	uint8_t sig[P256_SIG_LEN];

	if (p256_private_from_pem((const char *)data, len, &key) != 0)
		return;
	/* A key that is taken can be used. */
	g_assert(p256_public_of(key, &public) == 0 && p256_point_check(&public) == 0);
	g_assert(p256_sign(key, "x", 1, sig) == 0);
	g_assert(p256_verify(&public, "x", 1, sig) == 0);
	EVP_PKEY_free(key);
}

/* A public key as DER or as base64, or a private one as PEM. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autofree char *text = g_strndup((const char *)data, len);
	g_autofree char *back = NULL;
	struct p256_public key;
	uint8_t spki[P256_SPKI_LEN];

	if (p256_spki_decode(data, len, &key) == 0) {
		p256_spki_encode(&key, spki);
		g_assert(len == sizeof(spki) && memcmp(spki, data, len) == 0);
	}
	if (p256_spki_from_text(text, &key) == 0) {
		back = p256_spki_text(&key);
		g_assert(strcmp(back, text) == 0);
	}
	try_private(data, len);
	return 0;
}
