/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/publish.h"
#include "server/ws/visitor.h"

int visitor_publish(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	struct track_form form;

	track_form_read(m->root, &form);
	return room_publish(v->seat, &form, control_str(m, "ref"), now_ms, r);
}
