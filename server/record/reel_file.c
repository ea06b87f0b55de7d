/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/reel_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "proto/reel_seal.h"
#include "server/core/file.h"
#include "server/core/id.h"

struct reel_file {
	int fd, idx_fd;
	struct reel_seal *seal; /* NULL: plain */
	struct reel_writer *writer;
	GByteArray *buffer;
	uint64_t written; /* bytes of the reel */
	uint64_t idx_len;
	/* struct reel_entry: finished clusters that are not durable, of which the first n_indexed
	 * are written and the first n_syncing were so when the sync under way began */
	GArray *finished;
	guint n_indexed, n_syncing;
	uint32_t last_ms, durable_ms;
	bool abandoned;
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

static int writer_open(
	struct reel_file *f, const struct reel_head *plain, const uint8_t *session_key)
{
	struct reel_head head = *plain;
	struct reel_entry entry;
	int r = 0;

	if (session_key) {
		head.is_sealed = true;
		random_bytes(head.salt, sizeof(head.salt));
		r = reel_seal_new(&head, session_key, &f->seal);
	}
	if (!r)
		r = reel_writer_new(&head, f->seal, f->buffer, &entry, &f->writer);
	if (!r)
		g_array_append_val(f->finished, entry);
	return r;
}

int reel_file_open(const char *dir, const struct reel_head *head, const uint8_t *session_key,
	struct reel_file **ret_file)
{
	struct reel_file *f = g_new0(struct reel_file, 1);
	int r;

	f->fd = f->idx_fd = -1;
	f->buffer = g_byte_array_new();
	f->finished = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	r = writer_open(f, head, session_key);
	if (r)
		goto fail;
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
	reel_seal_free(f->seal);
	g_byte_array_unref(f->buffer);
	g_array_unref(f->finished);
	g_free(f);
	return NULL;
}

int reel_file_put(struct reel_file *f, const uint8_t *message, size_t len)
{
	struct reel_entry closed;
	int r;

	g_assert(!f->abandoned);
	r = reel_writer_put(f->writer, message, len, f->buffer, &closed);

	if (r)
		return r;
	if (closed.length)
		g_array_append_val(f->finished, closed);
	if (frame_type(message, len) == FRAME_TYPE_MEDIA)
		f->last_ms = MAX(f->last_ms, frame_session_ms(message));
	return 0;
}

int reel_file_cut(struct reel_file *f)
{
	struct reel_entry closed;
	int r;

	g_assert(!f->abandoned);
	r = reel_writer_close_cluster(f->writer, f->buffer, &closed);

	if (!r && closed.length)
		g_array_append_val(f->finished, closed);
	return r;
}

static int buffer_write(struct reel_file *f)
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
	}
	f->written += done;
	if (done)
		g_byte_array_remove_range(f->buffer, 0, done);
	return r;
}

/* At its own place, so that a second try after a fault writes over the first. */
static int index_write(struct reel_file *f, guint n)
{
	g_autofree uint8_t *bytes = g_malloc((gsize)n * REEL_ENTRY_LEN);
	gsize len = (gsize)n * REEL_ENTRY_LEN;
	int r;

	for (guint i = 0; i < n; i++)
		reel_entry_encode(&g_array_index(f->finished, struct reel_entry, f->n_indexed + i),
			bytes + (gsize)i * REEL_ENTRY_LEN);
	r = file_write_at(f->idx_fd, bytes, len, f->idx_len);
	if (r)
		return r;
	f->idx_len += len;
	f->n_indexed += n;
	return 0;
}

int reel_file_write(struct reel_file *f)
{
	int r = buffer_write(f);
	guint n = 0;

	while (f->n_indexed + n < f->finished->len) {
		const struct reel_entry *e =
			&g_array_index(f->finished, struct reel_entry, f->n_indexed + n);

		if (e->offset + e->length > f->written)
			break;
		n++;
	}
	if (!r && n)
		r = index_write(f, n);
	return r;
}

void reel_file_abandon(struct reel_file *f)
{
	f->abandoned = true;
	g_byte_array_set_size(f->buffer, 0);
	g_array_set_size(f->finished, f->n_indexed);
	f->last_ms =
		f->n_indexed
			? g_array_index(f->finished, struct reel_entry, f->n_indexed - 1).last_ms
			: f->durable_ms;
}

void reel_file_abandon_unsynced(struct reel_file *f)
{
	f->n_indexed = f->n_syncing = 0;
	reel_file_abandon(f);
}

bool reel_file_sync_begin(struct reel_file *f)
{
	f->n_syncing = f->n_indexed;
	return f->n_syncing;
}

bool reel_file_is_syncing(const struct reel_file *f)
{
	return f->n_syncing;
}

void reel_file_sync_end(struct reel_file *f, GArray *entries)
{
	g_assert(f->n_syncing);
	f->durable_ms = g_array_index(f->finished, struct reel_entry, f->n_syncing - 1).last_ms;
	g_array_append_vals(entries, f->finished->data, f->n_syncing);
	g_array_remove_range(f->finished, 0, f->n_syncing);
	f->n_indexed -= f->n_syncing;
	f->n_syncing = 0;
}

int reel_file_sync_self(struct reel_file *f)
{
	return fdatasync(f->fd) < 0 || fdatasync(f->idx_fd) < 0 ? -errno : 0;
}

size_t reel_file_n_buffered(const struct reel_file *f)
{
	return f->buffer->len;
}

bool reel_file_is_drained(const struct reel_file *f)
{
	return !f->buffer->len && !f->finished->len &&
	       (f->abandoned || !reel_writer_is_open(f->writer));
}

uint32_t reel_file_last_ms(const struct reel_file *f)
{
	return f->last_ms;
}
