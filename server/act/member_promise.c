/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

/* The promise (承诺) to follow the rules, and that there is no conflict of interest. */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"conflict", FIELD_BOOL, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	enum member_state next;
	int r = session_for_act(a, in_text(in, "session_id"), "member.promise", true, &s);

	if (!r)
		r = session_member(a, s->session_id, &m);
	if (r)
		return r;
	if (in_bool(in, "conflict", true))
		return refuse(a->refusal, "input.invalid", "conflict",
			"whoever has a conflict recuses himself");
	r = member_step(m->state, MEMBER_STEP_PROMISE, &next);
	if (r)
		return refuse(a->refusal, panel_refusal_code(r), NULL, "the member is %s",
			member_state_name(m->state));
	if (session_promise_wait_s(a, s, m))
		return refuse(a->refusal, "member.reading", NULL, "%d s are left to read it",
			session_promise_wait_s(a, s, m));
	r = member_store_set_promised(a->txn, s->session_id, m->no, a->legal_us);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, "member.promised", "session", s->session_id,
		json_pack("{s:i, s:b}", "member_no", m->no, "conflict", 0));
}

const struct act_kind member_promise_act = {.name = "member.promise", .fields = fields, .run = run};
