/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "proto/control.h"
#include "server/act/seat_act.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"on", FIELD_BOOL, true},
	{"reason", FIELD_TEXT, false, 1, CONTROL_NOTE_MAX},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	int r = seat_act_check_may(a, session_id, "hand.raise");

	return r ? r
		 : seat_act_event(a, session_id, "room.hand",
			   json_pack("{s:b, s:s*}", "on", in_bool(in, "on", true), "reason",
				   in_text(in, "reason")));
}

const struct act_kind room_hand_act = {.name = "hand.raise", .fields = fields, .run = run};
