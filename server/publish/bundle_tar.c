/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle_tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/publish/bundle_parts.h"

#define BLOCK 512
#define END_LEN (2 * BLOCK)
#define PIECE ((uint64_t)1 << 20)

/* A run of the archive: bytes in memory (headers, padding, the end) or the content of a file. */
struct segment {
	uint64_t at, len;
	GBytes *bytes; /* NULL: of the file */
	char *path;
};

struct bundle_tar {
	GArray *segments; /* in order, without a hole */
	uint64_t size;
};

static void segment_clear(void *data)
{
	struct segment *s = data;

	g_clear_pointer(&s->bytes, g_bytes_unref);
	g_free(s->path);
}

static void add(struct bundle_tar *tar, uint64_t len, GBytes *bytes, const char *path)
{
	struct segment s = {tar->size, len, bytes, g_strdup(path)};

	g_array_append_val(tar->segments, s);
	tar->size += len;
}

static void add_zeros(struct bundle_tar *tar, size_t len)
{
	if (len)
		add(tar, len, g_bytes_new_take(g_malloc0(len), len), NULL);
}

/* Takes a header; what libarchive would write behind it instead of the content it refuses. */
struct header {
	GByteArray *bytes;
	bool whole;
};

static la_ssize_t collect(struct archive *a, void *ctx, const void *bytes, size_t len)
{
	struct header *h = ctx;

	if (h->whole)
		return -1;
	g_byte_array_append(h->bytes, bytes, (guint)len);
	return (la_ssize_t)len;
}

/* libarchive writes the header at once when it may not gather blocks. */
static int header_of(const char *name, const struct stat *st, GBytes **ret)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct header header = {.bytes = bytes};
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	int r;

	archive_write_set_format_gnutar(a);
	archive_write_set_bytes_per_block(a, 0);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, st->st_size);
	archive_entry_set_mtime(entry, st->st_mtim.tv_sec, 0);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	r = archive_write_open(a, &header, NULL, collect, NULL);
	if (r == ARCHIVE_OK)
		r = archive_write_header(a, entry);
	archive_entry_free(entry);
	bool good = r == ARCHIVE_OK && bytes->len && bytes->len % BLOCK == 0;
	if (good)
		*ret = g_bytes_new(bytes->data, bytes->len);
	header.whole = true;
	archive_write_free(a);
	return good ? 0 : -EIO;
}

static int add_file(struct bundle_tar *tar, const char *dir, const char *prefix, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autofree char *shown = g_strconcat(prefix, name, NULL);
	GBytes *header = NULL;
	struct stat st;

	if (lstat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EIO;
	int r = header_of(shown, &st, &header);
	if (r)
		return r;
	add(tar, g_bytes_get_size(header), header, NULL);
	if (st.st_size)
		add(tar, (uint64_t)st.st_size, NULL, path);
	add_zeros(tar, (size_t)((BLOCK - st.st_size % BLOCK) % BLOCK));
	return 0;
}

int bundle_tar_open(const char *dir, const char *prefix, struct bundle_tar **ret)
{
	struct bundle_tar *tar = g_new0(struct bundle_tar, 1);
	g_autoptr(GPtrArray) names = NULL;
	int r = bundle_list(dir, &names);

	tar->segments = g_array_new(FALSE, FALSE, sizeof(struct segment));
	g_array_set_clear_func(tar->segments, segment_clear);
	for (guint i = 0; !r && i < names->len; i++)
		r = add_file(tar, dir, prefix, g_ptr_array_index(names, i));
	add_zeros(tar, END_LEN);
	if (r)
		bundle_tar_free(tar);
	else
		*ret = tar;
	return r;
}

void bundle_tar_free(struct bundle_tar *tar)
{
	if (!tar)
		return;
	g_array_unref(tar->segments);
	g_free(tar);
}

uint64_t bundle_tar_size(const struct bundle_tar *tar)
{
	return tar->size;
}

static const struct segment *segment_at(const struct bundle_tar *tar, uint64_t at)
{
	guint low = 0, high = tar->segments->len;

	while (high - low > 1) {
		guint middle = (low + high) / 2;
		if (g_array_index(tar->segments, struct segment, middle).at <= at)
			low = middle;
		else
			high = middle;
	}
	return &g_array_index(tar->segments, struct segment, low);
}

static int read_file(const struct segment *s, uint64_t skip, uint64_t len, GBytes **ret)
{
	int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint8_t *bytes;
	ssize_t n;

	if (fd < 0)
		return -errno;
	bytes = g_malloc(len);
	do
		n = pread(fd, bytes, len, (off_t)skip);
	while (n < 0 && errno == EINTR);
	int fault = n < 0 ? -errno : n ? 0 : -EIO; /* shorter than it was */
	close(fd);
	if (fault)
		g_free(bytes);
	else
		*ret = g_bytes_new_take(bytes, (gsize)n);
	return fault;
}

int bundle_tar_read(const struct bundle_tar *tar, uint64_t at, uint64_t left, GBytes **ret)
{
	if (at >= tar->size || !left)
		return -ERANGE;
	const struct segment *s = segment_at(tar, at);
	uint64_t skip = at - s->at, len = MIN(MIN(s->len - skip, left), PIECE);
	if (!s->bytes)
		return read_file(s, skip, len, ret);
	*ret = g_bytes_new_from_bytes(s->bytes, skip, len);
	return 0;
}
