/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/moderate.h"
#include "server/ws/visitor.h"

int visitor_announce(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	return room_announce(v->seat, control_str(m, "id"), control_str(m, "text"), now_ms, r);
}
