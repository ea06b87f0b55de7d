/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/link/outbox.h"

struct message {
	GBytes *bytes;
	bool is_text;
	int64_t pushed_us;
};

struct lane {
	GQueue queue;
	size_t n_bytes;
};

struct outbox {
	GMutex lock;
	struct lane lanes[OUTBOX_N_LANES];
};

/* A picture that waits half a second would be shown late; sound may wait longer, because losing it
 * is worse. Control has no limit of its own: acts are limited where they are made. */
static const struct {
	size_t n_bytes;
	int64_t age_us;
} LIMITS[OUTBOX_N_LANES] = {
	[OUTBOX_CONTROL] = {SIZE_MAX, INT64_MAX},
	[OUTBOX_AUDIO] = {64 * 1024, 2000000},
	[OUTBOX_VIDEO] = {512 * 1024, 500000},
};

static void message_free(void *p)
{
	struct message *m = p;

	g_bytes_unref(m->bytes);
	g_free(m);
}

struct outbox *outbox_new(void)
{
	struct outbox *o = g_new0(struct outbox, 1);

	g_mutex_init(&o->lock);
	for (int i = 0; i < OUTBOX_N_LANES; i++)
		g_queue_init(&o->lanes[i].queue);
	return o;
}

struct outbox *outbox_free(struct outbox *o)
{
	if (!o)
		return NULL;
	outbox_clear(o);
	g_mutex_clear(&o->lock);
	g_free(o);
	return NULL;
}

void outbox_push(
	struct outbox *o, enum outbox_lane lane, bool is_text, GBytes *message, int64_t now_us)
{
	struct message *m = g_new(struct message, 1);

	m->bytes = g_bytes_ref(message);
	m->is_text = is_text;
	m->pushed_us = now_us;
	g_mutex_lock(&o->lock);
	g_queue_push_tail(&o->lanes[lane].queue, m);
	o->lanes[lane].n_bytes += g_bytes_get_size(message);
	g_mutex_unlock(&o->lock);
}

GBytes *outbox_pop(struct outbox *o, bool *ret_is_text)
{
	struct message *m = NULL;
	GBytes *bytes = NULL;

	g_mutex_lock(&o->lock);
	for (int i = 0; i < OUTBOX_N_LANES && !m; i++) {
		m = g_queue_pop_head(&o->lanes[i].queue);
		if (!m)
			continue;
		bytes = g_steal_pointer(&m->bytes);
		o->lanes[i].n_bytes -= g_bytes_get_size(bytes);
		*ret_is_text = m->is_text;
	}
	g_mutex_unlock(&o->lock);
	g_free(m);
	return bytes;
}

bool outbox_is_empty(struct outbox *o)
{
	bool empty = true;

	g_mutex_lock(&o->lock);
	for (int i = 0; i < OUTBOX_N_LANES; i++)
		empty = empty && g_queue_is_empty(&o->lanes[i].queue);
	g_mutex_unlock(&o->lock);
	return empty;
}

void outbox_clear(struct outbox *o)
{
	g_mutex_lock(&o->lock);
	for (int i = 0; i < OUTBOX_N_LANES; i++) {
		g_queue_clear_full(&o->lanes[i].queue, message_free);
		o->lanes[i].n_bytes = 0;
	}
	g_mutex_unlock(&o->lock);
}

bool outbox_has_room(struct outbox *o, enum outbox_lane lane, int64_t now_us)
{
	const struct message *oldest;
	bool room;

	g_mutex_lock(&o->lock);
	oldest = g_queue_peek_head(&o->lanes[lane].queue);
	room = !oldest || (o->lanes[lane].n_bytes < LIMITS[lane].n_bytes &&
				  now_us - oldest->pushed_us < LIMITS[lane].age_us);
	g_mutex_unlock(&o->lock);
	return room;
}

int64_t outbox_age_us(struct outbox *o, enum outbox_lane lane, int64_t now_us)
{
	const struct message *oldest;
	int64_t age_us;

	g_mutex_lock(&o->lock);
	oldest = g_queue_peek_head(&o->lanes[lane].queue);
	age_us = oldest ? now_us - oldest->pushed_us : 0;
	g_mutex_unlock(&o->lock);
	return age_us;
}
