/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/publish.h"
#include "server/ws/visitor.h"
#include "proto/frame.h"
#include "server/room/queue.h"

int visitor_subscribe(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	struct track_wish wish = {
		.on = control_bool(m, "on", true),
		.layer = (uint8_t)control_int(m, "layer", FRAME_LAYER_MAX),
		.priority = (uint8_t)control_int(m, "priority", LANE_PRIORITY_DEFAULT),
	};

	return room_subscribe(v->seat, (uint16_t)control_int(m, "track", 0), &wish, now_ms, r);
}
