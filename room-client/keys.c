/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/ident.h"

/* A password prompt on a terminal nobody watches would hang us. */
static int no_password(char *buffer, int size, int writing, void *user)
{
	return -1;
}

static int seed_read(FILE *f, uint8_t ret_seed[ED25519_KEY_LEN])
{
	EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, no_password, NULL);
	size_t len = ED25519_KEY_LEN;
	bool fits = key && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
		    EVP_PKEY_get_raw_private_key(key, ret_seed, &len) == 1 &&
		    len == ED25519_KEY_LEN;

	EVP_PKEY_free(key);
	return fits ? 0 : KEYS_E_FORM;
}

int keys_load(const char *path, uint8_t ret_seed[ED25519_KEY_LEN])
{
	FILE *f = fopen(path, "re");
	int r;

	if (!f)
		return -errno;
	r = seed_read(f, ret_seed);
	fclose(f);
	return r;
}

static int key_write(FILE *f)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	bool written = key && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		       fflush(f) == 0 && fsync(fileno(f)) == 0;

	EVP_PKEY_free(key);
	return written ? 0 : -EIO;
}

int keys_load_or_make(const char *path, uint8_t ret_seed[ED25519_KEY_LEN])
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), r;
	FILE *f;

	if (fd < 0)
		return errno == EEXIST ? keys_load(path, ret_seed) : -errno;
	f = fdopen(fd, "w");
	if (!f) {
		r = -errno;
		close(fd);
		return r;
	}
	r = key_write(f);
	fclose(f);
	if (r != 0) {
		unlink(path);
		return r;
	}
	return keys_load(path, ret_seed);
}

int keys_seed(
	const struct keys_ring *ring, const char *account, uint8_t ret_seed[ED25519_KEY_LEN])
{
	g_autofree char *name = g_strdup_printf("expert-%s.pem", account);
	g_autofree char *path = NULL;

	if (ring->given)
		return keys_load(ring->given, ret_seed);
	if (!ident_is_valid(account, strlen(account)))
		return -EINVAL;
	path = g_build_filename(ring->dir, name, NULL);
	return keys_load_or_make(path, ret_seed);
}

int keys_sign(const struct keys_ring *ring, const char *account, const void *data, size_t len,
	struct keys_signature *ret)
{
	uint8_t seed[ED25519_KEY_LEN];
	int r = keys_seed(ring, account, seed);

	ret->given = ring->given != NULL;
	if (r == 0)
		r = ed25519_public(seed, ret->key);
	if (r == 0)
		r = ed25519_sign(seed, data, len, ret->sig);
	OPENSSL_cleanse(seed, sizeof(seed));
	return r;
}
