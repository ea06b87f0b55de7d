/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/seat_act.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"level", FIELD_INT, true, 0, 4},
	{"dropped", FIELD_INT, true},
	{NULL},
};

/* A receiver did not get everything (level above 0), or does again. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	return seat_act_event(a, in_text(in, "session_id"), "room.lag",
		json_pack("{s:s, s:I, s:I}", "seat", in_text(in, "seat_id"), "level",
			(json_int_t)in_int(in, "level", 0), "dropped",
			(json_int_t)in_int(in, "dropped", 0)));
}

const struct act_kind room_lag_act = {.name = "room.lag", .fields = fields, .run = run};
