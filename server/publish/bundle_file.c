/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

int bundle_file_open(struct bundle *b, const char *name, struct bundle_file *ret)
{
	g_autofree char *path = g_build_filename(b->work_dir, name, NULL);
	g_autofree char *dir = g_path_get_dirname(path);

	if (g_mkdir_with_parents(dir, 0755) < 0)
		return -errno;
	*ret = (struct bundle_file){b, open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
	return ret->fd < 0 ? -errno : 0;
}

int bundle_file_write(struct bundle_file *f, const void *bytes, size_t len)
{
	for (const char *at = bytes, *end = at + len; at < end;) {
		ssize_t n = write(f->fd, at, (size_t)(end - at));
		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? n : 0;
	}
	f->b->done_bytes += len;
	if (f->b->progress &&
		f->b->progress(f->b->progress_ctx, f->b->done_bytes, f->b->total_bytes))
		return -ECANCELED;
	return 0;
}

int bundle_file_close(struct bundle_file *f, int r)
{
	if (!r && fsync(f->fd) < 0)
		r = -errno;
	if (close(f->fd) < 0 && !r)
		r = -errno;
	return r;
}

static int list(const char *dir, const char *prefix, GPtrArray *names)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *entry;
	int r = 0;

	if (!d)
		return -EIO;
	while (!r && (entry = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, entry, NULL);
		g_autofree char *name = g_build_filename(prefix, entry, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			r = list(path, name, names);
		else
			g_ptr_array_add(names, g_steal_pointer(&name));
	}
	return r;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int bundle_list(const char *dir, GPtrArray **ret)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	int r = list(dir, "", names);

	if (r)
		return r;
	g_ptr_array_sort(names, by_name);
	*ret = g_steal_pointer(&names);
	return 0;
}

void bundle_remove_tree(const char *path)
{
	g_autoptr(GDir) d = NULL;
	const char *name;

	if (g_unlink(path) == 0)
		return;
	d = g_dir_open(path, 0, NULL);
	while (d && (name = g_dir_read_name(d))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);
		bundle_remove_tree(inside);
	}
	g_rmdir(path);
}
