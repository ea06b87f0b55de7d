/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/reel_reader.h"

#include "proto/reel_seal.h"
#include "server/record/reel_file.h"
#include "server/record/reel_media.h"
#include "server/record/reels.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct reel_reader {
	struct reel_media *media;
	int idx_fd;
	struct reel_head head;
	struct reel_seal *seal;
	GByteArray *plain_head;
	uint64_t n_entries, size;
	/* the cluster opened last: a player asks for it in pieces */
	uint64_t open_no; /* 0: none */
	GByteArray *open;
};

struct reel_reader *reel_reader_free(struct reel_reader *r)
{
	if (!r)
		return NULL;
	reel_media_free(r->media);
	if (r->idx_fd >= 0)
		close(r->idx_fd);
	reel_seal_free(r->seal);
	g_byte_array_unref(r->plain_head);
	g_byte_array_unref(r->open);
	g_free(r);
	return NULL;
}

/* The entry as on disk, and as it stands without the seal. */
static int entry_at(const struct reel_reader *r, uint64_t no, struct reel_entry *ret_disk,
	struct reel_entry *ret)
{
	uint8_t bytes[REEL_ENTRY_LEN];

	if (pread(r->idx_fd, bytes, sizeof(bytes), (off_t)(no * REEL_ENTRY_LEN)) != sizeof(bytes) ||
		reel_entry_decode(bytes, ret_disk))
		return -EBADMSG;
	*ret = *ret_disk;
	return reel_unsealed_entries(&r->head, no, ret, 1) ? -EBADMSG : 0;
}

static int index_open(struct reel_reader *r, const char *dir, const char *session, uint16_t track)
{
	g_autofree char *idx = reel_file_path(dir, session, track, "idx");
	struct stat st;

	r->idx_fd = open(idx, O_RDONLY | O_CLOEXEC);
	if (r->idx_fd < 0 || fstat(r->idx_fd, &st) < 0)
		return -errno;
	r->n_entries = (uint64_t)st.st_size / REEL_ENTRY_LEN;
	return r->n_entries ? 0 : -EBADMSG;
}

static int reader_prepare(struct reel_reader *r, const uint8_t *session_key)
{
	struct reel_entry disk, last;
	int result = reel_seal_new(&r->head, session_key, &r->seal);

	if (!result)
		result = reel_unsealed_head(&r->head, r->plain_head);
	if (!result)
		result = entry_at(r, r->n_entries - 1, &disk, &last);
	r->size = last.offset + last.length;
	return result > 0 ? -EBADMSG : result;
}

int reel_reader_open(const char *dir, struct bucket *bucket, const char *session, uint16_t track,
	const uint8_t *session_key, struct reel_reader **ret_reader)
{
	const char *const dirs[] = {dir, NULL};
	struct reel_reader *r = g_new0(struct reel_reader, 1);
	int result;

	r->idx_fd = -1;
	r->plain_head = g_byte_array_new();
	r->open = g_byte_array_new();
	result = reel_media_open(dirs, bucket, session, track, &r->media);
	if (!result)
		result = index_open(r, dir, session, track);
	if (!result)
		result = record_head_read(dirs, session, track, &r->head);
	if (!result)
		result = r->head.is_sealed ? reader_prepare(r, session_key) : -EBADMSG;
	if (result) {
		reel_reader_free(r);
		return result;
	}
	*ret_reader = r;
	return 0;
}

uint64_t reel_reader_size(const struct reel_reader *r)
{
	return r->size;
}

/* The entry that holds byte at of the unsealed reel; numbers and offsets rise together. */
static int find_entry(const struct reel_reader *r, uint64_t at, uint64_t *ret_no,
	struct reel_entry *ret_disk, struct reel_entry *ret)
{
	uint64_t low = 0, high = r->n_entries;
	int result = 0;

	while (!result && high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		result = entry_at(r, middle, ret_disk, ret);
		if (!result && ret->offset <= at)
			low = middle;
		else
			high = middle;
	}
	*ret_no = low;
	return result ? result : entry_at(r, low, ret_disk, ret);
}

static int cluster_open(struct reel_reader *r, uint64_t no, const struct reel_entry *disk)
{
	g_autofree uint8_t *sealed = g_malloc(disk->length);
	int64_t n = reel_media_read(r->media, disk->offset, sealed, disk->length);
	int result;

	if (n < 0)
		return (int)n;
	r->open_no = 0;
	g_byte_array_set_size(r->open, 0);
	result = reel_seal_open(r->seal, sealed, (uint64_t)n, r->open);
	if (result)
		return result > 0 ? -EBADMSG : result;
	r->open_no = no;
	return 0;
}

int reel_reader_read(struct reel_reader *r, uint64_t at, uint64_t max, GBytes **ret_piece)
{
	struct reel_entry disk, entry;
	const GByteArray *from = r->plain_head;
	uint64_t no, skip;
	int result = find_entry(r, at, &no, &disk, &entry);

	g_assert(at < r->size && max);
	if (!result && no) {
		from = r->open;
		result = no == r->open_no ? 0 : cluster_open(r, no, &disk);
	}
	skip = at - entry.offset;
	if (!result && skip >= from->len)
		result = -EBADMSG;
	if (!result)
		*ret_piece = g_bytes_new(from->data + skip, (gsize)MIN(max, from->len - skip));
	return result;
}
