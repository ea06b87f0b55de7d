/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/recover.h"

#include "server/record/mark.h"
#include "server/record/reel_file.h"
#include "server/record/reels.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Entries come into the index before their clusters are durable. After a kill of the process that
 * makes no difference: the pages are still the kernel's. After a power cut entry and cluster may
 * each be there or not, so the last entries are held against the bytes they stand for, and dropped
 * until one holds; what a sync had covered before them is not read again.
 *
 * Where bytes cannot be read although a cluster follows behind them, it is no torn end but damage,
 * and evidence is not thrown away.
 */

static const uint8_t cluster_start[] = {0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff};
static const uint8_t sealed_start[] = {0xec, 0x01, 0, 0, 0};

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
	bool sealed = c->head.is_sealed;

	return from < c->len && memmem(c->data + from, (size_t)(c->len - from),
					sealed ? sealed_start : cluster_start,
					sealed ? sizeof(sealed_start) : sizeof(cluster_start));
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

/* Drops entries from the end of the index until one holds. */
static int entries_prove(const uint8_t *data, uint64_t len, GArray *entries)
{
	int r = 0;

	while (entries->len &&
		(r = reel_entry_check(
			 &g_array_index(entries, struct reel_entry, entries->len - 1), data, len)))
		if (r < 0)
			return r;
		else
			g_array_set_size(entries, entries->len - 1);
	return 0;
}

static bool last_holds(const char *webm, const GArray *entries)
{
	g_autoptr(GMappedFile) map = g_mapped_file_new(webm, FALSE, NULL);

	return map && entries->len &&
	       reel_entry_check(&g_array_index(entries, struct reel_entry, entries->len - 1),
		       (const uint8_t *)g_mapped_file_get_contents(map),
		       g_mapped_file_get_length(map)) == 0;
}

static int reel_mend(const char *webm, const char *idx, enum record_mark mark, GArray *entries,
	struct record_found *found)
{
	g_autoptr(GMappedFile) map = g_mapped_file_new(webm, FALSE, NULL);
	const uint8_t *data;
	uint64_t len, end;
	guint before;
	int r = 0;

	if (!map)
		return -EIO;
	data = (const uint8_t *)g_mapped_file_get_contents(map);
	len = g_mapped_file_get_length(map);
	found->state = RECORD_RECOVERED;
	/* A disk that lied about its sync may have lost what the index promises. */
	while (entries_end(entries) > len)
		g_array_set_size(entries, entries->len - 1);
	if (mark == RECORD_MARK_OTHER_BOOT)
		r = entries_prove(data, len, entries);
	before = entries->len;
	/* Behind what is proven nothing is trusted, unless nothing at all is. */
	if (!r && (mark != RECORD_MARK_OTHER_BOOT || !before))
		r = tail_scan(data, len, entries, found);
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

static int index_load(const char *dir, const struct record_found *found, GArray *entries)
{
	const char *const dirs[] = {dir, NULL};

	return record_index_read(dirs, found->session, found->track, entries);
}

static int reel_recover(const char *dir, enum record_mark mark, struct record_found *found)
{
	g_autofree char *webm = reel_file_path(dir, found->session, found->track, "webm");
	g_autofree char *idx = reel_file_path(dir, found->session, found->track, "idx");
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct stat st, idx_st = {0};
	int r = index_load(dir, found, entries);
	bool reaches_end;

	if ((r && r != -ENOENT) || stat(webm, &st) < 0)
		return r ? r : -errno;
	stat(idx, &idx_st);
	reaches_end = !r && (uint64_t)st.st_size == entries_end(entries) &&
		      (uint64_t)idx_st.st_size == (uint64_t)entries->len * REEL_ENTRY_LEN;
	if (mark == RECORD_MARK_OTHER_BOOT && reaches_end)
		reaches_end = last_holds(webm, entries);
	if (!reaches_end) {
		r = reel_mend(webm, idx, mark, entries, found);
		if (r)
			return r;
	}
	found->end = entries_end(entries);
	found->last_ms = entries_last_ms(entries);
	found->n_entries = entries->len;
	return 0;
}

/* Makes durable what a killed server had only written. */
static int dir_sync(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || syncfs(fd) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return r;
}

/* Whether all of it could be read. */
static bool session_recover(const char *dir, const char *session, enum record_mark mark,
	void (*found)(void *user, const struct record_found *found), void *user)
{
	g_autofree char *path = g_build_filename(dir, session, NULL);
	DIR *files = opendir(path);
	struct record_found f = {.state = RECORD_UNREADABLE, .error = -errno};
	bool all = files != NULL;
	struct dirent *entry;

	g_strlcpy(f.session, session, sizeof(f.session));
	if (!files && f.error != -ENOTDIR)
		found(user, &f);
	while (files && (entry = readdir(files))) {
		f = (struct record_found){.state = RECORD_WHOLE};
		if (!record_track_of_name(entry->d_name, &f.track))
			continue;
		g_strlcpy(f.session, session, sizeof(f.session));
		f.error = reel_recover(dir, mark, &f);
		if (f.error)
			f.state = RECORD_UNREADABLE;
		all = all && !f.error;
		found(user, &f);
	}
	if (files)
		closedir(files);
	return all;
}

static int dir_recover(
	const char *dir, void (*found)(void *user, const struct record_found *found), void *user)
{
	g_autoptr(GDir) sessions = g_dir_open(dir, 0, NULL);
	g_autoptr(GPtrArray) marked = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	int r;

	if (!sessions)
		return -ENOENT;
	while ((name = g_dir_read_name(sessions))) {
		enum record_mark mark = RECORD_MARK_NONE;

		if (!ident_is_valid(name, strlen(name)))
			continue;
		mark = record_mark_get(dir, name);
		if (session_recover(dir, name, mark, found, user) && mark != RECORD_MARK_NONE)
			g_ptr_array_add(marked, g_strdup(name));
	}
	r = marked->len ? dir_sync(dir) : 0;
	for (guint i = 0; !r && i < marked->len; i++)
		record_mark_clear(dir, g_ptr_array_index(marked, i));
	return r;
}

int record_recover(const char *const *dirs,
	void (*found)(void *user, const struct record_found *found), void *user)
{
	int first = 0;

	for (; *dirs; dirs++) {
		int r = dir_recover(*dirs, found, user);

		first = first ? first : r;
	}
	return first;
}
