/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/base64.h"
#include "proto/frame.h"
#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/room/rights.h"
#include "server/ws/door.h"
#include "server/ws/live.h"
#include "server/ws/visitor.h"

/* What rooms post, as acts: one function per kind makes the input, one table names the act. */

static json_t *chat_input(const struct room_act *a)
{
	return json_pack("{s:s}", "text", a->text);
}

static json_t *hand_input(const struct room_act *a)
{
	return json_pack("{s:b, s:s*}", "on", a->on, "reason", a->text);
}

static json_t *lock_input(const struct room_act *a)
{
	return json_pack("{s:b}", "on", a->on);
}

static json_t *call_input(const struct room_act *a)
{
	return json_pack("{s:s, s:s*}", "seat_id", a->seat->id, "text", a->text);
}

static json_t *hand_over_input(const struct room_act *a)
{
	return json_pack("{s:s}", "seat_id", a->seat->id);
}

static json_t *move_input(const struct room_act *a)
{
	return json_pack("{s:s, s:s, s:s*}", "seat_id", a->seat->id, "venue_id", a->venue, "booth",
		a->booth);
}

static json_t *admit_input(const struct room_act *a)
{
	return json_pack("{s:s, s:s}", "seat_id", a->seat->id, "act", "admit");
}

static json_t *gone_input(const struct room_act *a)
{
	return json_pack("{s:s, s:s}", "seat_id", a->seat->id, "reason", a->text);
}

static json_t *remove_input(const struct room_act *a)
{
	return json_pack("{s:s, s:s}", "seat_id", a->seat->id, "act", a->on ? "remove" : "restore");
}

static json_t *release_input(const struct room_act *a)
{
	return json_pack("{s:s, s:s}", "seat_id", a->seat->id, "act", "release");
}

static json_t *mute_self_input(const struct room_act *a)
{
	return json_pack("{s:s, s:b}", "kind", track_kind_name(a->source), "on", a->on);
}

static json_t *mute_other_input(const struct room_act *a)
{
	bool video = a->source == TRACK_CAM;

	return json_pack("{s:s, s:s}", "seat_id", a->seat->id, "act",
		video ? (a->on ? "stop_video" : "start_video") : (a->on ? "mute" : "unmute"));
}

static json_t *present_input(const struct room_act *a)
{
	return a->page ? json_pack("{s:b, s:s, s:i, s:i}", "on", 1, "bid_id", a->page->bid,
				 "file_no", a->page->file, "page", a->page->no)
		       : json_pack("{s:b}", "on", 0);
}

static const char *aside_to(const struct track *t)
{
	return track_is_aside(t) ? t->form.to : NULL;
}

static json_t *publish_input(const struct room_act *a)
{
	const struct track *t = a->track;
	char key[BASE64_SIZE(sizeof(t->device_key))];

	base64_encode(t->device_key, sizeof(t->device_key), key);
	return json_pack("{s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:I, s:s*}", "seat_id",
		a->seat->id, "track", t->id, "kind", track_kind_name(t->form.kind), "codec",
		frame_codec_name(t->form.codec), "mask", track_mask_name(t->form.mask), "width",
		t->form.width, "height", t->form.height, "device_key", key, "started_ms",
		(json_int_t)t->since_ms, "to", aside_to(t));
}

static json_t *unpublish_input(const struct room_act *a)
{
	return json_pack("{s:s, s:i, s:I, s:s*}", "seat_id", a->seat->id, "track", a->track->id,
		"ended_ms", (json_int_t)a->session_ms, "to", aside_to(a->track));
}

static json_t *lag_input(const struct room_act *a)
{
	return json_pack("{s:s, s:i, s:I}", "seat_id", a->seat->id, "level", a->lag_level,
		"dropped", (json_int_t)a->n_dropped);
}

static json_t *mic_input(const struct room_act *a)
{
	return json_pack("{s:s, s:b}", "seat_id", a->seat->id, "dead", a->on);
}

static const struct {
	const struct act_kind *kind;
	json_t *(*input)(const struct room_act *a);
} table[] = {
	[ROOM_ACT_CHAT] = {&room_chat_act, chat_input},
	[ROOM_ACT_HAND] = {&room_hand_act, hand_input},
	[ROOM_ACT_MUTE] = {&seat_mute_self_act, mute_self_input},
	[ROOM_ACT_REMOVE] = {&seat_moderate_act, remove_input},
	[ROOM_ACT_RELEASE] = {&seat_moderate_act, release_input},
	[ROOM_ACT_LOST] = {&seat_lost_act, gone_input},
	[ROOM_ACT_LEFT] = {&seat_left_act, gone_input},
	[ROOM_ACT_PUBLISH] = {&track_publish_act, publish_input},
	[ROOM_ACT_UNPUBLISH] = {&track_end_act, unpublish_input},
	[ROOM_ACT_LAG] = {&room_lag_act, lag_input},
	[ROOM_ACT_MIC] = {&room_mic_act, mic_input},
	[ROOM_ACT_ADMIT] = {&seat_moderate_act, admit_input},
	[ROOM_ACT_ANNOUNCE] = {&room_announce_act, chat_input},
	[ROOM_ACT_CALL] = {&room_call_act, call_input},
	[ROOM_ACT_LOCK] = {&room_lock_act, lock_input},
	[ROOM_ACT_HAND_OVER] = {&room_hand_over_act, hand_over_input},
	[ROOM_ACT_MOVE] = {&seat_move_act, move_input},
	[ROOM_ACT_PRESENT] = {&room_present_act, present_input},
};

/* Who acts: the person on the seat, or the house. */
static struct actor actor_of(const struct live *l, const struct room_act *a)
{
	const struct actor *actor = a->actor ? g_hash_table_lookup(l->actors, a->actor->id) : NULL;

	return actor ? *actor : (struct actor){.roles = ROLE_OPERATOR};
}

static void post_act(void *ctx, struct room *room, const struct room_act *a)
{
	struct live *l = room->user;
	bool other = a->kind == ROOM_ACT_MUTE && a->actor != a->seat;
	bool aside = a->kind == ROOM_ACT_PUBLISH && track_is_aside(a->track);
	const struct act_kind *kind = other   ? &seat_moderate_act
				      : aside ? &track_aside_act
					      : table[a->kind].kind;
	json_t *in = other ? mute_other_input(a) : table[a->kind].input(a);
	struct actor actor = actor_of(l, a);
	struct outgoing *item;

	json_object_set_new(in, "session_id", json_string(l->session_id));
	item = outgoing_new(kind, &actor, in);
	if (a->id) {
		g_strlcpy(item->id, a->id, sizeof(item->id));
		g_strlcpy(item->key, a->id, sizeof(item->key));
		g_strlcpy(item->seat, a->actor->id, sizeof(item->seat));
	}
	live_post(l, item);
}

static void send_text(void *ctx, void *conn, const char *text, size_t len)
{
	ws_conn_send_text(((struct visitor *)conn)->conn, text, len);
}

static void mark_dirty(void *ctx, void *conn, bool patient)
{
	struct ws_conn *c = ((struct visitor *)conn)->conn;

	if (patient)
		ws_conn_mark_patient(c);
	else
		ws_conn_mark_dirty(c);
}

static void close_conn(void *ctx, void *conn, enum room_close code, const char *reason)
{
	struct visitor *v = conn;

	v->state = VISITOR_LEAVING;
	v->seat = NULL;
	ws_conn_close(v->conn, (uint16_t)code, reason);
}

static void track_added(void *ctx, struct room *room, const struct track *track)
{
	recording_track_added(room->user, track);
}

static void track_ended(
	void *ctx, struct room *room, const struct track *track, uint32_t session_ms)
{
	recording_track_ended(room->user, track);
}

static void object_came(void *ctx, struct room *room, const struct track *track, struct object *o)
{
	recording_object(room->user, track, o);
}

const struct room_out live_room_out = {
	.text = send_text,
	.dirty = mark_dirty,
	.close = close_conn,
	.act = post_act,
	.track_added = track_added,
	.track_ended = track_ended,
	.object = object_came,
};
