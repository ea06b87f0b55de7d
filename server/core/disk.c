/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/disk.h"

#include <glib.h>
#include <sys/statvfs.h>

int64_t disk_free_bytes(const char *path)
{
	struct statvfs vfs;

	return statvfs(path, &vfs) < 0 ? -1 : (int64_t)((uint64_t)vfs.f_bavail * vfs.f_frsize);
}

int64_t disk_most_free_bytes(const char *const *dirs)
{
	int64_t most = -1;

	for (; dirs && *dirs; dirs++)
		most = MAX(most, disk_free_bytes(*dirs));
	return most;
}
