/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/room.h"
#include "server/ws/visitor.h"

int visitor_leave(struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	room_leave(v->seat, now_ms);
	return 0;
}
