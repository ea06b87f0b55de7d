/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/bid_key.h"

#include <openssl/crypto.h>

#include "server/core/id.h"
#include "server/sign/field_cipher.h"

#define PROJECT_PURPOSE "project.key"
#define CONTENT_PURPOSE "bid.content_key"

int bid_key_new_project(const struct field_cipher *house, const char *project_id, GBytes **ret)
{
	uint8_t key[KEYSTORE_KEY_LEN];

	random_bytes(key, sizeof(key));
	int r = field_cipher_seal(house, PROJECT_PURPOSE, project_id, key, sizeof(key), ret);
	OPENSSL_cleanse(key, sizeof(key));
	return r;
}

static int project_cipher(const struct field_cipher *house, const char *project_id,
	GBytes *project_key, struct field_cipher **ret)
{
	g_autoptr(GBytes) key = NULL;
	int r = field_cipher_open(house, PROJECT_PURPOSE, project_id, project_key, &key);

	if (r)
		return r;
	if (g_bytes_get_size(key) != KEYSTORE_KEY_LEN)
		return FIELD_CIPHER_E_DAMAGED;
	*ret = field_cipher_new(g_bytes_get_data(key, NULL));
	return 0;
}

int bid_key_wrap(const struct field_cipher *house, const char *project_id, GBytes *project_key,
	const char *bid_id, const void *key, size_t len, GBytes **ret)
{
	struct field_cipher *cipher = NULL;

	if (!project_key)
		return field_cipher_seal(house, CONTENT_PURPOSE, bid_id, key, len, ret);
	int r = project_cipher(house, project_id, project_key, &cipher);
	if (!r)
		r = field_cipher_seal(cipher, CONTENT_PURPOSE, bid_id, key, len, ret);
	field_cipher_free(cipher);
	return r;
}

int bid_key_unwrap(const struct field_cipher *house, const char *project_id, GBytes *project_key,
	const char *bid_id, GBytes *wrapped, GBytes **ret)
{
	struct field_cipher *cipher = NULL;
	int r = FIELD_CIPHER_E_DAMAGED;

	if (project_key)
		r = project_cipher(house, project_id, project_key, &cipher);
	if (!r)
		r = field_cipher_open(cipher, CONTENT_PURPOSE, bid_id, wrapped, ret);
	field_cipher_free(cipher);
	return r == FIELD_CIPHER_E_DAMAGED
		       ? field_cipher_open(house, CONTENT_PURPOSE, bid_id, wrapped, ret)
		       : r;
}
