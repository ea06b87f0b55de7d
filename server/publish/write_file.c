/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/write_file.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>

static int make_parent(const char *path)
{
	g_autofree char *dir = g_path_get_dirname(path);

	return g_mkdir_with_parents(dir, 0755) < 0 ? -errno : 0;
}

int write_file(const char *path, const void *bytes, size_t len)
{
	g_autofree char *temporary = g_strdup_printf("%s.new", path);
	int r = make_parent(path);

	if (r)
		return r;
	FILE *file = g_fopen(temporary, "we");
	if (!file)
		return -errno;
	errno = 0;
	if (len && fwrite(bytes, 1, len, file) != len)
		r = errno ? -errno : -EIO;
	if (fclose(file) != 0 && !r)
		r = -errno;
	if (!r && g_rename(temporary, path) < 0)
		r = -errno;
	if (r)
		g_unlink(temporary);
	return r;
}

static bool has_content(const char *path, const void *bytes, size_t len)
{
	g_autofree char *old = NULL;
	gsize old_len;

	return g_file_get_contents(path, &old, &old_len, NULL) && old_len == len &&
	       memcmp(old, bytes, len) == 0;
}

int write_file_if_other(const char *path, const void *bytes, size_t len)
{
	return has_content(path, bytes, len) ? 0 : write_file(path, bytes, len);
}
