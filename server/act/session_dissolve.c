/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another committee is to evaluate anew (另组评标委员会), as the tenderer decided when a fault's time
 * was up: what this one found is void but kept, the session is over, and its lots wait for another
 * session, in whose draw nobody of this committee is eligible (session_create.c).
 */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/fault_act.h"
#include "server/act/rollback_void.h"
#include "server/act/session_act.h"
#include "server/store/fault_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int check_decided(struct act *a, const struct fault_row *f)
{
	const struct fault_limits limits = fault_limits_default();

	if (fault_look(&f->fault, &limits, a->legal_us).may_dissolve)
		return 0;
	return refuse(a->refusal, fault_refusal_code(FAULT_E_UNDECIDED), NULL, NULL);
}

static int undo_all(struct act *a, const struct eval_session *s, const struct fault_row *f)
{
	const struct undoing why = {FLOW_QUALIFICATION, "fault", f->fault_id, false};

	return s->step >= FLOW_QUALIFICATION ? undo_work(a, s, &why) : 0;
}

static int end(struct act *a, const struct eval_session *s, struct fault_row *f)
{
	struct flow_state state = {.step = s->step, .hold = s->hold};
	int r = flow_apply("session.dissolve", (enum flow_role)fault_role(a), &state);

	if (r)
		return refuse(a->refusal, flow_refusal_code(r), NULL, NULL);
	f->ended_us = a->legal_us;
	r = fault_store_update(a->txn, f);
	if (!r)
		r = session_store_set_hold(a->txn, s->session_id, state.hold, NULL);
	if (!r)
		r = session_store_set_closed(a->txn, s->session_id, a->legal_us);
	if (r)
		return r < 0 ? r : -EIO;
	return session_set_step(a, s, state.step, NULL);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	FAULT_ROW_AUTO struct fault_row *f = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), "session.dissolve", true, &s);

	if (!r)
		r = fault_check_who(a, s);
	if (!r)
		r = fault_standing(a, s, &f);
	if (!r)
		r = check_decided(a, f);
	if (!r)
		r = act_event(a, "session.dissolved", "session", s->session_id,
			json_pack("{s:s, s:s, s:s}", "fault", f->fault_id, "step",
				flow_step_name(s->step), "by",
				flow_role_name((enum flow_role)fault_role(a))));
	if (!r)
		r = undo_all(a, s, f);
	return r ? r : end(a, s, f);
}

const struct act_kind session_dissolve_act = {
	.name = "session.dissolve", .fields = fields, .run = run};
