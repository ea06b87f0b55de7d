/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/record_session.h"

#include "server/record/reel_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define RETRY_US (1000 * 1000)

static void part_free(struct record_part *part)
{
	g_array_unref(part->clusters);
	g_free(part);
}

static void track_free(void *data)
{
	struct record_track *t = data;

	reel_file_free(t->file);
	g_free(t);
}

struct record_session *record_session_new(const char *name, uint64_t next_part_no)
{
	struct record_session *s = g_new0(struct record_session, 1);

	g_strlcpy(s->name, name, sizeof(s->name));
	s->next_part_no = next_part_no;
	s->tracks = g_ptr_array_new_with_free_func(track_free);
	g_queue_init(&s->parts);
	return s;
}

void record_session_free(void *session)
{
	struct record_session *s = session;
	struct record_part *part;

	if (!s)
		return;
	while ((part = g_queue_pop_head(&s->parts)))
		part_free(part);
	g_ptr_array_unref(s->tracks);
	g_free(s);
}

/* Makes the names in a folder durable. */
static int dir_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) < 0)
		r = -errno;
	close(fd);
	return r;
}

void record_session_begin(struct record_session *s)
{
	g_autofree char *path = g_build_filename(s->dir, s->name, NULL);

	if (mkdir(path, 0750) == 0)
		dir_sync(s->dir);
}

void record_session_end(struct record_session *s)
{
	s->ending = true;
	for (guint i = 0; i < s->tracks->len; i++)
		((struct record_track *)s->tracks->pdata[i])->ending = true;
}

static void gap(const struct record_track *t, uint32_t from_ms, uint32_t to_ms, int error)
{
	const struct record_out *out = t->session->out;

	out->gap(out->user, t->session->name, t->head.track, from_ms, to_ms, error);
}

static void track_give_up(struct record_track *t, int error)
{
	uint32_t last_ms = t->file ? reel_file_last_ms(t->file) : 0;

	t->file = reel_file_free(t->file);
	gap(t, last_ms, 0, error);
}

void record_track_begin(struct record_track *t)
{
	int r = reel_file_open(t->session->dir, &t->head, &t->file);

	g_ptr_array_add(t->session->tracks, t);
	t->session->dir_dirty = true;
	if (r)
		track_give_up(t, r < 0 ? r : -EINVAL);
}

int record_track_put(struct record_track *t, GBytes *message, uint32_t n_dropped)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(message, &len);
	uint32_t before;
	int r;

	if (!t->file)
		return 0;
	before = reel_file_last_ms(t->file);
	r = reel_file_put(t->file, data, len);
	if (r < 0)
		track_give_up(t, r);
	else if (!r && n_dropped)
		gap(t, before, frame_session_ms(data), -ENOBUFS);
	return r;
}

void record_track_end(struct record_track *t, uint32_t n_dropped)
{
	if (t->file && n_dropped)
		gap(t, reel_file_last_ms(t->file), 0, -ENOBUFS);
	t->ending = true;
}

/* A full disk may get room again, so bytes wait for it as long as they may. */
static bool may_wait(const struct record_track *t, int error)
{
	return (error == -ENOSPC || error == -EDQUOT) && !t->ending &&
	       reel_file_n_buffered(t->file) <= t->session->unwritten_max;
}

static int track_write(struct record_track *t)
{
	int r = reel_file_write(t->file);

	if (r && !may_wait(t, r))
		track_give_up(t, r);
	return r;
}

void record_session_write(struct record_session *s)
{
	for (guint i = 0; i < s->tracks->len; i++) {
		struct record_track *t = s->tracks->pdata[i];

		if (t->file)
			track_write(t);
	}
}

/* After a failed sync nobody knows what reached the disk, so such a reel is not gone on with. */
static void track_sync(struct record_track *t, GArray *entries)
{
	int r;

	reel_file_cut(t->file);
	if (track_write(t))
		return;
	r = reel_file_sync(t->file, entries);
	if (r && !may_wait(t, r))
		track_give_up(t, r);
}

static struct record_part *part_begin(struct record_session *s)
{
	struct record_part *part = g_new0(struct record_part, 1);

	g_strlcpy(part->session, s->name, sizeof(part->session));
	part->no = s->next_part_no++;
	part->clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	g_queue_push_tail(&s->parts, part);
	return part;
}

static guint track_tick(struct record_track *t, struct record_part **part)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	guint n_parts = 0;

	if (t->file)
		track_sync(t, entries);
	for (guint i = 0; i < entries->len; i++) {
		struct media_cluster c = {.track = t->head.track,
			.entry = g_array_index(entries, struct reel_entry, i)};

		if (!*part || (*part)->clusters->len == MEDIA_PART_CLUSTERS_MAX) {
			*part = part_begin(t->session);
			n_parts++;
		}
		g_array_append_val((*part)->clusters, c);
	}
	return n_parts;
}

guint record_session_tick(struct record_session *s)
{
	struct record_part *part = NULL;
	guint n_parts = 0;

	if (s->dir_dirty) {
		g_autofree char *path = g_build_filename(s->dir, s->name, NULL);

		s->dir_dirty = dir_sync(path) != 0;
	}
	for (guint i = 0; i < s->tracks->len;) {
		struct record_track *t = s->tracks->pdata[i];

		n_parts += track_tick(t, &part);
		if (t->ending)
			g_ptr_array_remove_index(s->tracks, i);
		else
			i++;
	}
	return n_parts;
}

void record_session_hand_up(struct record_session *s, int64_t now_us)
{
	struct record_part *part = g_queue_peek_head(&s->parts);

	if (!part || s->handed || now_us < s->retry_at_us)
		return;
	s->handed = true;
	s->out->part(s->out->user, part);
}

bool record_session_part_done(struct record_session *s, uint64_t no, bool committed, int64_t now_us)
{
	struct record_part *part = g_queue_peek_head(&s->parts);

	if (!part || !s->handed || part->no != no)
		return false;
	s->handed = false;
	if (committed)
		part_free(g_queue_pop_head(&s->parts));
	else
		s->retry_at_us = now_us + RETRY_US;
	return true;
}
