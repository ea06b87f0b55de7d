/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/moderate.h"
#include "server/ws/visitor.h"

#include <string.h>

#define MODERATIONS 5

/* In the order of enum moderation. */
static const char *const acts[MODERATIONS] = {
	[MODERATE_MUTE] = "mute",
	[MODERATE_STOP_VIDEO] = "stop_video",
	[MODERATE_REMOVE] = "remove",
	[MODERATE_RELEASE] = "release",
	[MODERATE_ADMIT] = "admit",
};

int visitor_moderate(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	const char *act = control_str(m, "act");

	for (int i = 0; i < MODERATIONS; i++)
		if (strcmp(acts[i], act) == 0)
			return room_moderate(v->seat, control_str(m, "id"), i,
				control_str(m, "seat"), control_bool(m, "on", true), now_ms, r);
	return refuse(r, "input.invalid", "act", NULL);
}
