/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/record/scene.h"

#include <errno.h>
#include <unistd.h>

#include "proto/reel_check.h"

struct disk disk;

int syncfs(int fd)
{
	int error;

	g_mutex_lock(&disk.lock);
	disk.n_syncs++;
	g_cond_broadcast(&disk.changed);
	while (disk.held)
		g_cond_wait(&disk.changed, &disk.lock);
	error = disk.error;
	g_mutex_unlock(&disk.lock);
	errno = error;
	return error ? -1 : 0;
}

int fdatasync(int fd)
{
	g_mutex_lock(&disk.lock);
	disk.n_file_syncs++;
	errno = disk.file_error;
	g_mutex_unlock(&disk.lock);
	return errno ? -1 : 0;
}

void disk_set(bool held, int error, int file_error)
{
	g_mutex_lock(&disk.lock);
	disk.held = held;
	disk.error = error;
	disk.file_error = file_error;
	disk.n_syncs = disk.n_file_syncs = 0;
	g_cond_broadcast(&disk.changed);
	g_mutex_unlock(&disk.lock);
}

void disk_wait_sync(void)
{
	g_mutex_lock(&disk.lock);
	while (!disk.n_syncs)
		g_cond_wait(&disk.changed, &disk.lock);
	g_mutex_unlock(&disk.lock);
}

static void take_part(void *user, const struct record_part *part)
{
	struct inbox *in = user;
	bool answer, committed;

	g_mutex_lock(&in->lock);
	assert_string_equal(part->session, "s1");
	answer = in->answer;
	in->n_calls++;
	g_array_append_val(in->numbers, part->no);
	committed = in->n_calls > in->n_refuse;
	if (answer && committed)
		g_array_append_vals(in->clusters, part->clusters->data, part->clusters->len);
	g_cond_broadcast(&in->changed);
	g_mutex_unlock(&in->lock);
	if (answer)
		recorder_part_done(in->recorder, part->session, part->no, committed);
}

static void take_gap(
	void *user, const struct reel_head *of, uint32_t from_ms, uint32_t to_ms, int error)
{
	struct inbox *in = user;

	g_mutex_lock(&in->lock);
	in->n_gaps++;
	in->gap_from_ms = from_ms;
	in->gap_to_ms = to_ms;
	in->gap_error = error;
	g_cond_broadcast(&in->changed);
	g_mutex_unlock(&in->lock);
}

static void take_space(void *user, const char *dir, uint64_t free_bytes, enum record_space space)
{
	struct inbox *in = user;

	g_mutex_lock(&in->lock);
	in->n_spaces++;
	in->space = space;
	g_cond_broadcast(&in->changed);
	g_mutex_unlock(&in->lock);
}

void inbox_init(struct inbox *in, struct recorder_options *options)
{
	struct record_out out = {take_part, take_gap, take_space, in};

	*in = (struct inbox){.answer = true};
	g_mutex_init(&in->lock);
	g_cond_init(&in->changed);
	in->clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	in->numbers = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	if (!options->tick_ms)
		options->tick_ms = TICK_MS;
	assert_int_equal(recorder_new(options, &out, &in->recorder), 0);
}

void inbox_done(struct inbox *in)
{
	recorder_free(in->recorder);
	g_array_unref(in->clusters);
	g_array_unref(in->numbers);
	g_mutex_clear(&in->lock);
	g_cond_clear(&in->changed);
}

void wait_until(struct inbox *in, bool (*holds)(const struct inbox *in, guint n), guint n)
{
	gint64 until = g_get_monotonic_time() + WAIT_MS * G_TIME_SPAN_MILLISECOND;

	g_mutex_lock(&in->lock);
	while (!holds(in, n))
		if (!g_cond_wait_until(&in->changed, &in->lock, until))
			fail_msg("nothing came");
	g_mutex_unlock(&in->lock);
}

bool has_calls(const struct inbox *in, guint n)
{
	return in->n_calls >= n;
}

bool has_gaps(const struct inbox *in, guint n)
{
	return in->n_gaps >= n;
}

bool has_blocks(const struct inbox *in, guint n)
{
	guint found = 0;

	for (guint i = 0; i < in->clusters->len; i++)
		found += g_array_index(in->clusters, struct media_cluster, i).entry.n_blocks;
	return found >= n;
}

bool has_spaces(const struct inbox *in, guint n)
{
	return in->n_spaces >= n;
}

void put(struct inbox *in, struct record_track *t, uint16_t track, uint32_t seq)
{
	g_autoptr(GBytes) object = test_object(track, seq);

	assert_true(recorder_put(in->recorder, t, object));
}

void assert_recorded(const struct inbox *in, const char *dir, uint16_t track, uint64_t n_blocks)
{
	g_autofree char *name = g_strdup_printf("%u.webm", track);
	g_autoptr(GBytes) reel = test_file(dir, name);
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_check rc;

	for (guint i = 0; i < in->clusters->len; i++) {
		struct media_cluster *c = &g_array_index(in->clusters, struct media_cluster, i);

		if (c->track == track)
			g_array_append_val(entries, c->entry);
	}
	assert_int_equal(reel_check(g_bytes_get_data(reel, NULL), g_bytes_get_size(reel),
				 (struct reel_entry *)entries->data, entries->len, NULL, &rc),
		0);
	for (guint i = 0; i < rc.findings->len; i++)
		assert_int_equal(g_array_index(rc.findings, struct reel_finding, i).kind,
			REEL_FINDING_UNSTAMPED);
	assert_int_equal(rc.n_blocks, n_blocks);
	reel_check_done(&rc);
}
