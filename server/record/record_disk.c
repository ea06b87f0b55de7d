/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/record_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/core/disk.h"

struct record_disk {
	char *path;
	int fd; /* kept open, so that no error of a write-back is missed */
	void (*synced)(void *user);
	void *user;
	GThread *thread;
	bool syncing; /* recorder thread */

	/* under lock */
	GMutex lock;
	GCond wake;
	bool wanted, over, stopping;
	int result;
	int64_t took_us;
};

static void *thread_run(void *data)
{
	struct record_disk *d = data;

	g_mutex_lock(&d->lock);
	for (;;) {
		int64_t begun_us;
		int r;

		while (!d->wanted && !d->stopping)
			g_cond_wait(&d->wake, &d->lock);
		if (!d->wanted)
			break;
		d->wanted = false;
		g_mutex_unlock(&d->lock);
		begun_us = clock_mono_us();
		r = syncfs(d->fd) < 0 ? -errno : 0;
		g_mutex_lock(&d->lock);
		d->result = r;
		d->took_us = clock_mono_us() - begun_us;
		d->over = true;
		g_mutex_unlock(&d->lock);
		d->synced(d->user);
		g_mutex_lock(&d->lock);
	}
	g_mutex_unlock(&d->lock);
	return NULL;
}

int record_disk_new(
	const char *path, void (*synced)(void *user), void *user, struct record_disk **ret_disk)
{
	struct record_disk *d;
	int fd =
		access(path, W_OK | X_OK) < 0 ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	d = g_new0(struct record_disk, 1);
	d->path = g_strdup(path);
	d->fd = fd;
	d->synced = synced;
	d->user = user;
	g_mutex_init(&d->lock);
	g_cond_init(&d->wake);
	d->thread = g_thread_new("record-sync", thread_run, d);
	*ret_disk = d;
	return 0;
}

struct record_disk *record_disk_free(struct record_disk *d)
{
	if (!d)
		return NULL;
	g_mutex_lock(&d->lock);
	d->stopping = true;
	g_cond_signal(&d->wake);
	g_mutex_unlock(&d->lock);
	g_thread_join(d->thread);
	close(d->fd);
	g_mutex_clear(&d->lock);
	g_cond_clear(&d->wake);
	g_free(d->path);
	g_free(d);
	return NULL;
}

const char *record_disk_path(const struct record_disk *d)
{
	return d->path;
}

void record_disk_sync(struct record_disk *d)
{
	g_assert(!d->syncing);
	d->syncing = true;
	g_mutex_lock(&d->lock);
	d->wanted = true;
	g_cond_signal(&d->wake);
	g_mutex_unlock(&d->lock);
}

bool record_disk_is_syncing(const struct record_disk *d)
{
	return d->syncing;
}

bool record_disk_take_result(struct record_disk *d, int *ret_result, int64_t *ret_took_us)
{
	bool over;

	g_mutex_lock(&d->lock);
	over = d->over;
	d->over = false;
	*ret_result = d->result;
	*ret_took_us = d->took_us;
	g_mutex_unlock(&d->lock);
	if (over)
		d->syncing = false;
	return over;
}

uint64_t record_disk_free_bytes(const struct record_disk *d)
{
	return (uint64_t)MAX(disk_free_bytes(d->path), 0);
}
