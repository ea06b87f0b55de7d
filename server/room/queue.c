/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/queue.h"

#include "proto/frame.h"

/* Limits are applied at most this often on pushing: heads age slowly, objects come fast. */
#define POLICE_EVERY_MS 10

#define LATE_MS 1000

/* A queue that waited longer than this for its write has a line that is full: take less. */
#define BLOCKED_MS 40

static void unref_object(gpointer data)
{
	object_unref(data);
}

void queue_init(struct queue *q, const struct queue_out *out, int64_t now_ms)
{
	*q = (struct queue){.out = *out, .lanes = g_ptr_array_new()};
	g_queue_init(&q->audio);
	queue_reset(q, now_ms);
}

static void lane_clear(struct queue *q, struct lane *l)
{
	q->video_bytes -= l->bytes;
	l->bytes = 0;
	g_queue_clear_full(&l->objects, unref_object);
}

void queue_reset(struct queue *q, int64_t now_ms)
{
	g_queue_clear_full(&q->audio, unref_object);
	for (guint i = 0; i < q->lanes->len; i++)
		queue_restart_lane(q, g_ptr_array_index(q->lanes, i));
	q->audio_bytes = 0;
	q->write_max = QUEUE_WRITE_MAX;
	q->policed_ms = now_ms;
	q->level = FRAME_LAYER_MAX;
	q->stepped_ms = now_ms - QUEUE_STEP_EVERY_MS;
	q->pressed_ms = now_ms;
	q->late_ms = now_ms - LATE_MS;
	q->in_lag = false;
}

void queue_done(struct queue *q)
{
	if (!q->lanes)
		return;
	queue_reset(q, 0);
	g_clear_pointer(&q->lanes, g_ptr_array_unref);
}

void lane_init(struct lane *l, uint16_t track)
{
	*l = (struct lane){.track = track,
		.priority = LANE_PRIORITY_DEFAULT,
		.max_layer = FRAME_LAYER_MAX,
		.need_key = true};
	g_queue_init(&l->objects);
}

void queue_add_lane(struct queue *q, struct lane *l)
{
	g_ptr_array_add(q->lanes, l);
}

void queue_remove_lane(struct queue *q, struct lane *l)
{
	lane_clear(q, l);
	g_ptr_array_remove(q->lanes, l);
}

void queue_restart_lane(struct queue *q, struct lane *l)
{
	lane_clear(q, l);
	l->need_key = true;
}

void queue_drop_audio(struct queue *q, uint16_t track)
{
	for (GList *i = q->audio.head, *next; i; i = next) {
		struct object *o = i->data;

		next = i->next;
		if (o->track != track)
			continue;
		q->audio_bytes -= o->len;
		g_queue_delete_link(&q->audio, i);
		object_unref(o);
	}
}

static int64_t head_age(const GQueue *queue, int64_t now_ms)
{
	const struct object *o = queue->head ? queue->head->data : NULL;

	return o ? now_ms - o->arrived_ms : 0;
}

static void tell_lag(struct queue *q, enum queue_lag_level level, int64_t now_ms)
{
	q->lag.level = level;
	q->told_ms = now_ms;
	q->out.lag(q->out.ctx, &q->lag);
	q->lag.begins = false;
	q->lag.dropped = 0;
}

/*
 * n objects were shed. Calm begins anew, and an episode if there is none. The owner hears of it at
 * once when it is worse than it was told, otherwise once in a while.
 */
static void note_shed(struct queue *q, enum queue_lag_level level, uint32_t n, int64_t now_ms)
{
	q->pressed_ms = q->late_ms = now_ms;
	if (!q->in_lag) {
		q->in_lag = true;
		q->lag = (struct queue_lag){.begins = true};
	}
	q->lag.dropped += n;
	q->lag.dropped_total += n;
	if (level > q->lag.level || now_ms - q->told_ms >= QUEUE_TELL_EVERY_MS)
		tell_lag(q, level, now_ms);
}

static void police_audio(struct queue *q, int64_t now_ms)
{
	uint32_t n = 0;

	while (head_age(&q->audio, now_ms) > QUEUE_AUDIO_MAX_MS ||
		q->audio_bytes > QUEUE_AUDIO_MAX_BYTES) {
		struct object *o = g_queue_pop_head(&q->audio);

		q->audio_bytes -= o->len;
		object_unref(o);
		n++;
	}
	if (n)
		note_shed(q, QUEUE_LAG_AUDIO, n, now_ms);
}

/* Everything of the lanes that matter no more than `priority` goes, until their next key frames. */
static void flush_lanes(struct queue *q, int priority, int64_t now_ms)
{
	uint32_t n = 0;

	for (guint i = 0; i < q->lanes->len; i++) {
		struct lane *l = g_ptr_array_index(q->lanes, i);

		if (l->priority > priority || !l->objects.length)
			continue;
		n += l->objects.length;
		queue_restart_lane(q, l);
		q->out.need_key(q->out.ctx, l->track);
	}
	note_shed(q, QUEUE_LAG_FLUSHED, n, now_ms);
}

/* A higher layer refers only downwards, so dropping it whole never harms what stays. */
static uint32_t drop_layers_above(struct queue *q, struct lane *l, uint8_t level)
{
	uint32_t n = 0;

	for (GList *i = l->objects.head, *next; i; i = next) {
		struct object *o = i->data;

		next = i->next;
		if (object_layer(o) <= level)
			continue;
		l->bytes -= o->len;
		q->video_bytes -= o->len;
		g_queue_delete_link(&l->objects, i);
		object_unref(o);
		n++;
	}
	l->level = MIN(l->level, level);
	return n;
}

static void step_down(struct queue *q, int64_t now_ms)
{
	uint32_t n = 0;

	q->level--;
	q->stepped_ms = now_ms;
	for (guint i = 0; i < q->lanes->len; i++)
		n += drop_layers_above(q, g_ptr_array_index(q->lanes, i), q->level);
	note_shed(q, FRAME_LAYER_MAX - q->level, n, now_ms);
}

/* After calm. The next step needs as much calm again. */
static void step_up(struct queue *q, int64_t now_ms)
{
	q->pressed_ms = now_ms;
	if (q->level < FRAME_LAYER_MAX)
		q->level++;
	q->in_lag = q->level < FRAME_LAYER_MAX;
	q->lag.ends = !q->in_lag;
	tell_lag(q, FRAME_LAYER_MAX - q->level, now_ms);
}

static void police_video(struct queue *q, int64_t now_ms)
{
	int64_t oldest = 0;
	int overdue = -1; /* the highest priority that waits too long */

	for (guint i = 0; i < q->lanes->len; i++) {
		const struct lane *l = g_ptr_array_index(q->lanes, i);
		int64_t age = head_age(&l->objects, now_ms);

		oldest = MAX(oldest, age);
		if (age > QUEUE_VIDEO_FLUSH_MS)
			overdue = MAX(overdue, l->priority);
	}
	if (q->video_bytes > QUEUE_VIDEO_MAX_BYTES)
		overdue = UINT8_MAX;
	if (oldest > QUEUE_VIDEO_STEP_MS) {
		q->pressed_ms = q->late_ms = now_ms;
		if (q->level > 0 && now_ms - q->stepped_ms >= QUEUE_STEP_EVERY_MS)
			step_down(q, now_ms);
	}
	if (overdue >= 0)
		flush_lanes(q, overdue, now_ms);
}

static void police(struct queue *q, int64_t now_ms)
{
	q->policed_ms = now_ms;
	police_audio(q, now_ms);
	police_video(q, now_ms);
	if (q->in_lag && now_ms - q->pressed_ms >= QUEUE_CALM_MS)
		step_up(q, now_ms);
}

static void police_sometimes(struct queue *q, int64_t now_ms)
{
	if (now_ms - q->policed_ms >= POLICE_EVERY_MS)
		police(q, now_ms);
}

void queue_push_audio(struct queue *q, struct object *o, int64_t now_ms)
{
	q->audio_bytes += o->len;
	g_queue_push_tail(&q->audio, object_ref(o));
	police_sometimes(q, now_ms);
}

/* Whether the lane's receiver can decode this object after what it got, and shall. */
static bool lane_admits(const struct queue *q, struct lane *l, const struct object *o)
{
	uint8_t allowed = MIN(q->level, l->max_layer);
	uint8_t layer = object_layer(o);

	if (object_is_key(o)) {
		l->need_key = false;
		l->level = allowed;
		return true;
	}
	if (l->need_key)
		return false;
	l->level = MIN(l->level, allowed);
	if (layer <= l->level)
		return true;
	/* One layer at a time: a sync frame of layer n leans only on layers below n. */
	if (layer == l->level + 1 && layer <= allowed && (o->flags & FRAME_LAYER_SYNC)) {
		l->level = layer;
		return true;
	}
	return false;
}

void queue_push_video(struct queue *q, struct lane *l, struct object *o, int64_t now_ms)
{
	police_sometimes(q, now_ms);
	if (!lane_admits(q, l, o)) {
		if (q->in_lag) {
			q->lag.dropped++;
			q->lag.dropped_total++;
		}
		return;
	}
	l->bytes += o->len;
	q->video_bytes += o->len;
	g_queue_push_tail(&l->objects, object_ref(o));
}

bool queue_is_empty(const struct queue *q)
{
	return !q->audio.length && !q->video_bytes;
}

bool queue_is_late(const struct queue *q, int64_t now_ms)
{
	return now_ms - q->late_ms < LATE_MS;
}

/* The lane whose head goes next: the most important, among equals the earliest arrival. */
static struct lane *next_lane(const struct queue *q)
{
	struct lane *best = NULL;
	uint64_t best_id = 0;

	for (guint i = 0; i < q->lanes->len; i++) {
		struct lane *l = g_ptr_array_index(q->lanes, i);
		const struct object *head = l->objects.head ? l->objects.head->data : NULL;

		if (!head || (best && l->priority < best->priority))
			continue;
		if (best && l->priority == best->priority && head->id > best_id)
			continue;
		best = l;
		best_id = head->id;
	}
	return best;
}

static int64_t oldest_age(const struct queue *q, int64_t now_ms)
{
	int64_t oldest = head_age(&q->audio, now_ms);

	for (guint i = 0; i < q->lanes->len; i++) {
		const struct lane *l = g_ptr_array_index(q->lanes, i);

		oldest = MAX(oldest, head_age(&l->objects, now_ms));
	}
	return oldest;
}

/*
 * How much may leave in one write. The write that is handed over waits in lws and in the kernel,
 * where nothing can overtake it; so a receiver whose line holds writes up for long gets less each
 * time, until one write is gone in about BLOCKED_MS.
 */
static void adapt_write(struct queue *q, int64_t now_ms)
{
	int64_t waited = oldest_age(q, now_ms);

	if (waited > BLOCKED_MS)
		q->write_max = MAX(q->write_max / 2, QUEUE_WRITE_MIN);
	else if (waited <= BLOCKED_MS / 2)
		q->write_max = MIN(q->write_max * 2, QUEUE_WRITE_MAX);
}

/* The head that goes next and leaves in place; NULL when nothing waits. */
static struct object *next_object(const struct queue *q, struct lane **ret_lane)
{
	struct lane *lane = q->audio.length ? NULL : next_lane(q);
	const GQueue *from = lane ? &lane->objects : &q->audio;

	*ret_lane = lane;
	return from->head ? from->head->data : NULL;
}

static void pop_object(struct queue *q, struct lane *lane)
{
	struct object *o = g_queue_pop_head(lane ? &lane->objects : &q->audio);

	if (lane) {
		lane->bytes -= o->len;
		q->video_bytes -= o->len;
	} else {
		q->audio_bytes -= o->len;
	}
	object_unref(o);
}

bool queue_collect(
	struct queue *q, int64_t now_ms, bool (*put)(void *ctx, const struct object *o), void *ctx)
{
	size_t total = 0;
	struct lane *lane;
	struct object *o;

	police(q, now_ms);
	adapt_write(q, now_ms);
	while ((o = next_object(q, &lane))) {
		if (total && total + o->len > q->write_max)
			break;
		if (!put(ctx, o))
			break;
		total += o->len;
		pop_object(q, lane);
	}
	return o != NULL;
}
