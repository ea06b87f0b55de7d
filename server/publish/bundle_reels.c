/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/reel_final.h"

#define PIECE ((size_t)1 << 20)
#define HEAD_MAX 4096

static const struct reel_entry *entries_of(const struct session_reel *reel)
{
	return (const struct reel_entry *)(void *)reel->entries->data;
}

/* The head as the copy shows it; false when this is no head, and the copy stays a plain one. */
static bool final_head(int fd, const struct session_reel *reel, bool *ret_sealed, uint8_t *ret)
{
	const struct reel_entry *e = entries_of(reel);
	struct reel_cursor c;
	struct reel_item item;

	if (!e[0].is_head || e[0].length > HEAD_MAX ||
		pread(fd, ret, e[0].length, 0) != (ssize_t)e[0].length)
		return false;
	reel_cursor_init(&c, ret, e[0].length);
	if (reel_cursor_next(&c, &item) || item.kind != REEL_ITEM_HEAD)
		return false;
	/* No player could make use of a sealed one. */
	*ret_sealed = item.head.is_sealed;
	if (item.head.is_sealed)
		return false;
	reel_final_fill_head(ret, item.head.codec, e, reel->entries->len);
	return true;
}

/* Bytes [from, to), fewer where the source ends. */
static int copy_range(int fd, uint64_t from, uint64_t to, struct bundle_file *out)
{
	g_autofree uint8_t *piece = g_malloc(PIECE);
	int r = 0;

	while (!r && from < to) {
		ssize_t n = pread(fd, piece, MIN(PIECE, to - from), (off_t)from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r = bundle_file_write(out, piece, (size_t)n);
		from += (uint64_t)n;
	}
	return r;
}

static int write_copy(
	int fd, const struct session_reel *reel, bool *ret_sealed, struct bundle_file *out)
{
	g_autoptr(GByteArray) cues = g_byte_array_new();
	uint64_t length = session_reel_length(reel);
	uint8_t head[HEAD_MAX];
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	/* What is cut short or has no head goes in as it is, for the verifier to name. */
	if ((uint64_t)st.st_size < length || !final_head(fd, reel, ret_sealed, head))
		return copy_range(fd, 0, length, out);
	r = bundle_file_write(out, head, entries_of(reel)[0].length);
	if (!r)
		r = copy_range(fd, entries_of(reel)[0].length, length, out);
	reel_final_put_cues(entries_of(reel), reel->entries->len, cues);
	return r ? r : bundle_file_write(out, cues->data, cues->len);
}

int bundle_write_index(struct bundle *b, unsigned track, const GArray *entries)
{
	g_autofree char *name = g_strdup_printf("reels/%u.idx", track);
	struct bundle_file out;
	int r = bundle_file_open(b, name, &out);

	if (r)
		return r;
	for (guint i = 0; !r && i < entries->len; i++) {
		uint8_t bytes[REEL_ENTRY_LEN];
		reel_entry_encode(&g_array_index(entries, struct reel_entry, i), bytes);
		r = bundle_file_write(&out, bytes, sizeof(bytes));
	}
	return bundle_file_close(&out, r);
}

/* As it lies there, but for what a finalised copy adds. */
static int write_plain(struct bundle *b, const struct session_reel *reel, int fd, bool *ret_sealed)
{
	g_autofree char *name = g_strdup_printf("reels/%u.webm", reel->track);
	struct bundle_file out;
	int r = bundle_file_open(b, name, &out);

	if (!r)
		r = bundle_file_close(&out, write_copy(fd, reel, ret_sealed, &out));
	return r ? r : bundle_write_index(b, reel->track, reel->entries);
}

static int write_reel(struct bundle *b, const struct session_reel *reel, const char **ret_state)
{
	g_autofree char *folder = session_reel_folder(b->reel_dirs, b->session_id, reel->track);
	bool sealed = false;
	int fd, r;

	*ret_state = "expired";
	if (b->record.destroyed)
		return 0;
	*ret_state = "withheld";
	if (reel->is_withheld)
		return 0;
	*ret_state = "missing";
	fd = b->reels_from.open(b->reels_from.ctx, b->session_id, (uint16_t)reel->track);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = bundle_write_opened(b, reel, fd, folder);
	if (r > 0)
		r = write_plain(b, reel, fd, &sealed);
	close(fd);
	*ret_state = sealed ? "sealed" : "here";
	return r;
}

int bundle_write_reels(struct bundle *b)
{
	int r = 0;

	b->reels = json_array();
	for (guint i = 0; !r && i < b->record.reels->len; i++) {
		const struct session_reel *reel = g_ptr_array_index(b->record.reels, i);
		const char *state;

		if (!reel->entries->len)
			continue;
		r = write_reel(b, reel, &state);
		b->n_reels++;
		b->n_missing += strcmp(state, "missing") == 0;
		b->n_sealed += strcmp(state, "sealed") == 0;
		b->n_expired += strcmp(state, "expired") == 0;
		b->n_withheld += strcmp(state, "withheld") == 0;
		json_array_append_new(b->reels,
			json_pack("{s:I, s:s}", "track", (json_int_t)reel->track, "state", state));
	}
	return r;
}
