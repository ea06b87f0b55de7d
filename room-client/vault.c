/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>
#include <unistd.h>

#include "proto/gcm.h"

#define BLOCK (64 * 1024)
#define SEALED (BLOCK + GCM_TAG_LEN)

struct vault {
	gatomicrefcount refs;
	char *dir;
	uint8_t key[GCM_KEY_LEN];
	gint n_files; /* numbers of files, in nonces; atomic */
};

struct vault_file {
	gatomicrefcount refs;
	struct vault *vault;
	int fd;
	uint32_t no;
	int64_t size;
	GMutex lock;    /* of the block below */
	int64_t at;     /* number of the block that lies open in memory; -1 none */
	size_t n_block; /* its bytes */
	uint8_t block[BLOCK];
};

int vault_new(const char *dir, struct vault **ret_vault)
{
	struct vault *v = g_new0(struct vault, 1);

	g_atomic_ref_count_init(&v->refs);
	v->dir = g_strdup(dir);
	if (RAND_priv_bytes(v->key, sizeof(v->key)) != 1) {
		vault_unref(v);
		return -EIO;
	}
	*ret_vault = v;
	return 0;
}

struct vault *vault_unref(struct vault *v)
{
	if (!v || !g_atomic_ref_count_dec(&v->refs))
		return NULL;
	OPENSSL_cleanse(v->key, sizeof(v->key));
	g_free(v->dir);
	g_free(v);
	return NULL;
}

int vault_file_new(struct vault *v, struct vault_file **ret_file)
{
	g_autofree char *path = g_build_filename(v->dir, "document-XXXXXX", NULL);
	int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
	struct vault_file *f;

	if (fd < 0)
		return -errno;
	g_unlink(path);
	f = g_new0(struct vault_file, 1);
	g_atomic_ref_count_init(&f->refs);
	g_atomic_ref_count_inc(&v->refs);
	f->vault = v;
	f->fd = fd;
	f->no = (uint32_t)g_atomic_int_add(&v->n_files, 1);
	f->at = -1;
	g_mutex_init(&f->lock);
	*ret_file = f;
	return 0;
}

struct vault_file *vault_file_ref(struct vault_file *f)
{
	g_atomic_ref_count_inc(&f->refs);
	return f;
}

struct vault_file *vault_file_unref(struct vault_file *f)
{
	if (!f || !g_atomic_ref_count_dec(&f->refs))
		return NULL;
	close(f->fd);
	OPENSSL_cleanse(f->block, sizeof(f->block));
	g_mutex_clear(&f->lock);
	vault_unref(f->vault);
	g_free(f);
	return NULL;
}

/* No block is sealed twice: files are only appended to, and a block is sealed when it is full. */
static void nonce_make(const struct vault_file *f, int64_t block, uint8_t nonce[GCM_NONCE_LEN])
{
	uint32_t no = GUINT32_TO_BE(f->no);
	uint64_t at = GUINT64_TO_BE((uint64_t)block);

	memcpy(nonce, &no, sizeof(no));
	memcpy(nonce + sizeof(no), &at, sizeof(at));
}

static int write_all(int fd, const uint8_t *bytes, size_t len, int64_t at)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, bytes, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int read_all(int fd, uint8_t *bytes, size_t len, int64_t at)
{
	while (len > 0) {
		ssize_t n = pread(fd, bytes, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		bytes += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int block_seal(struct vault_file *f, int64_t block)
{
	g_autofree uint8_t *sealed = g_malloc(SEALED);
	uint8_t nonce[GCM_NONCE_LEN];
	int r;

	nonce_make(f, block, nonce);
	r = gcm_seal(f->vault->key, nonce, NULL, 0, f->block, f->n_block, sealed);
	return r ? r : write_all(f->fd, sealed, f->n_block + GCM_TAG_LEN, block * SEALED);
}

int vault_append(struct vault_file *f, const void *bytes, size_t len)
{
	int r = 0;

	while (!r && len > 0) {
		size_t n = MIN(len, BLOCK - f->n_block);

		memcpy(f->block + f->n_block, bytes, n);
		bytes = (const uint8_t *)bytes + n;
		len -= n;
		f->n_block += n;
		f->size += (int64_t)n;
		if (f->n_block < BLOCK)
			break;
		r = block_seal(f, f->size / BLOCK - 1);
		f->n_block = 0;
	}
	return r;
}

int vault_finish(struct vault_file *f)
{
	int r = f->n_block ? block_seal(f, f->size / BLOCK) : 0;

	OPENSSL_cleanse(f->block, sizeof(f->block));
	f->at = -1;
	return r;
}

int64_t vault_file_size(const struct vault_file *f)
{
	return f->size;
}

static int block_open(struct vault_file *f, int64_t block)
{
	g_autofree uint8_t *sealed = g_malloc(SEALED);
	size_t n = (size_t)MIN(BLOCK, f->size - block * BLOCK);
	uint8_t nonce[GCM_NONCE_LEN];
	int r;

	if (f->at == block)
		return 0;
	f->at = -1;
	nonce_make(f, block, nonce);
	r = read_all(f->fd, sealed, n + GCM_TAG_LEN, block * SEALED);
	if (!r)
		r = gcm_open(f->vault->key, nonce, NULL, 0, sealed, n + GCM_TAG_LEN, f->block);
	if (r)
		return r < 0 ? r : -EBADMSG;
	f->at = block;
	f->n_block = n;
	return 0;
}

int vault_read(struct vault_file *f, int64_t at, void *bytes, size_t len, size_t *ret_n)
{
	uint8_t *to = bytes;
	int r = 0;

	*ret_n = 0;
	g_mutex_lock(&f->lock);
	while (!r && len > 0 && at < f->size) {
		size_t from = (size_t)(at % BLOCK), n;

		r = block_open(f, at / BLOCK);
		if (r)
			break;
		n = MIN(len, f->n_block - from);
		memcpy(to + *ret_n, f->block + from, n);
		*ret_n += n;
		at += (int64_t)n;
		len -= n;
	}
	g_mutex_unlock(&f->lock);
	return r;
}

/* ---- as a stream ---- */

#define VAULT_TYPE_STREAM (vault_stream_get_type())
G_DECLARE_FINAL_TYPE(VaultStream, vault_stream, VAULT, STREAM, GInputStream)

struct _VaultStream {
	GInputStream parent;
	struct vault_file *file;
	int64_t at;
};

static void stream_seekable(GSeekableIface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE(VaultStream, vault_stream, G_TYPE_INPUT_STREAM,
	G_IMPLEMENT_INTERFACE(G_TYPE_SEEKABLE, stream_seekable))

static gssize stream_read(
	GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
	VaultStream *s = VAULT_STREAM(stream);
	size_t n;
	int r = vault_read(s->file, s->at, buffer, count, &n);

	if (r < 0) {
		g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(-r), g_strerror(-r));
		return -1;
	}
	s->at += (int64_t)n;
	return (gssize)n;
}

static goffset stream_tell(GSeekable *seekable)
{
	return VAULT_STREAM(seekable)->at;
}

static gboolean stream_can_seek(GSeekable *seekable)
{
	return TRUE;
}

static gboolean stream_seek(GSeekable *seekable, goffset offset, GSeekType type,
	GCancellable *cancellable, GError **error)
{
	VaultStream *s = VAULT_STREAM(seekable);
	int64_t size = vault_file_size(s->file);
	int64_t from = type == G_SEEK_SET ? 0 : type == G_SEEK_CUR ? s->at : size;

	if (offset < -from || offset > size - from) {
		g_set_error_literal(
			error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "beyond the document");
		return FALSE;
	}
	s->at = from + offset;
	return TRUE;
}

static gboolean stream_can_truncate(GSeekable *seekable)
{
	return FALSE;
}

static gboolean stream_truncate(
	GSeekable *seekable, goffset offset, GCancellable *cancellable, GError **error)
{
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "read only");
	return FALSE;
}

static void stream_seekable(GSeekableIface *iface)
{
	iface->tell = stream_tell;
	iface->can_seek = stream_can_seek;
	iface->seek = stream_seek;
	iface->can_truncate = stream_can_truncate;
	iface->truncate_fn = stream_truncate;
}

static void vault_stream_finalize(GObject *object)
{
	vault_file_unref(VAULT_STREAM(object)->file);
	G_OBJECT_CLASS(vault_stream_parent_class)->finalize(object);
}

static void vault_stream_class_init(VaultStreamClass *class)
{
	G_OBJECT_CLASS(class)->finalize = vault_stream_finalize;
	G_INPUT_STREAM_CLASS(class)->read_fn = stream_read;
}

static void vault_stream_init(VaultStream *s)
{
}

GInputStream *vault_stream_new(struct vault_file *f)
{
	VaultStream *s = g_object_new(VAULT_TYPE_STREAM, NULL);

	s->file = vault_file_ref(f);
	return G_INPUT_STREAM(s);
}
