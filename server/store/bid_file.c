/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/bid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "proto/canon.h"
#include "proto/sealed_reader.h"
#include "server/core/file.h"

#define PIECE_LEN (1u << 20)

static char *dir_of(const char *data_dir)
{
	return g_build_filename(data_dir, "bids", NULL);
}

static char *path_of(const char *data_dir, const char *bid_id)
{
	g_autofree char *name = g_strdup_printf("%s.sealed", bid_id);

	return g_build_filename(data_dir, "bids", name, NULL);
}

static int open_at(const char *data_dir, const char *bid_id, int flags, int *ret_fd)
{
	g_autofree char *path = path_of(data_dir, bid_id);
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int make_dir(const char *data_dir)
{
	g_autofree char *dir = dir_of(data_dir);

	if (mkdir(dir, 0700) == 0)
		return file_sync_dir(data_dir);
	return errno == EEXIST ? 0 : -errno;
}

int bid_file_write(const char *data_dir, const char *bid_id, int64_t offset, GBytes *piece)
{
	g_autofree char *dir = dir_of(data_dir);
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(piece, &len);
	int fd, r = offset ? 0 : make_dir(data_dir);

	if (!r)
		r = open_at(data_dir, bid_id, O_WRONLY | (offset ? 0 : O_CREAT), &fd);
	if (r)
		return r;
	r = file_write_at(fd, bytes, len, (uint64_t)offset);
	if (!r && fdatasync(fd) < 0)
		r = -errno;
	close(fd);
	return !r && !offset ? file_sync_dir(dir) : r;
}

int bid_file_holds(
	const char *data_dir, const char *bid_id, int64_t offset, GBytes *piece, bool *ret_same)
{
	gsize len;
	const void *bytes = g_bytes_get_data(piece, &len);
	g_autofree uint8_t *there = g_malloc(len + 1);
	size_t n;
	int fd, r = open_at(data_dir, bid_id, O_RDONLY, &fd);

	if (r)
		return r;
	r = file_read_some(fd, there, len, (uint64_t)offset, &n);
	close(fd);
	if (!r)
		*ret_same = n == len && memcmp(there, bytes, len) == 0;
	return r;
}

/* Feeds the whole file. 0, a refusal, or negative errno. */
static int feed_file(int fd, struct sealed_reader *reader, uint8_t ret_digest[SEALED_DIGEST_LEN])
{
	g_autofree uint8_t *buf = g_malloc(PIECE_LEN);
	int64_t offset = 0;
	size_t n;
	int r;

	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	do {
		r = file_read_some(fd, buf, PIECE_LEN, (uint64_t)offset, &n);
		if (!r)
			r = sealed_reader_feed(reader, buf, n);
		offset += (int64_t)n;
	} while (!r && n == PIECE_LEN);
	return r ? r : sealed_reader_finish(reader, ret_digest);
}

static int read_header_bytes(int fd, size_t len, GBytes **ret)
{
	g_autofree uint8_t *bytes = g_malloc(len);
	size_t n;
	int r = file_read_some(fd, bytes, len, 0, &n);

	if (r)
		return r;
	if (n != len)
		return -EIO;
	*ret = g_bytes_new_take(g_steal_pointer(&bytes), len);
	return 0;
}

void bid_inspection_clear(struct bid_inspection *i)
{
	g_clear_pointer(&i->header_bytes, g_bytes_unref);
}

int bid_file_inspect(const char *data_dir, const char *bid_id, struct bid_inspection *ret)
{
	static const struct sealed_reader_events none;
	struct bid_inspection found = {0};
	int fd, r = open_at(data_dir, bid_id, O_RDONLY, &fd);

	if (r)
		return r;
	struct sealed_reader *reader = sealed_reader_new(&none, NULL);
	r = feed_file(fd, reader, found.receipt_digest);
	if (!r) {
		found.header = *sealed_reader_header(reader);
		r = read_header_bytes(fd, found.header.len, &found.header_bytes);
	}
	sealed_reader_free(reader);
	close(fd);
	if (!r)
		*ret = found;
	return r;
}

static int keep_manifest(void *ctx, const struct sealed_manifest *manifest)
{
	g_autoptr(GString) text = NULL;
	char **keep = ctx;
	int r = canon_dump(manifest->json, &text);

	if (r)
		return r < 0 ? r : -EBADMSG;
	*keep = g_string_free(g_steal_pointer(&text), FALSE);
	return 0;
}

int bid_file_open(const char *data_dir, const char *bid_id, const uint8_t key[SEALED_KEY_LEN],
	char **ret_manifest)
{
	static const struct sealed_reader_events events = {.manifest = keep_manifest};
	g_autofree char *manifest = NULL;
	uint8_t digest[SEALED_DIGEST_LEN];
	int fd, r = open_at(data_dir, bid_id, O_RDONLY, &fd);

	if (r)
		return r;
	struct sealed_reader *reader = sealed_reader_new(&events, &manifest);
	sealed_reader_set_key(reader, key);
	r = feed_file(fd, reader, digest);
	sealed_reader_free(reader);
	close(fd);
	if (!r)
		*ret_manifest = g_steal_pointer(&manifest);
	return r;
}

int bid_document_open(const char *data_dir, const char *bid_id, struct bid_document *ret)
{
	g_autofree uint8_t *head = g_malloc(SEALED_HEADER_MAX);
	struct bid_document d = {.fd = -1};
	size_t n;
	int r = open_at(data_dir, bid_id, O_RDONLY, &d.fd);

	if (!r)
		r = file_read_some(d.fd, head, SEALED_HEADER_MAX, 0, &n);
	if (!r)
		r = sealed_header_parse(head, n, &d.header);
	if (r && d.fd >= 0)
		close(d.fd);
	if (!r)
		*ret = d;
	return r;
}

static int read_chunk(const struct bid_document *d, uint32_t chunk, GBytes **ret_plain)
{
	uint64_t place;
	size_t len, n;

	sealed_chunk_place(&d->header, chunk, &place, &len);
	g_autofree uint8_t *buf = g_malloc(len);
	int r = file_read_some(d->fd, buf, len, place, &n);
	if (!r && n != len)
		r = -EIO;
	if (!r)
		r = sealed_chunk_open(&d->header, d->key, chunk, buf, len, buf);
	if (!r)
		*ret_plain = g_bytes_new_take(g_steal_pointer(&buf), len - SEALED_TAG_LEN);
	return r;
}

int bid_document_head(const struct bid_document *d, GBytes **ret_header, GBytes **ret_manifest)
{
	g_autoptr(GBytes) header = NULL;
	int r = read_header_bytes(d->fd, d->header.len, &header);

	if (!r)
		r = read_chunk(d, 0, ret_manifest);
	if (!r)
		*ret_header = g_steal_pointer(&header);
	return r;
}

void bid_document_close(struct bid_document *d)
{
	close(d->fd);
	OPENSSL_cleanse(d->key, sizeof(d->key));
}

int bid_document_read(const struct bid_document *d, uint64_t at, uint64_t left, GBytes **ret)
{
	uint64_t byte = d->offset + at;
	size_t skip = byte % d->header.chunk_size;
	g_autoptr(GBytes) plain = NULL;
	int r = read_chunk(d, (uint32_t)(1 + byte / d->header.chunk_size), &plain);

	if (!r)
		*ret = g_bytes_new_from_bytes(
			plain, skip, MIN(g_bytes_get_size(plain) - skip, left));
	return r;
}

int bid_file_remove(const char *data_dir, const char *bid_id)
{
	g_autofree char *path = path_of(data_dir, bid_id);

	return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
}
