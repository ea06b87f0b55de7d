/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supervisor decides on a step back (环节回退): by his approval what was done since is void but
 * kept, and the session goes on from there; by his denial it goes on where it was.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/rollback_act.h"
#include "server/act/rollback_void.h"
#include "server/act/session_act.h"
#include "server/store/project_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"

static const struct field approve_fields[] = {
	{"session_id", FIELD_ID, true},
	{"note", FIELD_TEXT, false, 1, 500},
	{NULL},
};

static const struct field deny_fields[] = {
	{"session_id", FIELD_ID, true},
	{"note", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static json_t *decided_body(const struct rollback_row *row)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:s}", "rollback", row->rollback_id, "from",
		flow_step_name(row->from), "to", flow_step_name(row->to), "code",
		rollback_reason_name(row->code));

	if (row->note)
		out_text(body, "note", row->note);
	return body;
}

/*
 * Before the session: who records a contract (lot.settle) holds the project, so that it is there
 * when this looks for one, or finds the lot open again.
 */
static int lock_project(struct act *a, const char *session_id)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	PROJECT_AUTO struct project *locked = NULL;
	int r = act_found(a, session_store_get(a->txn, session_id, &s), "session_id");

	return r ? r
		 : act_found(a, project_store_lock(a->txn, s->project_id, &locked), "session_id");
}

static int decide(struct act *a, const json_t *in, const char *name, bool approved)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	struct rollback_row *row = NULL;
	int r = approved ? lock_project(a, in_text(in, "session_id")) : 0;

	if (!r)
		r = session_for_act(a, in_text(in, "session_id"), name, true, &s);
	if (!r)
		r = rollback_take_waiting(a, s->session_id, &rows, &row);
	if (!r && strcmp(row->asked_by, a->actor->account_id) == 0)
		r = refuse(a->refusal, "rollback.same_person", NULL, NULL);
	if (!r && approved)
		r = rollback_check_row(a, s, row);
	if (!r)
		r = rollback_set_hold(a, s, name, FLOW_SUPERVISOR);
	if (!r) {
		row->note = g_strdup(in_text(in, "note"));
		row->approved = approved;
		r = rollback_keep_decision(a, row);
	}
	if (!r)
		r = act_event(a, approved ? "rollback.approved" : "rollback.denied", "session",
			s->session_id, decided_body(row));
	return !r && approved ? rollback_void(a, s, row) : r;
}

static int run_approve(struct act *a, const json_t *in, json_t *out)
{
	return decide(a, in, "rollback.approve", true);
}

static int run_deny(struct act *a, const json_t *in, json_t *out)
{
	return decide(a, in, "rollback.deny", false);
}

const struct act_kind rollback_approve_act = {
	.name = "rollback.approve", .fields = approve_fields, .run = run_approve};
const struct act_kind rollback_deny_act = {
	.name = "rollback.deny", .fields = deny_fields, .run = run_deny};
