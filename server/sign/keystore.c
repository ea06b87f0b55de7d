/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/keystore.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/core/fields.h"
#include "server/core/file.h"
#include "server/core/id.h"

struct keystore {
	uint8_t keys[N_KEYSTORE_KEYS][KEYSTORE_KEY_LEN];
};

static const char *const names[N_KEYSTORE_KEYS] = {
	[KEYSTORE_LOG] = "log.key",
	[KEYSTORE_FIELDS] = "fields.key",
	[KEYSTORE_SCORES] = "scores.key",
	[KEYSTORE_AVOID] = "avoid.key",
	[KEYSTORE_REELS] = "reels.key",
};

/* Stores that were made before it existed lack it and are whole all the same. */
#define FIRST_LATER_KEY KEYSTORE_REELS

static int read_key(int fd, uint8_t ret[static KEYSTORE_KEY_LEN])
{
	char text[2 * KEYSTORE_KEY_LEN + 2];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_mode & 077)
		return KEYSTORE_E_OPEN_TO_OTHERS;
	ssize_t n = read(fd, text, sizeof(text));
	if (n < 0)
		return -errno;
	if (n > 0 && text[n - 1] == '\n')
		n--;
	g_autoptr(GBytes) key = hex_decode(text, (size_t)n);
	OPENSSL_cleanse(text, sizeof(text));
	if (!key || g_bytes_get_size(key) != KEYSTORE_KEY_LEN)
		return KEYSTORE_E_DAMAGED;
	memcpy(ret, g_bytes_get_data(key, NULL), KEYSTORE_KEY_LEN);
	return 0;
}

static int create_key(int dir, const char *name)
{
	uint8_t key[KEYSTORE_KEY_LEN];
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	random_bytes(key, sizeof(key));
	g_autofree char *text = hex_encode(key, sizeof(key));
	int r = file_write_all(fd, text, strlen(text));
	if (!r && fsync(fd) < 0)
		r = -errno;
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(text, strlen(text));
	close(fd);
	return r;
}

static int create_all(int dir)
{
	int r = 0;

	for (unsigned i = 0; !r && i < N_KEYSTORE_KEYS; i++)
		r = create_key(dir, names[i]);
	if (!r && fsync(dir) < 0)
		r = -errno;
	return r;
}

static int create_later(int dir)
{
	int r = 0;

	for (unsigned i = FIRST_LATER_KEY; !r && i < N_KEYSTORE_KEYS; i++)
		if (faccessat(dir, names[i], F_OK, 0) < 0)
			r = create_key(dir, names[i]);
	return r;
}

static unsigned count_keys(int dir)
{
	unsigned n = 0;

	for (unsigned i = 0; i < N_KEYSTORE_KEYS; i++)
		n += faccessat(dir, names[i], F_OK, 0) == 0;
	return n;
}

static int load_all(int dir, struct keystore *k, const char **ret_which)
{
	unsigned present = count_keys(dir);
	int r = present ? create_later(dir) : create_all(dir);

	for (unsigned i = 0; !r && i < N_KEYSTORE_KEYS; i++) {
		*ret_which = names[i];
		int fd = openat(dir, names[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return errno == ENOENT ? KEYSTORE_E_INCOMPLETE : -errno;
		r = read_key(fd, k->keys[i]);
		close(fd);
	}
	return r;
}

int keystore_open(const char *dir, struct keystore **ret, const char **ret_which)
{
	struct keystore *k = g_new0(struct keystore, 1);
	int r = 0, fd = -1;

	*ret_which = dir;
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		r = -errno;
	if (!r) {
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = fd < 0 ? -errno : load_all(fd, k, ret_which);
	}
	if (fd >= 0)
		close(fd);
	if (r) {
		keystore_free(k);
		return r;
	}
	*ret = k;
	return 0;
}

struct keystore *keystore_free(struct keystore *k)
{
	if (k)
		OPENSSL_cleanse(k, sizeof(*k));
	g_free(k);
	return NULL;
}

const uint8_t *keystore_get(const struct keystore *k, enum keystore_key key)
{
	return k->keys[key];
}
