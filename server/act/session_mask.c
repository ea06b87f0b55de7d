/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/seat_act.h"
#include "server/auth/permission.h"
#include "server/eval/flow.h"
#include "server/store/room_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"on", FIELD_BOOL, true},
	{NULL},
};

/* Before anybody sits down who was promised not to be recognised. */
static bool has_begun(enum flow_step step)
{
	return step != FLOW_CREATED && step != FLOW_CHECKIN;
}

/*
 * Masking is ordered (遮脸变声): experts' cameras and microphones go out as masked tracks with
 * their originals beside them for recorder and supervisor. It may be ordered at any time, and taken
 * back only until the evaluation begins.
 */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	bool on = in_bool(in, "on", true);
	struct room_session session;
	int r = act_has_role(a, ROLE_STAFF) ? seat_act_check_open(a, session_id)
					    : seat_act_check_leads(a, session_id);

	if (!r)
		r = act_found(a, room_store_session(a->txn, session_id, &session), "session_id");
	if (!r && !on && session.masked && has_begun(session.step))
		r = refuse(a->refusal, "session.step", "on",
			"members were promised masking; it stays until the session ends");
	if (!r)
		r = room_store_set_masked(a->txn, session_id, on);
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "session.masked", json_pack("{s:b}", "on", on));
}

const struct act_kind session_mask_act = {.name = "session.mask", .fields = fields, .run = run};
