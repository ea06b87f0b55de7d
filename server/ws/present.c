/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/present.h"
#include "server/ws/visitor.h"

int visitor_present(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	const struct bid_page page = {
		control_str(m, "bid"),
		(int)control_int(m, "file", 0),
		(int)control_int(m, "page", 0),
	};

	return room_present(v->seat, control_str(m, "id"),
		control_bool(m, "on", true) ? &page : NULL, now_ms, r);
}
