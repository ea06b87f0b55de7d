/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/seat_act.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"kind", FIELD_NAME, true, 1, 16},
	{"on", FIELD_BOOL, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_act_check_seated(a, session_id);

	if (!r)
		r = act_found(
			a, seat_store_get(a->txn, session_id, a->actor->seat_id, &seat), "seat_id");
	if (r)
		return r;
	return seat_act_mute(
		a, session_id, seat, in_text(in, "kind"), false, in_bool(in, "on", true));
}

const struct act_kind seat_mute_self_act = {.name = "seat.mute_self", .fields = fields, .run = run};
