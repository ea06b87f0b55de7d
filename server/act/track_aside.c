/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/seat_act.h"
#include "server/act/track_act.h"
#include "server/store/seat_store.h"

/*
 * A supervisor speaks to one seat alone (单独通话). What he says is recorded like any other track;
 * that he did, to whom, and from when to when, are room.publish and room.unpublish.
 */
static const struct field fields[] = {
	TRACK_FIELDS,
	{"to", FIELD_NAME, true, 1, 32},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	SEAT_ROW_AUTO struct seat_row *to = NULL;
	int r = seat_store_get(a->txn, in_text(in, "session_id"), in_text(in, "to"), &to);

	if (r == STORE_E_NONE)
		return refuse(a->refusal, "room.unknown_seat", "to", NULL);
	return r ? r : track_act_begin(a, in);
}

const struct act_kind track_aside_act = {.name = "track.aside", .fields = fields, .run = run};
