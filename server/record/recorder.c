/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/recorder.h"

#include "server/core/clock.h"
#include "server/record/mark.h"
#include "server/record/record_disks.h"
#include "server/record/record_session.h"

#include <errno.h>
#include <string.h>

/*
 * Commands go through one list under one mutex; the thread swaps it for an empty one. Messages do
 * not wake the thread: it looks every 20 ms while a session is open, which makes one write of
 * many objects and spares a wake-up for each.
 */

#define BATCH_US (20 * 1000)
#define IDLE_US CLOCK_SECOND_US
#define SPACE_US CLOCK_SECOND_US
#define QUEUE_MAX (256u << 20)
#define UNWRITTEN_MAX (8u << 20)

enum command_kind {
	COMMAND_SESSION_OPEN,
	COMMAND_SESSION_CLOSE,
	COMMAND_TRACK_ADD,
	COMMAND_TRACK_REMOVE,
	COMMAND_PUT,
	COMMAND_PART_DONE,
};

struct command {
	enum command_kind kind;
	bool committed;     /* PART_DONE */
	uint32_t n_dropped; /* PUT, TRACK_REMOVE: messages of the track missing before it */
	uint64_t no;        /* PART_DONE */
	char *name;         /* PART_DONE: owned */
	struct record_session *session;
	struct record_track *track;
	GBytes *message; /* PUT: owned */
};

struct recorder {
	struct record_out out;
	const struct record_keys *keys;
	bool seal_all;
	unsigned tick_ms;
	size_t queue_max, unwritten_max;
	GThread *thread;

	/* recorder thread */
	GPtrArray *sessions;
	struct record_disks disks;
	int64_t next_tick_us, next_space_us;
	struct recorder_figures counted;

	/* under lock */
	GMutex lock;
	GCond wake;
	GArray *queue; /* struct command */
	size_t queue_bytes;
	bool urgent, stopping;
	int64_t stop_at_us;
	struct recorder_figures figures;
	bool has_room;
};

/* --- The callers' side --- */

static void command_push(struct recorder *r, const struct command *c)
{
	g_mutex_lock(&r->lock);
	g_array_append_vals(r->queue, c, 1);
	r->urgent = true;
	g_cond_signal(&r->wake);
	g_mutex_unlock(&r->lock);
}

struct record_session *recorder_session_open(
	struct recorder *r, const char *session, uint64_t next_part_no)
{
	struct record_session *s;

	g_assert(ident_is_valid(session, strlen(session)) && next_part_no);
	s = record_session_new(session, next_part_no);
	s->out = &r->out;
	s->keys = r->keys;
	s->seal_all = r->seal_all;
	s->unwritten_max = r->unwritten_max;
	command_push(r, &(struct command){.kind = COMMAND_SESSION_OPEN, .session = s});
	return s;
}

void recorder_session_close(struct recorder *r, struct record_session *s)
{
	command_push(r, &(struct command){.kind = COMMAND_SESSION_CLOSE, .session = s});
}

struct record_track *recorder_track_add(
	struct recorder *r, struct record_session *s, const struct reel_head *head)
{
	struct record_track *t = g_new0(struct record_track, 1);

	g_assert(strcmp(head->session, s->name) == 0);
	t->session = s;
	t->head = *head;
	command_push(r, &(struct command){.kind = COMMAND_TRACK_ADD, .track = t});
	return t;
}

void recorder_track_remove(struct recorder *r, struct record_track *t)
{
	struct command c = {.kind = COMMAND_TRACK_REMOVE, .track = t};

	g_mutex_lock(&r->lock);
	c.n_dropped = t->n_dropped;
	g_mutex_unlock(&r->lock);
	command_push(r, &c);
}

bool recorder_put(struct recorder *r, struct record_track *t, GBytes *message)
{
	size_t len = g_bytes_get_size(message);
	bool fits;

	g_mutex_lock(&r->lock);
	fits = r->queue_bytes + len <= r->queue_max;
	if (fits) {
		struct command c = {.kind = COMMAND_PUT,
			.track = t,
			.message = g_bytes_ref(message),
			.n_dropped = t->n_dropped};

		t->n_dropped = 0;
		g_array_append_val(r->queue, c);
		r->queue_bytes += len;
	} else {
		r->figures.n_dropped++;
		t->n_dropped++;
	}
	g_mutex_unlock(&r->lock);
	return fits;
}

void recorder_part_done(struct recorder *r, const char *session, uint64_t no, bool committed)
{
	command_push(r, &(struct command){.kind = COMMAND_PART_DONE,
				.name = g_strdup(session),
				.no = no,
				.committed = committed});
}

void recorder_figures(struct recorder *r, struct recorder_figures *ret_figures)
{
	g_mutex_lock(&r->lock);
	*ret_figures = r->figures;
	ret_figures->queue_bytes = r->queue_bytes;
	r->figures.sync_us_max = 0;
	g_mutex_unlock(&r->lock);
}

bool recorder_has_room(struct recorder *r)
{
	bool has_room;

	g_mutex_lock(&r->lock);
	has_room = r->has_room;
	g_mutex_unlock(&r->lock);
	return has_room;
}

/* --- The recorder thread --- */

static void part_done(struct recorder *r, const struct command *c, int64_t now_us)
{
	for (guint i = 0; i < r->sessions->len; i++) {
		struct record_session *s = r->sessions->pdata[i];

		if (strcmp(s->name, c->name) != 0 ||
			!record_session_part_done(s, c->no, c->committed, now_us))
			continue;
		r->counted.n_parts_waiting -= c->committed;
		return;
	}
}

static void command_run(struct recorder *r, struct command *c, int64_t now_us)
{
	switch (c->kind) {
	case COMMAND_SESSION_OPEN:
		record_session_begin(c->session, record_disks_choose(&r->disks, c->session->name));
		g_ptr_array_add(r->sessions, c->session);
		break;
	case COMMAND_SESSION_CLOSE:
		record_session_end(c->session);
		break;
	case COMMAND_TRACK_ADD:
		record_track_begin(c->track);
		break;
	case COMMAND_TRACK_REMOVE:
		record_track_end(c->track, c->n_dropped);
		break;
	case COMMAND_PUT:
		r->counted.n_messages++;
		r->counted.n_refused += record_track_put(c->track, c->message, c->n_dropped) > 0;
		g_bytes_unref(c->message);
		break;
	case COMMAND_PART_DONE:
		part_done(r, c, now_us);
		g_free(c->name);
		break;
	}
}

static void tick(struct recorder *r, int64_t now_us)
{
	for (guint i = 0; i < r->sessions->len; i++)
		record_session_tick(r->sessions->pdata[i]);
	for (guint i = 0; i < r->disks.entries->len; i++)
		record_disks_at(&r->disks, i)->wanted = true;
	r->next_tick_us = MAX(r->next_tick_us + r->tick_ms * INT64_C(1000), now_us);
}

static void disk_synced(struct recorder *r, struct record_disk *disk, int result, int64_t took_us)
{
	for (guint i = 0; i < r->sessions->len; i++) {
		struct record_session *s = r->sessions->pdata[i];
		guint n_parts = s->disk == disk ? record_session_sync_end(s, result) : 0;

		r->counted.n_parts += n_parts;
		r->counted.n_parts_waiting += n_parts;
	}
	r->counted.sync_us_max = MAX(r->counted.sync_us_max, (uint64_t)took_us);
}

/* What ended while the disk was busy waits for its next turn, so a slow disk is not asked more
 * often than it can answer. */
static void disk_begin_sync(struct recorder *r, struct record_disks_entry *d)
{
	bool any = false;

	for (guint i = 0; i < r->sessions->len; i++) {
		struct record_session *s = r->sessions->pdata[i];

		if (s->disk == d->disk && record_session_sync_begin(s))
			any = true;
	}
	d->wanted = false;
	if (any)
		record_disk_sync(d->disk);
}

static void disks_run(struct recorder *r)
{
	for (guint i = 0; i < r->disks.entries->len; i++) {
		struct record_disks_entry *d = record_disks_at(&r->disks, i);
		int64_t took_us;
		int result;

		if (record_disk_take_result(d->disk, &result, &took_us))
			disk_synced(r, d->disk, result, took_us);
		if (d->wanted && !record_disk_is_syncing(d->disk))
			disk_begin_sync(r, d);
	}
}

static void look_at_space(struct recorder *r, int64_t now_us)
{
	bool has_room = record_disks_look(&r->disks, &r->out);

	g_mutex_lock(&r->lock);
	r->has_room = has_room;
	g_mutex_unlock(&r->lock);
	r->next_space_us = now_us + SPACE_US;
}

static void sessions_hand_up(struct recorder *r, int64_t now_us)
{
	for (guint i = 0; i < r->sessions->len;) {
		struct record_session *s = r->sessions->pdata[i];

		record_session_hand_up(s, now_us);
		if (!record_session_is_over(s)) {
			i++;
			continue;
		}
		record_mark_clear(record_disk_path(s->disk), s->name);
		g_ptr_array_remove_index(r->sessions, i);
	}
}

/* Under lock. */
static void figures_publish(struct recorder *r)
{
	r->counted.n_dropped = r->figures.n_dropped;
	r->counted.sync_us_max = MAX(r->counted.sync_us_max, r->figures.sync_us_max);
	r->figures = r->counted;
	r->counted.sync_us_max = 0;
}

/* Waits for commands and swaps the queue. Returns whether to stop. */
static bool queue_take(struct recorder *r, GArray **batch)
{
	int64_t until_us;
	GArray *full;
	bool stopping;

	g_mutex_lock(&r->lock);
	until_us = clock_mono_us() + (r->sessions->len ? BATCH_US : IDLE_US);
	while (!r->urgent && clock_mono_us() < until_us)
		g_cond_wait_until(&r->wake, &r->lock, until_us);
	full = r->queue;
	r->queue = *batch;
	r->queue_bytes = 0;
	r->urgent = false;
	stopping = r->stopping;
	figures_publish(r);
	g_mutex_unlock(&r->lock);
	*batch = full;
	return stopping;
}

static void sessions_end(struct recorder *r)
{
	for (guint i = 0; i < r->sessions->len; i++)
		record_session_end(r->sessions->pdata[i]);
	r->next_tick_us = 0;
}

static void *thread_run(void *data)
{
	struct recorder *r = data;
	GArray *batch = g_array_new(FALSE, FALSE, sizeof(struct command));
	bool stopping = false, was_stopping;

	r->next_tick_us = clock_mono_us() + r->tick_ms * INT64_C(1000);
	do {
		int64_t now_us;

		was_stopping = stopping;
		stopping = queue_take(r, &batch);
		now_us = clock_mono_us();
		for (guint i = 0; i < batch->len; i++)
			command_run(r, &g_array_index(batch, struct command, i), now_us);
		g_array_set_size(batch, 0);
		if (stopping && !was_stopping)
			sessions_end(r);
		for (guint i = 0; i < r->sessions->len; i++)
			record_session_write(r->sessions->pdata[i]);
		if (now_us >= r->next_tick_us)
			tick(r, now_us);
		disks_run(r);
		if (now_us >= r->next_space_us)
			look_at_space(r, now_us);
		sessions_hand_up(r, now_us);
	} while (!stopping || (r->sessions->len && clock_mono_us() < r->stop_at_us));
	g_array_unref(batch);
	g_mutex_lock(&r->lock);
	figures_publish(r);
	g_mutex_unlock(&r->lock);
	return NULL;
}

/* --- Life --- */

/* A disk's thread. */
static void wake(void *user)
{
	struct recorder *r = user;

	g_mutex_lock(&r->lock);
	r->urgent = true;
	g_cond_signal(&r->wake);
	g_mutex_unlock(&r->lock);
}

static void recorder_clear(struct recorder *r)
{
	record_disks_clear(&r->disks);
	g_array_unref(r->queue);
	g_ptr_array_unref(r->sessions);
	g_mutex_clear(&r->lock);
	g_cond_clear(&r->wake);
	g_free(r);
}

int recorder_new(const struct recorder_options *options, const struct record_out *out,
	struct recorder **ret_recorder)
{
	struct recorder *r = g_new0(struct recorder, 1);
	int error;

	r->out = *out;
	r->keys = options->keys;
	r->seal_all = options->seal_all;
	r->disks.low_bytes = options->low_bytes;
	r->disks.stop_bytes = options->stop_bytes;
	r->tick_ms = options->tick_ms ? options->tick_ms : RECORDER_TICK_MS;
	r->queue_max = options->queue_max ? options->queue_max : QUEUE_MAX;
	r->unwritten_max = options->unwritten_max ? options->unwritten_max : UNWRITTEN_MAX;
	r->sessions = g_ptr_array_new_with_free_func(record_session_free);
	r->queue = g_array_new(FALSE, FALSE, sizeof(struct command));
	g_mutex_init(&r->lock);
	g_cond_init(&r->wake);
	error = record_disks_open(&r->disks, options->dirs, wake, r);
	if (error) {
		recorder_clear(r);
		return error;
	}
	r->has_room = record_disks_have_room(&r->disks);
	r->thread = g_thread_new("recorder", thread_run, r);
	*ret_recorder = r;
	return 0;
}

void recorder_stop(struct recorder *r, unsigned wait_ms)
{
	g_mutex_lock(&r->lock);
	r->stopping = r->urgent = true;
	r->stop_at_us = clock_mono_us() + wait_ms * INT64_C(1000);
	g_cond_signal(&r->wake);
	g_mutex_unlock(&r->lock);
	g_thread_join(g_steal_pointer(&r->thread));
}

struct recorder *recorder_free(struct recorder *r)
{
	if (!r)
		return NULL;
	g_assert(!r->thread);
	/* What was pushed after the thread had gone, such as a late answer to a part. */
	for (guint i = 0; i < r->queue->len; i++) {
		struct command *c = &g_array_index(r->queue, struct command, i);

		g_free(c->name);
		if (c->message)
			g_bytes_unref(c->message);
		if (c->kind == COMMAND_SESSION_OPEN)
			record_session_free(c->session);
		if (c->kind == COMMAND_TRACK_ADD)
			g_free(c->track);
	}
	recorder_clear(r);
	return NULL;
}
