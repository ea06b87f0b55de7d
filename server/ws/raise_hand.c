/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/moderate.h"
#include "server/ws/visitor.h"

int visitor_raise_hand(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	return room_raise_hand(v->seat, control_str(m, "id"), control_bool(m, "on", true),
		control_str(m, "reason"), now_ms, r);
}
