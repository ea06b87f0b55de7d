/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/moderate.h"

#include "server/core/error.h"
#include "server/room/rights.h"
#include "server/room/room.h"
#include "server/room/subscription.h"

#include <string.h>

static int check_right(const struct seat *s, uint32_t right, struct refusal *r)
{
	return seat_has(s, right) ? 0 : refuse(r, "room.no_right", NULL, NULL);
}

int room_chat(struct seat *s, const char *id, const char *text, int64_t now_ms, struct refusal *r)
{
	int refused = check_right(s, RIGHT_CHAT, r);

	s->room->now_ms = now_ms;
	if (!refused && !allowance_take(&s->chats, 1, now_ms))
		refused = refuse(r, "room.rate", NULL, NULL);
	if (refused)
		return refused;
	room_post(s->room,
		(struct room_act){
			.kind = ROOM_ACT_CHAT, .seat = s, .actor = s, .id = id, .text = text});
	return 0;
}

int room_raise_hand(struct seat *s, const char *id, bool on, const char *reason, int64_t now_ms,
	struct refusal *r)
{
	int refused = check_right(s, RIGHT_HAND, r);

	s->room->now_ms = now_ms;
	if (refused)
		return refused;
	room_post(s->room, (struct room_act){.kind = ROOM_ACT_HAND,
				   .seat = s,
				   .actor = s,
				   .id = id,
				   .on = on,
				   .text = on ? reason : NULL});
	return 0;
}

static void post_mute(
	struct seat *s, struct seat *actor, const char *id, enum track_kind kind, bool on)
{
	room_post(s->room, (struct room_act){.kind = ROOM_ACT_MUTE,
				   .seat = s,
				   .actor = actor,
				   .id = id,
				   .source = kind,
				   .on = on});
}

int room_mute_self(struct seat *s, const char *id, enum track_kind kind, bool on, int64_t now_ms,
	struct refusal *r)
{
	s->room->now_ms = now_ms;
	if (!on && s->muted_host & 1u << kind)
		return refuse(r, "room.muted", "kind", NULL);
	if (on)
		room_apply_mute(s, kind, false, true, now_ms);
	post_mute(s, s, id, kind, on);
	return 0;
}

static void moderate_mute(
	struct seat *s, struct seat *actor, const char *id, enum track_kind kind, bool on)
{
	if (on)
		room_apply_mute(s, kind, true, true, s->room->now_ms);
	post_mute(s, actor, id, kind, on);
}

static void moderate_remove(struct seat *s, struct seat *actor, const char *id, bool on)
{
	struct room *room = s->room;

	if (on)
		room_apply_remove(s, true, room->now_ms);
	room_post(room,
		(struct room_act){
			.kind = ROOM_ACT_REMOVE, .seat = s, .actor = actor, .id = id, .on = on});
}

static int moderate_release(
	struct seat *s, struct seat *actor, const char *id, bool on, struct refusal *r)
{
	if (!on)
		return refuse(r, "input.invalid", "on", "a release is not taken back");
	room_apply_release(s, s == actor ? "taken_over" : "released", s->room->now_ms);
	room_post(s->room,
		(struct room_act){.kind = ROOM_ACT_RELEASE, .seat = s, .actor = actor, .id = id});
	return 0;
}

/* Needs the database's word first: perhaps nobody knocked. */
static int moderate_admit(
	struct seat *s, struct seat *actor, const char *id, bool on, struct refusal *r)
{
	if (!on)
		return refuse(r, "input.invalid", "on", "an admission is not taken back");
	room_post(s->room,
		(struct room_act){.kind = ROOM_ACT_ADMIT, .seat = s, .actor = actor, .id = id});
	return 0;
}

/* The seat that somebody who leads means; NULL: refused. */
static struct seat *find_target(
	struct seat *s, const char *target, int64_t now_ms, struct refusal *r)
{
	struct seat *t = room_seat(s->room, target);

	s->room->now_ms = now_ms;
	if (check_right(s, RIGHT_MODERATE, r))
		return NULL;
	if (!t)
		refuse(r, "room.unknown_seat", "seat", NULL);
	return t;
}

int room_moderate(struct seat *s, const char *id, enum moderation m, const char *target, bool on,
	int64_t now_ms, struct refusal *r)
{
	struct seat *t = find_target(s, target, now_ms, r);

	if (!t)
		return REFUSED;
	if (t->immune && !seat_has(s, RIGHT_IMMUNE))
		return refuse(r, "room.protected", "seat", NULL);
	switch (m) {
	case MODERATE_MUTE:
		moderate_mute(t, s, id, TRACK_MIC, on);
		return 0;
	case MODERATE_STOP_VIDEO:
		moderate_mute(t, s, id, TRACK_CAM, on);
		return 0;
	case MODERATE_REMOVE:
		moderate_remove(t, s, id, on);
		return 0;
	case MODERATE_RELEASE:
		return moderate_release(t, s, id, on, r);
	case MODERATE_ADMIT:
		return moderate_admit(t, s, id, on, r);
	}
	g_assert_not_reached();
}

int room_announce(
	struct seat *s, const char *id, const char *text, int64_t now_ms, struct refusal *r)
{
	int refused = check_right(s, RIGHT_MODERATE, r);

	s->room->now_ms = now_ms;
	if (!refused && !allowance_take(&s->chats, 1, now_ms))
		refused = refuse(r, "room.rate", NULL, NULL);
	if (refused)
		return refused;
	room_post(s->room,
		(struct room_act){
			.kind = ROOM_ACT_ANNOUNCE, .seat = s, .actor = s, .id = id, .text = text});
	return 0;
}

int room_call(struct seat *s, const char *id, const char *target, const char *text, int64_t now_ms,
	struct refusal *r)
{
	struct seat *t = find_target(s, target, now_ms, r);

	if (!t)
		return REFUSED;
	if (!allowance_take(&s->chats, 1, now_ms))
		return refuse(r, "room.rate", NULL, NULL);
	room_post(s->room,
		(struct room_act){
			.kind = ROOM_ACT_CALL, .seat = t, .actor = s, .id = id, .text = text});
	return 0;
}

int room_lock(struct seat *s, const char *id, bool on, int64_t now_ms, struct refusal *r)
{
	int refused = check_right(s, RIGHT_MODERATE, r);

	s->room->now_ms = now_ms;
	if (refused)
		return refused;
	if (on)
		room_apply_lock(s->room, true);
	room_post(
		s->room, (struct room_act){
				 .kind = ROOM_ACT_LOCK, .seat = s, .actor = s, .id = id, .on = on});
	return 0;
}

int room_hand_over(
	struct seat *s, const char *id, const char *target, int64_t now_ms, struct refusal *r)
{
	struct seat *t = find_target(s, target, now_ms, r);

	if (!t)
		return REFUSED;
	room_post(s->room,
		(struct room_act){.kind = ROOM_ACT_HAND_OVER, .seat = t, .actor = s, .id = id});
	return 0;
}

/* The old device keeps the seat until it is known that the venue is one of the session's. */
int room_move(struct seat *s, const char *id, const char *target, const char *venue,
	const char *booth, int64_t now_ms, struct refusal *r)
{
	struct seat *t = find_target(s, target, now_ms, r);

	if (!t)
		return REFUSED;
	room_post(s->room, (struct room_act){.kind = ROOM_ACT_MOVE,
				   .seat = t,
				   .actor = s,
				   .id = id,
				   .venue = venue,
				   .booth = booth});
	return 0;
}

void room_apply_hand(struct seat *s, bool on, const char *reason)
{
	s->room->roster_changed = true;
	s->hand = on;
	g_free(s->hand_reason);
	s->hand_reason = g_strdup(on ? reason : NULL);
}

void room_apply_knock(struct seat *s, int64_t now_ms)
{
	s->room->now_ms = now_ms;
	s->knocked_ms = now_ms;
	s->room->roster_changed = true;
}

void room_apply_lock(struct room *room, bool on)
{
	room->roster_changed |= room->locked != on;
	room->locked = on;
}

/* Nothing of a muted source leaves any more, not even what waits. */
static void purge_kind(struct seat *s, enum track_kind kind)
{
	for (guint i = 0; i < s->tracks->len; i++) {
		struct track *t = g_ptr_array_index(s->tracks, i);

		for (guint k = 0; t->form.kind == kind && k < t->subscriptions->len; k++)
			subscription_purge(g_ptr_array_index(t->subscriptions, k));
	}
}

static void restart_kind(struct seat *s, enum track_kind kind)
{
	for (guint i = 0; i < s->tracks->len; i++) {
		struct track *t = g_ptr_array_index(s->tracks, i);

		if (t->form.kind == kind && !track_is_audio(t))
			room_want_key(s->room, t->id);
	}
}

void room_apply_mute(struct seat *s, enum track_kind kind, bool by_host, bool on, int64_t now_ms)
{
	unsigned *mask = by_host ? &s->muted_host : &s->muted_self;
	bool was_muted = seat_is_muted(s, kind);

	s->room->now_ms = now_ms;
	*mask = on ? *mask | 1u << kind : *mask & ~(1u << kind);
	if (seat_is_muted(s, kind))
		purge_kind(s, kind);
	else if (was_muted)
		restart_kind(s, kind);
	s->room->roster_changed = true;
}

void room_apply_remove(struct seat *s, bool on, int64_t now_ms)
{
	s->room->now_ms = now_ms;
	if (on)
		room_unseat(s, SEAT_REMOVED, ROOM_CLOSE_REMOVED, "removed");
	else if (s->presence == SEAT_REMOVED)
		s->presence = SEAT_ABSENT;
	s->room->roster_changed = true;
}

void room_apply_release(struct seat *s, const char *why, int64_t now_ms)
{
	s->room->now_ms = now_ms;
	s->knocked_ms = 0;
	if (s->presence == SEAT_PRESENT || s->presence == SEAT_LOST)
		room_unseat(s, SEAT_ABSENT, ROOM_CLOSE_RELEASED, why);
}
