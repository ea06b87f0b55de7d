/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The host replaces a member who did not come, fell ill or left (C08): what he did is void but
 * stays, and whoever is next in the drawn order takes his place and does it anew.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/member_leave.h"
#include "server/act/personal_reason.h"
#include "server/act/review_act.h"
#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"member_no", FIELD_INT, true, 1, 1000000},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) members = NULL;
	const struct member_row *m;
	struct personal_reason reason;
	unsigned place = 0;
	int r = seat_act_check_leads(a, in_text(in, "session_id"));

	if (!r)
		r = session_for_act(a, in_text(in, "session_id"), "member.replace", true, &s);
	if (!r)
		r = member_check_not_ranked(a, s->session_id);
	if (!r)
		r = member_store_of_session(a->txn, s->session_id, &members);
	if (r)
		return r;
	m = member_row_find(members, (int)in_int(in, "member_no", 0));
	if (!m)
		return act_found(a, STORE_E_NONE, "member_no");
	json_t *body = json_pack("{s:i, s:s}", "member_no", m->no, "rule", "C08");
	personal_reason_take(&reason, in_text(in, "reason"), body);
	r = member_leave(a, s, m, MEMBER_STEP_REPLACE, &reason, &place);
	if (r) {
		json_decref(body);
		return r;
	}
	if (place)
		out_int(out, "next", place);
	json_object_set_new(body, "next", place ? json_integer(place) : json_null());
	r = act_event(a, "member.replaced", "session", s->session_id, body);
	return r ? r : review_undo_undecided(a, s);
}

const struct act_kind member_replace_act = {.name = "member.replace", .fields = fields, .run = run};
