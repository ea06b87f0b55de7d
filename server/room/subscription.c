/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/subscription.h"

#include "server/room/rights.h"
#include "server/room/seat.h"
#include "server/room/track.h"

#include <string.h>

bool subscription_allowed(const struct seat *receiver, const struct track *track)
{
	if (receiver == track->seat || !seat_has(receiver, RIGHT_WATCH))
		return false;
	if (seat_has(receiver, RIGHT_ORIGINAL))
		return true;
	if (track_is_aside(track) && strcmp(track->form.to, receiver->id) != 0)
		return false;
	return track->form.mask != TRACK_MASK_ORIGINAL;
}

struct subscription *subscription_add(struct seat *receiver, struct track *track)
{
	struct subscription *s = g_new0(struct subscription, 1);

	s->receiver = receiver;
	s->track = track;
	s->on = true;
	lane_init(&s->lane, track->id);
	if (!track_is_audio(track))
		queue_add_lane(&receiver->queue, &s->lane);
	g_ptr_array_add(track->subscriptions, s);
	g_hash_table_insert(receiver->subscriptions, GUINT_TO_POINTER(track->id), s);
	return s;
}

void subscription_remove(struct subscription *s)
{
	if (track_is_audio(s->track))
		queue_drop_audio(&s->receiver->queue, s->track->id);
	else
		queue_remove_lane(&s->receiver->queue, &s->lane);
	g_ptr_array_remove_fast(s->track->subscriptions, s);
	g_hash_table_remove(s->receiver->subscriptions, GUINT_TO_POINTER(s->track->id));
	g_free(s);
}

struct subscription *subscription_find(const struct seat *receiver, uint16_t track)
{
	return g_hash_table_lookup(receiver->subscriptions, GUINT_TO_POINTER(track));
}

void subscription_purge(struct subscription *s)
{
	if (track_is_audio(s->track))
		queue_drop_audio(&s->receiver->queue, s->track->id);
	else
		queue_restart_lane(&s->receiver->queue, &s->lane);
}

void subscription_switch(struct subscription *s, bool on)
{
	if (!on)
		subscription_purge(s);
	s->on = on;
}

void subscription_push(struct subscription *s, struct object *o, int64_t now_ms)
{
	struct queue *q = &s->receiver->queue;

	if (track_is_audio(s->track))
		queue_push_audio(q, o, now_ms);
	else
		queue_push_video(q, &s->lane, o, now_ms);
}
