/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/seat_act.h"
#include "server/store/room_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"track", FIELD_INT, true, 1, 65535},
	{"ended_ms", FIELD_INT, true},
	{"to", FIELD_NAME, false, 1, 32},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	int track = (int)in_int(in, "track", 0);
	int r = room_store_end_track(a->txn, session_id, track, in_int(in, "ended_ms", 0));

	if (r)
		return r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "room.unpublish",
		json_pack("{s:i, s:s, s:s*}", "track", track, "seat", in_text(in, "seat_id"), "to",
			in_text(in, "to")));
}

const struct act_kind track_end_act = {.name = "track.end", .fields = fields, .run = run};
