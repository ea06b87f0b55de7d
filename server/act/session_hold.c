/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session is held up with a reason and goes on again: a break (暂停) of the host or the
 * supervisor, in which people look and speak but nothing is judged; and an adjournment (休会)
 * overnight, sealed. What each allows stands in server/eval/flow.c.
 */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/auth/permission.h"
#include "server/store/session_store.h"

static const struct field hold_fields[] = {
	{"session_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static const struct field go_on_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int change(struct act *a, const json_t *in, const char *act, const char *kind)
{
	enum flow_role role = act_has_role(a, ROLE_HOST) ? FLOW_HOST : FLOW_SUPERVISOR;
	const char *reason = in_text(in, "reason");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = seat_act_check_leads(a, in_text(in, "session_id"));

	if (!r)
		r = session_for_act(a, in_text(in, "session_id"), act, true, &s);
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	struct flow_state state = {.step = s->step, .hold = s->hold};
	r = flow_apply(act, role, &state);
	if (r)
		return refuse(a->refusal, flow_refusal_code(r), NULL, NULL);
	r = session_store_set_hold(a->txn, s->session_id, state.hold, reason);
	if (r)
		return r < 0 ? r : -EIO;
	json_t *body = json_pack(
		"{s:s, s:s}", "step", flow_step_name(s->step), "by", flow_role_name(role));
	if (reason)
		out_text(body, "reason", reason);
	return act_event(a, kind, "session", s->session_id, body);
}

static int run_pause(struct act *a, const json_t *in, json_t *out)
{
	return change(a, in, "session.pause", "session.paused");
}

static int run_resume(struct act *a, const json_t *in, json_t *out)
{
	return change(a, in, "session.resume", "session.resumed");
}

static int run_suspend(struct act *a, const json_t *in, json_t *out)
{
	return change(a, in, "session.suspend", "session.suspended");
}

static int run_reconvene(struct act *a, const json_t *in, json_t *out)
{
	return change(a, in, "session.reconvene", "session.reconvened");
}

const struct act_kind session_pause_act = {
	.name = "session.pause", .fields = hold_fields, .run = run_pause};
const struct act_kind session_resume_act = {
	.name = "session.resume", .fields = go_on_fields, .run = run_resume};
const struct act_kind session_suspend_act = {
	.name = "session.suspend", .fields = hold_fields, .run = run_suspend};
const struct act_kind session_reconvene_act = {
	.name = "session.reconvene", .fields = go_on_fields, .run = run_reconvene};
