/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/seat_act.h"
#include "server/store/room_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"on", FIELD_BOOL, true},
	{NULL},
};

/* Nobody new joins a locked room; whoever sits in it may come back (seat.join asks). */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	bool on = in_bool(in, "on", true);
	int r = seat_act_check_leads(a, session_id);

	if (!r)
		r = room_store_set_locked(a->txn, session_id, on);
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "room.lock", json_pack("{s:b}", "on", on));
}

const struct act_kind room_lock_act = {.name = "room.lock", .fields = fields, .run = run};
