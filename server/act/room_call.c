/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "proto/control.h"
#include "server/act/seat_act.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"text", FIELD_TEXT, false, 1, CONTROL_NOTE_MAX},
	{NULL},
};

/* One seat is called (点名). All see it: what is said to a member is said in the session's
 * conference, before everybody and the record. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_act_check_leads(a, session_id);

	if (!r)
		r = act_found(a, seat_store_get(a->txn, session_id, in_text(in, "seat_id"), &seat),
			"seat_id");
	return r ? r
		 : seat_act_event(a, session_id, "room.call",
			   json_pack("{s:s, s:s*}", "seat", seat->seat_id, "text",
				   in_text(in, "text")));
}

const struct act_kind room_call_act = {.name = "room.call", .fields = fields, .run = run};
