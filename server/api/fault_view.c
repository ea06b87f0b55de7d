/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The faults (故障) of a session with their clocks, and what waits for the tenderer's decision. */
#include "server/api/views.h"

#include "server/act/fault_act.h"
#include "server/act/project_party.h"
#include "server/auth/permission.h"
#include "server/store/fault_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

#define STANDING_MAX 1000
/* Others see the faults of their own projects. */
#define MAY_LOOK (ROLE_HOST | ROLE_STAFF | ROLE_SUPERVISOR | ROLE_AUDITOR | ROLE_VENUE | ROLE_WITNESS)

static json_t *fault_json(const struct act *a, const struct fault_row *f)
{
	const struct fault_limits limits = fault_limits_default();
	struct fault_view view = fault_look(&f->fault, &limits, a->legal_us);
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:b, s:s}", "fault_id", f->fault_id,
		"session_id", f->session_id, "side", fault_side_name(f->fault.side), "cause",
		f->cause, "started", f->fault.started, "state", fault_state_name(view.state));

	if (f->venue_id[0])
		out_text(row, "venue_id", f->venue_id);
	out_time(row, "opened_at", f->fault.opened_us);
	out_time(row, "deadline_at", view.deadline_us);
	out_time(row, "repaired_at", f->fault.repaired_us);
	if (f->fault.decision)
		out_text(row, "decision", fault_decision_name(f->fault.decision));
	if (f->reason)
		out_text(row, "reason", f->reason);
	out_time(row, "decided_at", f->fault.decided_us);
	out_time(row, "ended_at", f->ended_us);
	return row;
}

static const struct field list_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) faults = NULL;
	json_t *items = json_array();
	int r = act_found(
		a, session_store_get(a->txn, in_text(in, "session_id"), &s), "session_id");

	json_object_set_new(out, "items", items);
	if (!r && !act_has_role(a, MAY_LOOK))
		r = project_require_party(a, s->project_id);
	if (!r)
		r = fault_store_of_session(a->txn, s->session_id, &faults);
	for (guint i = 0; !r && i < faults->len; i++)
		json_array_append_new(items, fault_json(a, g_ptr_array_index(faults, i)));
	return r;
}

const struct act_kind fault_list_view = {
	.name = "fault.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

/* With the names of session and project, where the project is this account's. */
static int add_own(struct act *a, const struct fault_row *f, json_t *items)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	PROJECT_AUTO struct project *project = NULL;
	bool own = false;
	int r = session_store_get(a->txn, f->session_id, &s);

	if (!r)
		r = project_store_get(a->txn, s->project_id, &project);
	if (!r)
		r = project_is_party(a, project, &own);
	if (r || !own)
		return r;
	json_t *row = fault_json(a, f);
	out_text(row, "title", s->title);
	out_text(row, "project_name", s->project_name);
	json_array_append_new(items, row);
	return 0;
}

static int run_waiting(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) faults = NULL;
	json_t *items = json_array();
	int r = fault_store_all_standing(a->txn, STANDING_MAX, &faults);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < faults->len; i++)
		r = add_own(a, g_ptr_array_index(faults, i), items);
	return r;
}

static const struct field no_fields[] = {{NULL}};

const struct act_kind fault_waiting_view = {
	.name = "fault.waiting", .fields = no_fields, .run = run_waiting, .flags = ACT_READ};
