/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/moderate.h"
#include "server/ws/visitor.h"

int visitor_hand_over(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	return room_hand_over(v->seat, control_str(m, "id"), control_str(m, "seat"), now_ms, r);
}
