/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/relay.h"
#include "server/ws/visitor.h"

static visitor_message_fn *const handlers[CONTROL_N_KINDS] = {
	[CONTROL_ANNOUNCE] = visitor_announce,
	[CONTROL_CALL] = visitor_call,
	[CONTROL_CHAT] = visitor_chat,
	[CONTROL_HAND_OVER] = visitor_hand_over,
	[CONTROL_KEYFRAME] = visitor_keyframe,
	[CONTROL_LEAVE] = visitor_leave,
	[CONTROL_LOCK] = visitor_lock,
	[CONTROL_MODERATE] = visitor_moderate,
	[CONTROL_MOVE] = visitor_move,
	[CONTROL_MUTE_SELF] = visitor_mute_self,
	[CONTROL_PING] = visitor_ping,
	[CONTROL_PRESENT] = visitor_present,
	[CONTROL_PUBLISH] = visitor_publish,
	[CONTROL_RAISE_HAND] = visitor_raise_hand,
	[CONTROL_STATS] = visitor_stats,
	[CONTROL_SUBSCRIBE] = visitor_subscribe,
	[CONTROL_UNPUBLISH] = visitor_unpublish,
};

int visitor_obey(struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	int refused = room_count_message(v->seat, now_ms, r);

	if (refused)
		return refused;
	if (!handlers[m->kind]) /* a second hello */
		return refuse(r, "input.invalid", "type", NULL);
	return handlers[m->kind](v, m, now_ms, r);
}
