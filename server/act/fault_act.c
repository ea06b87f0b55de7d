/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fault (故障) holds a session up: somebody at the main or a guest venue says so, somebody says
 * that it is repaired, and where that comes too late the tenderer (招标人、采购人) decides. The
 * clocks are server/eval/fault.h's, and ask the legal time.
 */
#include "server/act/fault_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/acts.h"
#include "server/act/project_party.h"
#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/auth/permission.h"
#include "server/eval/rollback.h"
#include "server/store/fault_store.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"
#include "server/store/venue_store.h"

#define FAULTS_MAX 100 /* of a session */

static const struct field open_fields[] = {
	{"session_id", FIELD_ID, true},
	{"side", FIELD_NAME, true, 1, 16},
	{"cause", FIELD_TEXT, true, 1, 500},
	{"venue_id", FIELD_ID, false},
	{NULL},
};

static const struct field repair_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static const struct field decide_fields[] = {
	{"session_id", FIELD_ID, true},
	{"decision", FIELD_NAME, true, 1, 16},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

int fault_role(const struct act *a)
{
	if (act_has_role(a, ROLE_HOST))
		return FLOW_HOST;
	return act_has_role(a, ROLE_AGENCY | ROLE_BUYER) ? FLOW_TENDERER : FLOW_VENUE;
}

int fault_check_who(struct act *a, const struct eval_session *s)
{
	switch (fault_role(a)) {
	case FLOW_HOST:
		return seat_act_check_leads(a, s->session_id);
	case FLOW_TENDERER:
		return project_require_party(a, s->project_id);
	default:
		return 0;
	}
}

int fault_standing(struct act *a, const struct eval_session *s, struct fault_row **ret)
{
	int r = fault_store_standing(a->txn, s->session_id, ret);

	return r <= 0 ? r : -EBADMSG;
}

static int change_hold(
	struct act *a, const struct eval_session *s, const char *name, const struct fault_row *f)
{
	struct flow_state state = {.step = s->step, .hold = s->hold, .under = f->hold_before};
	int r = flow_apply(name, (enum flow_role)fault_role(a), &state);

	if (r)
		return refuse(a->refusal, flow_refusal_code(r), NULL, NULL);
	r = session_store_set_hold(a->txn, s->session_id, state.hold,
		state.hold == FLOW_FAULTED ? f->cause : f->reason_before);
	return r <= 0 ? r : -EIO;
}

static int say(struct act *a, const char *kind, const struct fault_row *f, json_t *body)
{
	out_text(body, "fault", f->fault_id);
	out_text(body, "by", flow_role_name((enum flow_role)fault_role(a)));
	return act_event(a, kind, "session", f->session_id, body);
}

/* ---- it begins ---- */

/* The decision need not wait then: nobody may still sit there. */
static int check_all_lost(struct act *a, const char *session_id, const char *venue_id)
{
	g_autoptr(GPtrArray) members = NULL;
	int r = member_store_of_session(a->txn, session_id, &members);

	for (guint i = 0; !r && i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);

		if (member_counts(m->state) && m->online && strcmp(m->venue_id, venue_id) == 0)
			r = refuse(a->refusal, "fault.venue_online", "venue_id",
				"%s is online", m->seat_label);
	}
	return r;
}

static int check_venue(struct act *a, const char *session_id, const char *venue_id)
{
	g_autoptr(GPtrArray) venues = NULL;
	int r = venue_id ? venue_store_of_session(a->txn, session_id, &venues) : 0;

	if (r || !venue_id)
		return r;
	for (guint i = 0; i < venues->len; i++)
		if (strcmp(((struct venue *)g_ptr_array_index(venues, i))->venue_id, venue_id) == 0)
			return check_all_lost(a, session_id, venue_id);
	return refuse(a->refusal, "input.not_found", "venue_id", "no venue of this session");
}

/* Then there is nothing left but to close, and only the original committee evaluates anew (E13). */
static int check_not_signed(struct act *a, const struct eval_session *s)
{
	struct flow_counts counts;
	int r = s->step == FLOW_SIGNING ? session_count(a, s, &counts) : 0;

	if (r || s->step != FLOW_SIGNING || counts.signed_off < counts.members)
		return r;
	return refuse(a->refusal, rollback_refusal_code(ROLLBACK_E_SIGNED), NULL, NULL);
}

static int check_number(struct act *a, const char *session_id)
{
	g_autoptr(GPtrArray) faults = NULL;
	int r = fault_store_of_session(a->txn, session_id, &faults);

	if (r || faults->len < FAULTS_MAX)
		return r;
	return refuse(a->refusal, "fault.too_many", NULL, "at most %d faults in one session",
		FAULTS_MAX);
}

static json_t *opened_body(const struct eval_session *s, const struct fault_row *f)
{
	const struct fault_limits limits = fault_limits_default();
	json_t *body = json_pack("{s:s, s:s, s:s, s:b}", "step", flow_step_name(s->step), "side",
		fault_side_name(f->fault.side), "cause", f->cause, "started", f->fault.started);

	if (f->venue_id[0])
		out_text(body, "venue", f->venue_id);
	out_time(body, "deadline", fault_look(&f->fault, &limits, f->fault.opened_us).deadline_us);
	return body;
}

static int run_open(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	const char *venue = in_text(in, "venue_id");
	struct fault_row f = {
		.fault = {.side = fault_side_from_name(in_text(in, "side")),
			.whole_venue = venue != NULL,
			.opened_us = a->legal_us},
		.cause = (char *)in_text(in, "cause"),
	};
	int r = session_for_act(a, in_text(in, "session_id"), "fault.open", true, &s);

	if (!r)
		r = fault_check_who(a, s);
	if (!r && !f.fault.side)
		r = refuse(a->refusal, "input.not_found", "side", NULL);
	if (!r)
		r = check_not_signed(a, s);
	if (!r)
		r = check_venue(a, s->session_id, venue);
	if (!r)
		r = check_number(a, s->session_id);
	if (r)
		return r;
	id_new(f.fault_id);
	g_strlcpy(f.session_id, s->session_id, sizeof(f.session_id));
	g_strlcpy(f.venue_id, venue ? venue : "", sizeof(f.venue_id));
	g_strlcpy(f.opened_by, a->actor->account_id, sizeof(f.opened_by));
	f.fault.started = s->started_us != 0;
	f.hold_before = s->hold;
	f.reason_before = s->hold_reason;
	r = fault_store_insert(a->txn, &f);
	if (!r)
		r = change_hold(a, s, "fault.open", &f);
	if (r)
		return r <= 0 || r == REFUSED ? r : -EIO;
	out_text(out, "fault_id", f.fault_id);
	return say(a, "fault.opened", &f, opened_body(s, &f));
}

/* ---- it is repaired ---- */

/* Where it came in time the session goes on as before; else it waits for the decision. */
static int run_repair(struct act *a, const json_t *in, json_t *out)
{
	const struct fault_limits limits = fault_limits_default();
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	FAULT_ROW_AUTO struct fault_row *f = NULL;
	bool goes_on;
	int r = session_for_act(a, in_text(in, "session_id"), "fault.repair", true, &s);

	if (!r)
		r = fault_check_who(a, s);
	if (!r)
		r = fault_standing(a, s, &f);
	if (r)
		return r;
	r = fault_repair(&f->fault, a->legal_us);
	if (r)
		return refuse(a->refusal, fault_refusal_code(r), NULL, NULL);
	goes_on = fault_look(&f->fault, &limits, a->legal_us).may_go_on;
	f->ended_us = goes_on ? a->legal_us : 0;
	r = fault_store_update(a->txn, f);
	if (!r && goes_on)
		r = change_hold(a, s, "fault.repair", f);
	if (r)
		return r <= 0 || r == REFUSED ? r : -EIO;
	json_object_set_new(out, "goes_on", json_boolean(goes_on));
	return say(a, "fault.repaired", f,
		json_pack("{s:b, s:s}", "goes_on", goes_on, "step", flow_step_name(s->step)));
}

/* ---- the time is up ---- */

static int run_decide(struct act *a, const json_t *in, json_t *out)
{
	const struct fault_limits limits = fault_limits_default();
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	FAULT_ROW_AUTO struct fault_row *f = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), "fault.decide", true, &s);

	if (!r)
		r = project_require_party(a, s->project_id);
	if (!r)
		r = fault_standing(a, s, &f);
	if (r)
		return r;
	if (strcmp(f->opened_by, a->actor->account_id) == 0)
		return refuse(a->refusal, "fault.same_person", NULL, NULL);
	r = fault_decide(&f->fault, &limits, fault_decision_from_name(in_text(in, "decision")),
		a->legal_us);
	if (r)
		return refuse(a->refusal, fault_refusal_code(r), "decision", NULL);
	g_free(f->reason);
	f->reason = g_strdup(in_text(in, "reason"));
	g_strlcpy(f->decided_by, a->actor->account_id, sizeof(f->decided_by));
	r = fault_store_update(a->txn, f);
	if (r)
		return r < 0 ? r : -EIO;
	return say(a, "fault.decided", f,
		json_pack("{s:s, s:s}", "decision", fault_decision_name(f->fault.decision),
			"reason", f->reason));
}

const struct act_kind fault_open_act = {
	.name = "fault.open", .fields = open_fields, .run = run_open, .flags = ACT_CREATES};
const struct act_kind fault_repair_act = {
	.name = "fault.repair", .fields = repair_fields, .run = run_repair};
const struct act_kind fault_decide_act = {
	.name = "fault.decide", .fields = decide_fields, .run = run_decide};
