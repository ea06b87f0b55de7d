/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/room.h"
#include "server/ws/visitor.h"

int visitor_ping(struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	v->seat->room->now_ms = now_ms;
	seat_send(v->seat, CONTROL_PONG,
		json_pack("{s:I, s:I}", "t", (json_int_t)control_int(m, "t", 0), "session_ms",
			(json_int_t)room_session_ms(v->seat->room)));
	return 0;
}
