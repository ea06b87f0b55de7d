/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/publish.h"

#include "server/core/error.h"
#include "server/room/rights.h"
#include "server/room/room.h"
#include "server/room/subscription.h"

#include <string.h>

/* Tells every seat that may receive the track that it begins or is gone. */
static void tell_receivers(const struct track *t, enum control_kind kind)
{
	GHashTableIter i;
	gpointer value;

	g_hash_table_iter_init(&i, t->seat->room->seats);
	while (g_hash_table_iter_next(&i, NULL, &value)) {
		struct seat *s = value;

		if (s->conn && subscription_allowed(s, t))
			seat_send(s, kind,
				kind == CONTROL_TRACK ? track_to_json(t, s)
						      : json_pack("{s:i}", "track", t->id));
	}
}

void track_end(struct track *t, const char *reason)
{
	struct seat *s = t->seat;
	struct room *room = s->room;

	while (t->subscriptions->len)
		subscription_remove(g_ptr_array_index(t->subscriptions, 0));
	tell_receivers(t, CONTROL_TRACK_GONE);
	room->out->track_ended(room->out->ctx, room, t, room_session_ms(room));
	room_post(room, (struct room_act){
				.kind = ROOM_ACT_UNPUBLISH, .seat = s, .track = t, .text = reason});
	seat_note_ended(s, t->id);
	g_ptr_array_remove(s->tracks, t);
	g_hash_table_remove(room->tracks, GUINT_TO_POINTER(t->id));
}

static struct track *same_place(const struct seat *s, const struct track_form *form)
{
	for (guint i = 0; i < s->tracks->len; i++) {
		struct track *t = g_ptr_array_index(s->tracks, i);

		if (t->form.kind == form->kind && t->form.mask == form->mask &&
			t->form.simulcast_of == form->simulcast_of)
			return t;
	}
	return NULL;
}

static bool has_original(const struct seat *s, enum track_kind kind)
{
	for (guint i = 0; i < s->tracks->len; i++) {
		const struct track *t = g_ptr_array_index(s->tracks, i);

		if (t->form.kind == kind && t->form.mask == TRACK_MASK_ORIGINAL)
			return true;
	}
	return false;
}

/* Where masking is ordered, nothing of camera and microphone goes out as it is, and nothing masked
 * without the original that the record needs. Of a room's camera there is only the original. */
static bool mask_fits(const struct seat *s, const struct track_form *form)
{
	if (!seat_has(s, RIGHT_MASKED) || form->kind == TRACK_SCREEN)
		return true;
	return form->mask == TRACK_MASK_ORIGINAL ||
	       (form->mask == TRACK_MASK_MASKED && !seat_has(s, RIGHT_ROOM) &&
		       has_original(s, form->kind));
}

static bool is_lawful(const struct seat *s, const struct track *t)
{
	return seat_has(s, track_kind_right(t->form.kind)) && mask_fits(s, &t->form) &&
	       (!track_is_aside(t) || seat_has(s, RIGHT_ASIDE));
}

static struct track *find_unlawful(const struct seat *s)
{
	for (guint i = 0; i < s->tracks->len; i++)
		if (!is_lawful(s, g_ptr_array_index(s->tracks, i)))
			return g_ptr_array_index(s->tracks, i);
	return NULL;
}

/* Its publisher did not end it and must know. */
static void end_and_tell(struct track *t, const char *reason)
{
	seat_send(t->seat, CONTROL_TRACK_GONE, json_pack("{s:i}", "track", t->id));
	track_end(t, reason);
}

void publish_end_unlawful(struct seat *s)
{
	struct track *t;

	while ((t = find_unlawful(s)))
		end_and_tell(t, "no_right");
}

static struct track *find_aside_to(const struct seat *s)
{
	GHashTableIter i;
	gpointer track;

	g_hash_table_iter_init(&i, s->room->tracks);
	while (g_hash_table_iter_next(&i, NULL, &track))
		if (strcmp(((const struct track *)track)->form.to, s->id) == 0)
			return track;
	return NULL;
}

void publish_end_asides_to(struct seat *s)
{
	struct track *t;

	while ((t = find_aside_to(s)))
		end_and_tell(t, "seat_gone");
}

/* Refusals that concern an own track. */
static struct track *own_track(struct seat *s, uint16_t id, struct refusal *r)
{
	struct track *t = room_track(s->room, id);

	if (!t)
		refuse(r, "room.unknown_track", "track", NULL);
	else if (t->seat != s)
		refuse(r, "room.foreign_track", "track", NULL);
	return t && t->seat == s ? t : NULL;
}

/* Who is to hear it alone is there now: what is said to nobody would only be recorded. */
static int check_aside(const struct seat *s, const char *to, struct refusal *r)
{
	const struct seat *receiver = room_seat(s->room, to);

	if (!seat_has(s, RIGHT_ASIDE))
		return refuse(r, "room.no_right", "to", NULL);
	if (!receiver)
		return refuse(r, "room.unknown_seat", "to", NULL);
	if (receiver == s || !receiver->conn || !seat_has(receiver, RIGHT_WATCH))
		return refuse(r, "room.nobody_there", "to", NULL);
	return 0;
}

static int check_publish(struct seat *s, const struct track_form *form, struct refusal *r)
{
	const struct room *room = s->room;
	/* What it replaces makes room for it. */
	guint n_gone = same_place(s, form) ? 1 : 0;

	if (!seat_has(s, track_kind_right(form->kind)))
		return refuse(r, "room.no_right", "kind", NULL);
	if (form->to[0] && check_aside(s, form->to, r))
		return REFUSED;
	if (!mask_fits(s, form))
		return refuse(r, "room.mask", "mask",
			"publish the original first, then the masked track");
	if (s->tracks->len - n_gone >= SEAT_MAX_TRACKS || room->next_track > UINT16_MAX ||
		g_hash_table_size(room->tracks) - n_gone >= ROOM_MAX_TRACKS)
		return refuse(r, "room.too_many_tracks", NULL, NULL);
	if (form->simulcast_of && !own_track(s, form->simulcast_of, r))
		return REFUSED;
	return 0;
}

int room_publish(struct seat *s, const struct track_form *form, const char *ref, int64_t now_ms,
	struct refusal *r)
{
	struct room *room = s->room;
	struct track *old, *t;
	GHashTableIter i;
	gpointer receiver;
	int refused;

	room->now_ms = now_ms;
	refused = check_publish(s, form, r);
	if (refused)
		return refused;
	old = same_place(s, form);
	if (old)
		track_end(old, "replaced");
	t = track_new((uint16_t)room->next_track++, s, form, ref, now_ms);
	t->since_ms = room_session_ms(room);
	g_ptr_array_add(s->tracks, t);
	g_hash_table_insert(room->tracks, GUINT_TO_POINTER(t->id), t);
	room->out->track_added(room->out->ctx, room, t);
	seat_send(s, CONTROL_TRACK, track_to_json(t, s));
	tell_receivers(t, CONTROL_TRACK);
	g_hash_table_iter_init(&i, room->seats);
	while (g_hash_table_iter_next(&i, NULL, &receiver))
		if (((struct seat *)receiver)->conn && subscription_allowed(receiver, t))
			subscription_add(receiver, t);
	room_post(room,
		(struct room_act){.kind = ROOM_ACT_PUBLISH, .seat = s, .actor = s, .track = t});
	return 0;
}

int room_unpublish(struct seat *s, uint16_t track, int64_t now_ms, struct refusal *r)
{
	struct track *t;

	s->room->now_ms = now_ms;
	t = own_track(s, track, r);
	if (!t)
		return REFUSED;
	track_end(t, "unpublish");
	publish_end_unlawful(s);
	return 0;
}

int room_subscribe(struct seat *s, uint16_t track, const struct track_wish *wish, int64_t now_ms,
	struct refusal *r)
{
	struct subscription *sub = subscription_find(s, track);

	s->room->now_ms = now_ms;
	if (!sub)
		return refuse(r, "room.unknown_track", "track", NULL);
	sub->lane.max_layer = wish->layer;
	sub->lane.priority = wish->priority;
	if (sub->on != wish->on)
		subscription_switch(sub, wish->on);
	if (wish->on && sub->lane.need_key && !track_is_audio(sub->track))
		room_want_key(s->room, track);
	return 0;
}

int room_ask_key(struct seat *s, uint16_t track, int64_t now_ms, struct refusal *r)
{
	struct subscription *sub = subscription_find(s, track);

	s->room->now_ms = now_ms;
	if (!sub)
		return refuse(r, "room.unknown_track", "track", NULL);
	if (!track_is_audio(sub->track))
		room_want_key(s->room, track);
	return 0;
}

void seat_resubscribe(struct seat *s)
{
	GHashTableIter i;
	gpointer value;

	g_hash_table_iter_init(&i, s->room->tracks);
	while (g_hash_table_iter_next(&i, NULL, &value)) {
		struct track *t = value;
		struct subscription *sub = subscription_find(s, t->id);
		bool allowed = subscription_allowed(s, t);

		if (sub && !allowed)
			subscription_remove(sub);
		if (sub || !allowed)
			continue;
		subscription_add(s, t);
		if (!track_is_audio(t))
			room_want_key(s->room, t->id);
	}
}
