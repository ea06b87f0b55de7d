/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/reel_key.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "server/core/id.h"

#define FILE_NAME "seal.key"
#define PURPOSE "reels"

int reel_key_read(const struct field_cipher *reels, const char *folder, const char *session_id,
	uint8_t ret_key[KEYSTORE_KEY_LEN])
{
	g_autofree char *path = g_build_filename(folder, FILE_NAME, NULL);
	g_autoptr(GError) error = NULL;
	char *content;
	gsize len;

	if (!g_file_get_contents(path, &content, &len, &error))
		return g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? -ENOENT : -EIO;
	g_autoptr(GBytes) wrapped = g_bytes_new_take(content, len);
	g_autoptr(GBytes) key = NULL;
	int r = field_cipher_open(reels, PURPOSE, session_id, wrapped, &key);
	if (r || g_bytes_get_size(key) != KEYSTORE_KEY_LEN)
		return r < 0 ? r : -EBADMSG;
	memcpy(ret_key, g_bytes_get_data(key, NULL), KEYSTORE_KEY_LEN);
	return 0;
}

static int make(const struct field_cipher *reels, const char *folder, const char *session_id,
	uint8_t ret_key[KEYSTORE_KEY_LEN])
{
	g_autofree char *path = g_build_filename(folder, FILE_NAME, NULL);
	g_autoptr(GBytes) wrapped = NULL;
	gsize len;

	random_bytes(ret_key, KEYSTORE_KEY_LEN);
	int r = field_cipher_seal(reels, PURPOSE, session_id, ret_key, KEYSTORE_KEY_LEN, &wrapped);
	if (r)
		return r;
	const char *bytes = g_bytes_get_data(wrapped, &len);
	return g_file_set_contents_full(path, bytes, (gssize)len,
		       G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, NULL)
		       ? 0
		       : -EIO;
}

int reel_key_ensure(const struct field_cipher *reels, const char *folder, const char *session_id,
	uint8_t ret_key[KEYSTORE_KEY_LEN])
{
	int r = reel_key_read(reels, folder, session_id, ret_key);

	if (r == -ENOENT)
		r = make(reels, folder, session_id, ret_key);
	if (r)
		OPENSSL_cleanse(ret_key, KEYSTORE_KEY_LEN);
	return r;
}
