/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/record_session.h"

#include "server/record/mark.h"
#include "server/record/record_disk.h"
#include "server/record/reel_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/crypto.h>

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
	OPENSSL_cleanse(s->key, sizeof(s->key));
	g_free(s);
}

void record_session_begin(struct record_session *s, struct record_disk *disk)
{
	g_autofree char *path = g_build_filename(record_disk_path(disk), s->name, NULL);

	s->disk = disk;
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		record_mark_set(record_disk_path(disk), s->name);
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

	out->gap(out->user, &t->head, from_ms, to_ms, error);
}

/* What is written is made durable all the same, but nothing is added. */
static void track_give_up(struct record_track *t, int error)
{
	t->given_up = true;
	if (t->file)
		reel_file_abandon(t->file);
	gap(t, t->file ? reel_file_last_ms(t->file) : 0, 0, error);
}

static bool is_sealed(const struct record_track *t)
{
	return t->session->seal_all || strcmp(t->head.mask, "original") == 0;
}

/* The session's key, made when its first sealed reel begins. Without one nothing is written. */
static int session_key(struct record_session *s, const uint8_t **ret_key)
{
	const struct record_keys *keys = s->keys;
	int r = 0;

	if (!s->has_key)
		r = keys ? keys->get(keys->user, record_disk_path(s->disk), s->name, s->key)
			 : -ENOKEY;
	s->has_key = !r;
	*ret_key = s->key;
	return r;
}

void record_track_begin(struct record_track *t)
{
	const uint8_t *key = NULL;
	int r = is_sealed(t) ? session_key(t->session, &key) : 0;

	if (!r)
		r = reel_file_open(record_disk_path(t->session->disk), &t->head, key, &t->file);
	g_ptr_array_add(t->session->tracks, t);
	if (r)
		track_give_up(t, r < 0 ? r : -EINVAL);
}

int record_track_put(struct record_track *t, GBytes *message, uint32_t n_dropped)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(message, &len);
	uint32_t before;
	int r;

	if (!t->file || t->given_up)
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
	if (t->file && !t->given_up && n_dropped)
		gap(t, reel_file_last_ms(t->file), 0, -ENOBUFS);
	t->ending = true;
}

/* A full disk may get room again, so bytes wait for it as long as they may. */
static bool may_wait(const struct record_track *t, int error)
{
	return (error == -ENOSPC || error == -EDQUOT) && !t->ending &&
	       reel_file_n_buffered(t->file) <= t->session->unwritten_max;
}

static void track_write(struct record_track *t)
{
	int r = t->file && !t->given_up ? reel_file_write(t->file) : 0;

	if (r && !may_wait(t, r))
		track_give_up(t, r);
}

void record_session_write(struct record_session *s)
{
	for (guint i = 0; i < s->tracks->len; i++)
		track_write(s->tracks->pdata[i]);
}

static void track_tick(struct record_track *t)
{
	int r = t->file && !t->given_up ? reel_file_cut(t->file) : 0;

	if (r)
		track_give_up(t, r);
	track_write(t);
}

/* Frees tracks that ended and have nothing left. */
static void tracks_reap(struct record_session *s)
{
	for (guint i = 0; i < s->tracks->len;) {
		struct record_track *t = s->tracks->pdata[i];

		if (t->file && reel_file_is_drained(t->file) && (t->ending || t->given_up))
			t->file = reel_file_free(t->file);
		if (t->ending && !t->file)
			g_ptr_array_remove_index(s->tracks, i);
		else
			i++;
	}
}

void record_session_tick(struct record_session *s)
{
	for (guint i = 0; i < s->tracks->len; i++)
		track_tick(s->tracks->pdata[i]);
	tracks_reap(s);
}

bool record_session_sync_begin(struct record_session *s)
{
	bool any = false;

	for (guint i = 0; i < s->tracks->len; i++) {
		struct record_track *t = s->tracks->pdata[i];

		if (t->file && reel_file_sync_begin(t->file))
			any = true;
	}
	return any;
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

/* After a failed sync each reel is asked by itself, and where that fails too nobody knows what
 * reached the disk: such a reel is not gone on with. */
static guint track_sync_end(struct record_track *t, int result, struct record_part **part)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	int r = result ? reel_file_sync_self(t->file) : 0;
	guint n_parts = 0;

	if (r) {
		reel_file_abandon_unsynced(t->file);
		track_give_up(t, r);
		return 0;
	}
	reel_file_sync_end(t->file, entries);
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

guint record_session_sync_end(struct record_session *s, int result)
{
	struct record_part *part = NULL;
	guint n_parts = 0;

	for (guint i = 0; i < s->tracks->len; i++) {
		struct record_track *t = s->tracks->pdata[i];

		if (t->file && reel_file_is_syncing(t->file))
			n_parts += track_sync_end(t, result, &part);
	}
	tracks_reap(s);
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

bool record_session_is_over(const struct record_session *s)
{
	return s->ending && !s->tracks->len && g_queue_is_empty((GQueue *)&s->parts);
}
