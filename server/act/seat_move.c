/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/booth_act.h"
#include "server/act/seat_act.h"
#include "server/auth/permission.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"venue_id", FIELD_ID, true},
	{"booth", FIELD_TEXT, false, 1, 64},
	{NULL},
};

static int check(struct act *a, const json_t *in, const struct seat_row *seat)
{
	int r;

	if (strcmp(seat->role, role_name(ROLE_EXPERT)) != 0)
		return refuse(a->refusal, "input.invalid", "seat_id", "it is no expert's seat");
	r = seat_store_has_venue(a->txn, in_text(in, "session_id"), in_text(in, "venue_id"));
	return r == STORE_E_NONE ? refuse(a->refusal, "input.not_found", "venue_id",
					   "the session has no such venue")
				 : r;
}

/* An expert goes on in another booth (换位): the same seat and person, but the new booth's device
 * gets in by the gate there, with the next epoch; the old one is out. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id"), *venue = in_text(in, "venue_id");
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_act_check_leads(a, session_id);

	if (!r)
		r = act_found(a, seat_store_get(a->txn, session_id, in_text(in, "seat_id"), &seat),
			"seat_id");
	if (!r)
		r = check(a, in, seat);
	if (!r)
		r = booth_move(a, session_id, seat, venue, in_text(in, "booth"));
	if (!r)
		r = seat_act_lose_device(a, session_id, seat);
	if (!r)
		r = seat_store_move(a->txn, session_id, seat->seat_id, venue, in_text(in, "booth"));
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "room.move",
		json_pack("{s:s, s:I, s:s, s:s*}", "seat", seat->seat_id, "epoch",
			(json_int_t)seat->epoch, "venue", venue, "booth", in_text(in, "booth")));
}

const struct act_kind seat_move_act = {.name = "seat.move", .fields = fields, .run = run};
