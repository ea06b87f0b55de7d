/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_walk.h"

#include "proto/crypto_auto.h"

#include <errno.h>
#include <string.h>

struct sealed_walk {
	const struct sealed_file *files;
	size_t n_files;
	size_t file;   /* the one that the next byte belongs to */
	uint64_t done; /* bytes of it */
	EVP_MD_CTX *md;
};

/* Checks the digest of every document that is complete, empty ones included. */
static int end_documents(struct sealed_walk *w)
{
	uint8_t digest[SEALED_DIGEST_LEN];

	while (w->file < w->n_files && w->done == w->files[w->file].size) {
		if (EVP_DigestFinal_ex(w->md, digest, NULL) != 1 ||
			EVP_DigestInit_ex(w->md, EVP_sha256(), NULL) != 1)
			return -EIO;
		if (memcmp(digest, w->files[w->file].sha256, sizeof digest) != 0)
			return SEALED_E_FILE;
		w->file++;
		w->done = 0;
	}
	return 0;
}

struct sealed_walk *sealed_walk_new(const struct sealed_file *files, size_t n_files)
{
	struct sealed_walk *w = g_new0(struct sealed_walk, 1);

	w->files = files;
	w->n_files = n_files;
	w->md = EVP_MD_CTX_new();
	if (!w->md || EVP_DigestInit_ex(w->md, EVP_sha256(), NULL) != 1)
		g_error("libcrypto has no SHA-256");
	return w;
}

struct sealed_walk *sealed_walk_free(struct sealed_walk *w)
{
	if (w) {
		EVP_MD_CTX_free(w->md);
		g_free(w);
	}
	return NULL;
}

int sealed_walk_feed(struct sealed_walk *w, const uint8_t *bytes, size_t len,
	sealed_bytes_func on_bytes, void *ctx)
{
	int r = end_documents(w);

	while (r == 0 && len > 0) {
		size_t n;

		if (w->file == w->n_files)
			return SEALED_E_TRAILING;
		n = (size_t)MIN(w->files[w->file].size - w->done, len);
		if (EVP_DigestUpdate(w->md, bytes, n) != 1)
			return -EIO;
		r = on_bytes ? on_bytes(ctx, w->file, bytes, n) : 0;
		if (r != 0)
			return r;
		w->done += n;
		bytes += n;
		len -= n;
		r = end_documents(w);
	}
	return r;
}

int sealed_walk_finish(const struct sealed_walk *w)
{
	return w->file == w->n_files ? 0 : SEALED_E_TRUNCATED;
}

size_t sealed_walk_file(const struct sealed_walk *w)
{
	return w->file;
}
