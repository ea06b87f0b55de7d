/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/reels.h"

#include "proto/reel_seal.h"
#include "server/record/away.h"
#include "server/record/reel_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *record_dir_of(const char *const *dirs, const char *session, uint16_t track)
{
	for (; dirs && *dirs; dirs++) {
		g_autofree char *path = reel_file_path(*dirs, session, track, "webm");
		g_autofree char *away = reel_file_path(*dirs, session, track, "away");

		/* In this order: what is moved meanwhile is found either way. */
		if (access(path, F_OK) == 0 || access(away, F_OK) == 0)
			return *dirs;
	}
	return NULL;
}

bool record_is_away(const char *const *dirs, const char *session, uint16_t track)
{
	const char *dir = record_dir_of(dirs, session, track);
	g_autofree char *path = dir ? reel_file_path(dir, session, track, "webm") : NULL;

	return path && access(path, F_OK) < 0;
}

static bool has_file(
	const char *const *dirs, const char *session, uint16_t track, const char *ending)
{
	bool found = false;

	for (; !found && dirs && *dirs; dirs++) {
		g_autofree char *path = reel_file_path(*dirs, session, track, ending);

		found = access(path, F_OK) == 0;
	}
	return found;
}

/* -ENOENT where no directory has the track. */
static int open_file(
	const char *const *dirs, const char *session, uint16_t track, const char *ending)
{
	const char *dir = record_dir_of(dirs, session, track);
	g_autofree char *path = dir ? reel_file_path(dir, session, track, ending) : NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	return path && fd < 0 ? -errno : path ? fd : -ENOENT;
}

bool record_track_of_name(const char *name, uint16_t *ret_track)
{
	g_autofree char *again = NULL;
	guint64 track = g_ascii_strtoull(name, NULL, 10);

	if (!track || track > UINT16_MAX)
		return false;
	again = g_strdup_printf("%u.webm", (unsigned)track);
	*ret_track = (uint16_t)track;
	return strcmp(again, name) == 0;
}

/* "17.webm", or "17.away" where that is all. */
static bool is_reel(const char *folder, const char *name, uint16_t *ret_track)
{
	g_autofree char *webm = g_str_has_suffix(name, ".away")
					? g_strdup_printf("%.*s.webm", (int)strlen(name) - 5, name)
					: NULL;
	g_autofree char *path = webm ? g_build_filename(folder, webm, NULL) : NULL;

	return record_track_of_name(webm ? webm : name, ret_track) &&
	       (!path || access(path, F_OK) < 0);
}

static int compare_tracks(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

void record_tracks_list(const char *const *dirs, const char *session, GArray *tracks)
{
	for (; dirs && *dirs; dirs++) {
		g_autofree char *path = g_build_filename(*dirs, session, NULL);
		g_autoptr(GDir) files = g_dir_open(path, 0, NULL);
		const char *name;
		uint16_t track;

		while (files && (name = g_dir_read_name(files)))
			if (is_reel(path, name, &track))
				g_array_append_val(tracks, track);
	}
	g_array_sort(tracks, compare_tracks);
}

/* The beginning of a reel: at most AWAY_HEAD_MAX bytes, their number or -errno. */
static ssize_t beginning_read(
	const char *const *dirs, const char *session, uint16_t track, uint8_t *ret)
{
	RECORD_AWAY_AUTO struct record_away away = {0};
	const char *dir = record_dir_of(dirs, session, track);
	int fd = open_file(dirs, session, track, "webm");
	ssize_t n;
	gsize len;
	int r;

	if (fd == -ENOENT && dir) {
		r = record_away_read(dir, session, track, "away", &away);
		if (r)
			return r;
		const void *head = g_bytes_get_data(away.head, &len);
		memcpy(ret, head, len);
		return (ssize_t)len;
	}
	if (fd < 0)
		return fd;
	n = pread(fd, ret, AWAY_HEAD_MAX, 0);
	close(fd);
	return n < 0 ? -EIO : n;
}

int record_head_read(
	const char *const *dirs, const char *session, uint16_t track, struct reel_head *ret_head)
{
	uint8_t bytes[AWAY_HEAD_MAX];
	ssize_t n = beginning_read(dirs, session, track, bytes);
	struct reel_cursor c;
	struct reel_item item;

	if (n < 0)
		return (int)n;
	reel_cursor_init(&c, bytes, (uint64_t)n);
	if (reel_cursor_next(&c, &item) || item.kind != REEL_ITEM_HEAD)
		return -EBADMSG;
	*ret_head = item.head;
	return 0;
}

/* Entries from an open index; what does not follow on the one before ends it. */
static int entries_read(int fd, uint64_t from_entry, guint max, GArray *entries)
{
	gsize size = (gsize)max * REEL_ENTRY_LEN;
	g_autofree uint8_t *bytes = g_malloc(size);
	ssize_t n = pread(fd, bytes, size, (off_t)(from_entry * REEL_ENTRY_LEN));
	struct reel_entry e, before = {0};

	if (n < 0)
		return -EIO;
	for (gsize at = 0; (gsize)n - at >= REEL_ENTRY_LEN; at += REEL_ENTRY_LEN) {
		bool first = !at;

		if (reel_entry_decode(bytes + at, &e) || e.is_head != (first && !from_entry) ||
			(!first && e.offset != before.offset + before.length))
			break;
		before = e;
		g_array_append_val(entries, e);
	}
	return 0;
}

static uint64_t n_entries_in(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : (uint64_t)st.st_size / REEL_ENTRY_LEN;
}

int record_index_read(const char *const *dirs, const char *session, uint16_t track, GArray *entries)
{
	int fd = open_file(dirs, session, track, "idx");
	uint64_t n = fd < 0 ? 0 : n_entries_in(fd);
	int r = fd < 0 ? fd
		       : entries_read(fd, 0, (guint)MIN(n, G_MAXUINT / REEL_ENTRY_LEN), entries);

	if (fd >= 0)
		close(fd);
	return r;
}

static int unseal(const char *const *dirs, const char *session, uint16_t track, uint64_t from_entry,
	GArray *entries, guint first)
{
	struct reel_head head;
	int r = entries->len > first ? record_head_read(dirs, session, track, &head) : -ENOENT;

	if (r == -ENOENT)
		return 0;
	if (!r && head.is_sealed)
		r = reel_unsealed_entries(&head, from_entry,
			&g_array_index(entries, struct reel_entry, first), entries->len - first);
	return r > 0 ? -EBADMSG : r;
}

int record_index_tail(const char *const *dirs, const char *session, uint16_t track,
	uint64_t from_entry, guint max, GArray *entries)
{
	int fd = open_file(dirs, session, track, "idx");
	guint first = entries->len;
	int r;

	if (fd < 0)
		return fd;
	r = entries_read(fd, from_entry, max, entries);
	close(fd);
	if (!r)
		r = unseal(dirs, session, track, from_entry, entries, first);
	if (r)
		g_array_set_size(entries, first);
	return r;
}

void record_extent_read(const char *const *dirs, const char *session, uint16_t track,
	struct record_extent *ret_extent)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	int fd = open_file(dirs, session, track, "idx");
	uint64_t n = fd < 0 ? 0 : n_entries_in(fd);
	const struct reel_entry *head, *last;

	if (fd >= 0)
		close(fd);
	*ret_extent = (struct record_extent){0};
	if (!n || record_index_tail(dirs, session, track, 0, 1, entries) || entries->len != 1 ||
		(n > 1 && record_index_tail(dirs, session, track, n - 1, 1, entries)))
		return;
	head = &g_array_index(entries, struct reel_entry, 0);
	last = &g_array_index(entries, struct reel_entry, entries->len - 1);
	*ret_extent =
		(struct record_extent){head->length, last->offset + last->length, last->last_ms};
}

enum record_growth record_growth(const char *const *dirs, const char *session, uint16_t track)
{
	int fd = open_file(dirs, session, track, "webm");
	bool growing;

	/* It may have come since it was looked for, but nothing is added to what was moved. */
	if (fd == -ENOENT)
		return has_file(dirs, session, track, "away") ? RECORD_COMPLETE : RECORD_ABSENT;
	if (fd < 0)
		return RECORD_GROWING;
	growing = reel_file_is_locked(fd);
	close(fd);
	return growing ? RECORD_GROWING : RECORD_COMPLETE;
}
