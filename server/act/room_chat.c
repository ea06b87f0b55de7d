/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "proto/control.h"
#include "server/act/seat_act.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, CONTROL_CHAT_MAX},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	int r = seat_act_check_may(a, session_id, "chat.say");

	return r ? r
		 : seat_act_event(a, session_id, "room.chat",
			   json_pack("{s:s}", "text", in_text(in, "text")));
}

const struct act_kind room_chat_act = {.name = "chat.say", .fields = fields, .run = run};
