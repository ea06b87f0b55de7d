/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/seat_act.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"dead", FIELD_BOOL, true},
	{NULL},
};

/* A seat's open microphone gives nothing, since it is muted in hardware, or does again: who was not
 * heard, and when, is on the record. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	(void)out;
	return seat_act_event(a, in_text(in, "session_id"),
		in_bool(in, "dead", false) ? "room.mic_dead" : "room.mic_live",
		json_pack("{s:s}", "seat", in_text(in, "seat_id")));
}

const struct act_kind room_mic_act = {.name = "room.mic", .fields = fields, .run = run};
