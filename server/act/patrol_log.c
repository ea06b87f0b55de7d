/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry of the patrol log (巡查日志): a supervisor looked at a running session and says what was
 * seen. */
#include "server/act/acts.h"

#include "server/act/supervision_act.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, SUPERVISION_TEXT_MAX},
	{"finding", FIELD_BOOL, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = act_found(a, session_store_get(a->txn, session_id, &s), "session_id");

	if (r)
		return r;
	if (!supervision_is_running(s))
		return refuse(a->refusal, "session.step", "session_id",
			"rounds are made while a session runs");
	return supervision_event(a, session_id, "patrol.logged",
		json_pack("{s:s, s:b}", "text", in_text(in, "text"), "finding",
			in_bool(in, "finding", false)));
}

const struct act_kind patrol_log_act = {.name = "patrol.log", .fields = fields, .run = run};
