/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/reel_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct reel_file {
	int fd, idx_fd;
	struct reel_writer *writer;
	GByteArray *buffer;
	GArray *finished; /* struct reel_entry: clusters not yet durable */
	uint64_t idx_len;
	uint32_t last_ms;
	bool dirty; /* written since the last sync */
};

char *reel_file_path(const char *dir, const char *session, uint16_t track, const char *ending)
{
	return g_strdup_printf("%s/%s/%u.%s", dir, session, track, ending);
}

/* Of the open file, not of the process: it is seen from within the same process too. Where the file
 * system has no locks, a reel only looks finished sooner than it is. */
static void lock(int fd)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	fcntl(fd, F_OFD_SETLK, &l);
}

bool reel_file_is_locked(int fd)
{
	struct flock l = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

static int file_create(const char *dir, const struct reel_head *head, const char *ending)
{
	g_autofree char *path = reel_file_path(dir, head->session, head->track, ending);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	return fd < 0 ? -errno : fd;
}

int reel_file_open(const char *dir, const struct reel_head *head, struct reel_file **ret_file)
{
	struct reel_file *f = g_new0(struct reel_file, 1);
	struct reel_entry entry;
	int r;

	f->fd = f->idx_fd = -1;
	f->buffer = g_byte_array_new();
	f->finished = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	r = reel_writer_new(head, f->buffer, &entry, &f->writer);
	if (r)
		goto fail;
	g_array_append_val(f->finished, entry);
	r = f->fd = file_create(dir, head, "webm");
	if (r < 0)
		goto fail;
	lock(f->fd);
	r = f->idx_fd = file_create(dir, head, "idx");
	if (r < 0)
		goto fail;
	*ret_file = f;
	return 0;
fail:
	reel_file_free(f);
	return r;
}

struct reel_file *reel_file_free(struct reel_file *f)
{
	if (!f)
		return NULL;
	if (f->fd >= 0)
		close(f->fd);
	if (f->idx_fd >= 0)
		close(f->idx_fd);
	reel_writer_free(f->writer);
	g_byte_array_unref(f->buffer);
	g_array_unref(f->finished);
	g_free(f);
	return NULL;
}

int reel_file_put(struct reel_file *f, const uint8_t *message, size_t len)
{
	struct reel_entry closed;
	int r = reel_writer_put(f->writer, message, len, f->buffer, &closed);

	if (r)
		return r;
	if (closed.length)
		g_array_append_val(f->finished, closed);
	if (frame_type(message, len) == FRAME_TYPE_MEDIA)
		f->last_ms = MAX(f->last_ms, frame_session_ms(message));
	return 0;
}

void reel_file_cut(struct reel_file *f)
{
	struct reel_entry closed;

	if (reel_writer_close_cluster(f->writer, &closed))
		g_array_append_val(f->finished, closed);
}

int reel_file_write(struct reel_file *f)
{
	guint done = 0;
	int r = 0;

	while (done < f->buffer->len) {
		ssize_t n = write(f->fd, f->buffer->data + done, f->buffer->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = -errno;
			break;
		}
		done += (guint)n;
		f->dirty = true;
	}
	if (done)
		g_byte_array_remove_range(f->buffer, 0, done);
	return r;
}

/* At its own place, so that a second try after a fault writes over the first. */
static int index_write(struct reel_file *f)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint done = 0;

	g_byte_array_set_size(bytes, f->finished->len * REEL_ENTRY_LEN);
	for (guint i = 0; i < f->finished->len; i++)
		reel_entry_encode(&g_array_index(f->finished, struct reel_entry, i),
			bytes->data + i * REEL_ENTRY_LEN);
	while (done < bytes->len) {
		ssize_t n = pwrite(f->idx_fd, bytes->data + done, bytes->len - done,
			(off_t)(f->idx_len + done));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			done += (guint)n;
	}
	f->idx_len += bytes->len;
	return 0;
}

int reel_file_sync(struct reel_file *f, GArray *entries)
{
	int r;

	g_assert(!f->buffer->len);
	if (f->dirty && fdatasync(f->fd) < 0)
		return -errno;
	f->dirty = false;
	if (!f->finished->len)
		return 0;
	r = index_write(f);
	if (r)
		return r;
	g_array_append_vals(entries, f->finished->data, f->finished->len);
	g_array_set_size(f->finished, 0);
	return 0;
}

size_t reel_file_n_buffered(const struct reel_file *f)
{
	return f->buffer->len;
}

uint32_t reel_file_last_ms(const struct reel_file *f)
{
	return f->last_ms;
}
