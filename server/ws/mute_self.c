/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/moderate.h"
#include "server/ws/visitor.h"

int visitor_mute_self(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	return room_mute_self(v->seat, control_str(m, "id"),
		track_kind_from_name(control_str(m, "kind")), control_bool(m, "on", true), now_ms,
		r);
}
