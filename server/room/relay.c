/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/relay.h"

#include "proto/frame.h"
#include "proto/stamp.h"
#include "server/core/error.h"
#include "server/room/room.h"
#include "server/room/subscription.h"

/* What proto refused, by its own code. */
static int refuse_malformed(struct refusal *r, const char *code)
{
	*r = (struct refusal){.code = code};
	return REFUSED;
}

/* The seat's own track, or NULL: either refused, or (*ret_quiet) ended so recently that objects may
 * still be under way. */
static struct track *find_track(struct seat *s, uint16_t id, bool *ret_quiet, struct refusal *r)
{
	struct track *t = room_track(s->room, id);

	*ret_quiet = false;
	if (t && t->seat == s)
		return t;
	*ret_quiet = !t && seat_ended_lately(s, id);
	if (!*ret_quiet)
		refuse(r, t ? "room.foreign_track" : "room.unknown_track", NULL, NULL);
	return NULL;
}

/* The track of a message that may be relayed; NULL and REFUSED, or NULL and 0. */
static int check_message(struct seat *s, const uint8_t *data, size_t len, struct track **ret_track,
	struct refusal *r)
{
	struct frame f;
	struct stamp stamp;
	struct track *t;
	bool is_stamp = frame_type(data, len) == FRAME_TYPE_STAMP, quiet;
	int error = is_stamp ? stamp_decode(data, len, &stamp) : frame_parse(data, len, &f);

	*ret_track = NULL;
	if (error)
		return refuse_malformed(
			r, is_stamp ? stamp_refusal_code(error) : frame_refusal_code(error));
	t = find_track(s, is_stamp ? stamp.track : f.track, &quiet, r);
	if (!t)
		return quiet ? 0 : REFUSED;
	error = is_stamp ? track_take_stamp(t, &stamp, r) : track_take_frame(t, &f, r);
	if (!error && !seat_is_muted(s, t->form.kind))
		*ret_track = t;
	return error;
}

static void fan_out(struct track *t, struct object *o, int64_t now_ms)
{
	struct room *room = t->seat->room;
	const struct room_out *out = room->out;

	advice_count(&t->advice, o->len);
	out->object(out->ctx, room, t, o);
	for (guint i = 0; i < t->subscriptions->len; i++) {
		struct subscription *sub = g_ptr_array_index(t->subscriptions, i);
		struct seat *receiver = sub->receiver;

		if (!sub->on)
			continue;
		subscription_push(sub, o, now_ms);
		if (!queue_is_empty(&receiver->queue))
			out->dirty(out->ctx, receiver->conn, !receiver->tracks->len);
	}
}

/* Checked by now. A stamp has no capture time; it closes what went before it. */
static uint32_t session_time(struct seat *s, const uint8_t *data, size_t len)
{
	uint32_t arrival_ms = room_session_ms(s->room);
	struct frame f;

	return frame_parse(data, len, &f) ? arrival_ms
					  : session_clock_map(&s->clock, f.capture_us, arrival_ms);
}

int room_relay(struct seat *s, uint8_t *data, size_t len, int64_t now_ms, struct refusal *r)
{
	g_autofree uint8_t *owned = data;
	struct track *t;
	struct object *o;
	int error;

	s->room->now_ms = now_ms;
	if (!allowance_take(&s->objects, 1, now_ms) ||
		!allowance_take(&s->bytes, (int64_t)len, now_ms))
		return refuse(r, "room.rate", NULL, NULL);
	error = check_message(s, data, len, &t, r);
	if (!t)
		return error;
	o = object_new(g_steal_pointer(&owned), len, session_time(s, data, len), now_ms);
	fan_out(t, o, now_ms);
	object_unref(o);
	return 0;
}

int room_count_message(struct seat *s, int64_t now_ms, struct refusal *r)
{
	if (!allowance_take(&s->messages, 1, now_ms))
		return refuse(r, "room.rate", NULL, NULL);
	return 0;
}

bool room_offend(struct seat *s, const struct refusal *r, const char *ref, int64_t now_ms)
{
	s->room->now_ms = now_ms;
	if (allowance_take(&s->faults, 1, now_ms)) {
		seat_send_error(s, r, ref);
		return true;
	}
	room_unseat(s, SEAT_LOST, ROOM_CLOSE_ABUSE, "abuse");
	room_post(s->room, (struct room_act){.kind = ROOM_ACT_LOST, .seat = s, .text = "abuse"});
	return false;
}

bool room_collect(
	struct seat *s, int64_t now_ms, bool (*put)(void *ctx, const struct object *o), void *ctx)
{
	s->room->now_ms = now_ms;
	return queue_collect(&s->queue, now_ms, put, ctx);
}
