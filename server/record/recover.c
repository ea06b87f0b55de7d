/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/recover.h"

#include "server/record/reel_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The index is the word of what was durable, so a reel is read only behind its last entry, and
 * only there anything is cut. Where bytes cannot be read although a cluster follows behind them,
 * it is no torn end but damage, and evidence is not thrown away.
 */

static const uint8_t cluster_start[] = {0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff};

/* Entries in order from the beginning, without a hole; stops where that ends. */
static void entries_take(const uint8_t *data, gsize len, GArray *entries)
{
	uint64_t end = 0;

	for (gsize at = 0; len - at >= REEL_ENTRY_LEN; at += REEL_ENTRY_LEN) {
		struct reel_entry e;

		if (reel_entry_decode(data + at, &e) || e.offset != end)
			return;
		end += e.length;
		g_array_append_val(entries, e);
	}
}

static int index_load(const char *path, GArray *entries)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *content = NULL;
	gsize len;

	if (!g_file_get_contents(path, &content, &len, &error))
		return g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? -ENOENT : -EIO;
	entries_take((const uint8_t *)content, len, entries);
	return 0;
}

int record_index_read(
	const char *dir, const char *session, uint16_t track, uint64_t from_offset, GArray *entries)
{
	g_autofree char *path = reel_file_path(dir, session, track, "idx");
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	int r = index_load(path, all);

	for (guint i = 0; !r && i < all->len; i++) {
		struct reel_entry *e = &g_array_index(all, struct reel_entry, i);

		if (e->offset >= from_offset)
			g_array_append_val(entries, *e);
	}
	return r;
}

/* The entries' raw bytes; those that do not follow one another end it. What stands before the first
 * is not looked at. */
static guint tail_take(const GByteArray *bytes, guint at)
{
	struct reel_entry e, before = {0};
	guint n = 0;

	for (; bytes->len - at >= REEL_ENTRY_LEN; at += REEL_ENTRY_LEN, n++) {
		if (reel_entry_decode(bytes->data + at, &e) ||
			(n && e.offset != before.offset + before.length))
			break;
		before = e;
	}
	return n;
}

int record_index_tail(const char *dir, const char *session, uint16_t track, uint64_t from_entry,
	guint max, GByteArray *entries, guint *ret_n)
{
	g_autofree char *path = reel_file_path(dir, session, track, "idx");
	guint before = entries->len;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	g_byte_array_set_size(entries, before + max * REEL_ENTRY_LEN);
	n = pread(fd, entries->data + before, (size_t)max * REEL_ENTRY_LEN,
		(off_t)(from_entry * REEL_ENTRY_LEN));
	close(fd);
	g_byte_array_set_size(entries, before + (n > 0 ? (guint)n : 0));
	*ret_n = tail_take(entries, before);
	g_byte_array_set_size(entries, before + *ret_n * REEL_ENTRY_LEN);
	return n < 0 ? -EIO : 0;
}

enum record_growth record_growth(const char *dir, const char *session, uint16_t track)
{
	g_autofree char *path = reel_file_path(dir, session, track, "webm");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool growing;

	if (fd < 0)
		return RECORD_ABSENT;
	growing = reel_file_is_locked(fd);
	close(fd);
	return growing ? RECORD_GROWING : RECORD_COMPLETE;
}

static uint64_t entries_end(const GArray *entries)
{
	const struct reel_entry *last;

	if (!entries->len)
		return 0;
	last = &g_array_index(entries, struct reel_entry, entries->len - 1);
	return last->offset + last->length;
}

static uint32_t entries_last_ms(const GArray *entries)
{
	return entries->len ? g_array_index(entries, struct reel_entry, entries->len - 1).last_ms
			    : 0;
}

static bool cluster_follows(const struct reel_cursor *c)
{
	uint64_t from = c->pos + 1;

	return from < c->len && memmem(c->data + from, (size_t)(c->len - from), cluster_start,
					sizeof(cluster_start));
}

static int file_cut(const char *path, uint64_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)len) < 0 || fdatasync(fd) < 0)
		r = -errno;
	close(fd);
	return r;
}

static int index_save(const char *path, const GArray *entries)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_set_size(bytes, entries->len * REEL_ENTRY_LEN);
	for (guint i = 0; i < entries->len; i++)
		reel_entry_encode(&g_array_index(entries, struct reel_entry, i),
			bytes->data + i * REEL_ENTRY_LEN);
	return g_file_set_contents_full(path, (const char *)bytes->data, bytes->len,
		       G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0640, NULL)
		       ? 0
		       : -EIO;
}

/* Reads the reel behind its index and adds entries for what is whole there. */
static int tail_scan(const uint8_t *data, uint64_t len, GArray *entries, struct record_found *found)
{
	struct reel_cursor c;
	struct reel_item item;
	int r;

	reel_cursor_init(&c, data, len);
	if (entries->len) {
		if (reel_cursor_next(&c, &item)) {
			found->state = RECORD_DAMAGED;
			return 0;
		}
		reel_cursor_seek(&c, entries_end(entries), entries_last_ms(entries));
	}
	r = reel_index(&c, entries);
	if (r < 0)
		return r;
	found->state =
		r == REEL_E_DAMAGED && cluster_follows(&c) ? RECORD_DAMAGED : RECORD_RECOVERED;
	return 0;
}

static int reel_mend(const char *webm, const char *idx, GArray *entries, struct record_found *found)
{
	g_autoptr(GMappedFile) map = g_mapped_file_new(webm, FALSE, NULL);
	uint64_t len, end;
	guint before;
	int r;

	if (!map)
		return -EIO;
	len = g_mapped_file_get_length(map);
	/* A disk that lied about its sync may have lost what the index promises. */
	while (entries_end(entries) > len)
		g_array_set_size(entries, entries->len - 1);
	before = entries->len;
	r = tail_scan((const uint8_t *)g_mapped_file_get_contents(map), len, entries, found);
	if (r)
		return r;
	found->n_recovered = entries->len - before;
	end = entries_end(entries);
	if (found->state == RECORD_RECOVERED && end < len) {
		found->n_cut = len - end;
		r = file_cut(webm, end);
	}
	return r ? r : index_save(idx, entries);
}

static int reel_recover(const char *dir, struct record_found *found)
{
	g_autofree char *webm = reel_file_path(dir, found->session, found->track, "webm");
	g_autofree char *idx = reel_file_path(dir, found->session, found->track, "idx");
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct stat st, idx_st = {0};
	int r = index_load(idx, entries);

	if ((r && r != -ENOENT) || stat(webm, &st) < 0)
		return r ? r : -errno;
	stat(idx, &idx_st);
	if (r || (uint64_t)st.st_size != entries_end(entries) ||
		(uint64_t)idx_st.st_size != (uint64_t)entries->len * REEL_ENTRY_LEN) {
		r = reel_mend(webm, idx, entries, found);
		if (r)
			return r;
	}
	found->end = entries_end(entries);
	found->last_ms = entries_last_ms(entries);
	found->n_entries = entries->len;
	return 0;
}

/* "17.webm" is track 17. */
static bool name_is_reel(const char *name, uint16_t *ret_track)
{
	g_autofree char *again = NULL;
	guint64 track = g_ascii_strtoull(name, NULL, 10);

	if (!track || track > UINT16_MAX)
		return false;
	again = g_strdup_printf("%u.webm", (unsigned)track);
	*ret_track = (uint16_t)track;
	return strcmp(again, name) == 0;
}

static int compare_tracks(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

void record_tracks_list(const char *dir, const char *session, GArray *tracks)
{
	g_autofree char *path = g_build_filename(dir, session, NULL);
	g_autoptr(GDir) files = g_dir_open(path, 0, NULL);
	const char *name;
	uint16_t track;

	while (files && (name = g_dir_read_name(files)))
		if (name_is_reel(name, &track))
			g_array_append_val(tracks, track);
	g_array_sort(tracks, compare_tracks);
}

int record_head_read(
	const char *dir, const char *session, uint16_t track, struct reel_head *ret_head)
{
	g_autofree char *path = reel_file_path(dir, session, track, "webm");
	g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, NULL);
	struct reel_cursor c;
	struct reel_item item;

	if (!map)
		return -EIO;
	reel_cursor_init(&c, (const uint8_t *)g_mapped_file_get_contents(map),
		g_mapped_file_get_length(map));
	if (reel_cursor_next(&c, &item) || item.kind != REEL_ITEM_HEAD)
		return -EBADMSG;
	*ret_head = item.head;
	return 0;
}

static int session_recover(const char *dir, const char *session,
	void (*found)(void *user, const struct record_found *found), void *user)
{
	g_autofree char *path = g_build_filename(dir, session, NULL);
	g_autoptr(GDir) files = g_dir_open(path, 0, NULL);
	const char *name;
	int first = 0;

	while (files && (name = g_dir_read_name(files))) {
		struct record_found f = {.state = RECORD_WHOLE};
		int r;

		if (!name_is_reel(name, &f.track))
			continue;
		g_strlcpy(f.session, session, sizeof(f.session));
		r = reel_recover(dir, &f);
		if (!r)
			found(user, &f);
		else if (!first)
			first = r;
	}
	return first;
}

int record_recover(
	const char *dir, void (*found)(void *user, const struct record_found *found), void *user)
{
	g_autoptr(GDir) sessions = g_dir_open(dir, 0, NULL);
	const char *name;
	int first = 0;

	if (!sessions)
		return -ENOENT;
	while ((name = g_dir_read_name(sessions))) {
		int r = ident_is_valid(name, strlen(name)) ? session_recover(dir, name, found, user)
							   : 0;

		if (r && !first)
			first = r;
	}
	return first;
}
