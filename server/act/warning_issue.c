/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A warning (监督提示) of a supervisor about a running session, which host or staff must answer. */
#include "server/act/acts.h"

#include "server/act/supervision_act.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, SUPERVISION_TEXT_MAX},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = act_found(a, session_store_get(a->txn, session_id, &s), "session_id");

	if (!r && !s->started_us)
		return refuse(a->refusal, "session.step", "session_id", "it has not begun");
	if (!r)
		r = supervision_event(a, session_id, "warning.issued",
			json_pack("{s:s}", "text", in_text(in, "text")));
	if (r)
		return r;
	const struct event *e = g_ptr_array_index(a->events, a->events->len - 1);
	out_text(out, "warning_id", e->event_id);
	return 0;
}

const struct act_kind warning_issue_act = {
	.name = "warning.issue", .fields = fields, .run = run, .flags = ACT_CREATES};
