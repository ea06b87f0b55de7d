/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/publish.h"
#include "server/ws/visitor.h"

int visitor_unpublish(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	return room_unpublish(v->seat, (uint16_t)control_int(m, "track", 0), now_ms, r);
}
