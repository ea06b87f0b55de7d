/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluation sessions as each role may see them. */
#include "server/api/views.h"

#include <errno.h>
#include <string.h>

#include "server/act/leader_act.h"
#include "server/act/session_act.h"
#include "server/api/session_look.h"
#include "server/auth/permission.h"
#include "server/eval/panel.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"
#include "server/store/time_vote_store.h"
#include "server/store/venue_store.h"

#define PAGE 100

static void out_summary(json_t *out, const struct eval_session *s)
{
	out_text(out, "session_id", s->session_id);
	out_text(out, "title", s->title);
	out_text(out, "step", flow_step_name(s->step));
	out_text(out, "hold", flow_hold_name(s->hold));
	if (s->hold_reason)
		out_text(out, "hold_reason", s->hold_reason);
	out_text(out, "project_id", s->project_id);
	out_text(out, "project_code", s->project_code);
	out_text(out, "project_name", s->project_name);
	out_time(out, "scheduled_at", s->scheduled_us);
	out_time(out, "scheduled_until", s->until_us);
	if (s->venues_open && s->step < FLOW_PROMISE)
		out_int(out, "venues_open", s->venues_open);
	out_time(out, "started_at", s->started_us);
	out_time(out, "closed_at", s->closed_us);
	out_time(out, "step_ends_at", s->step_ends_us);
	out_text(out, "draw_id", s->draw_id);
}

static const struct field list_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) sessions = NULL;
	json_t *items = json_array();
	int r = session_store_list(a->txn, after ? after : "", limit, &sessions);

	json_object_set_new(out, "items", items);
	if (r)
		return r;
	for (guint i = 0; i < sessions->len; i++) {
		json_t *row = json_object();
		out_summary(row, g_ptr_array_index(sessions, i));
		json_array_append_new(items, row);
	}
	const struct eval_session *last =
		sessions->len == limit ? g_ptr_array_index(sessions, limit - 1) : NULL;
	out_text(out, "next", last ? last->session_id : NULL);
	return 0;
}

const struct act_kind session_list_view = {
	.name = "session.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static int out_leader(struct act *a, const struct session_look *l, json_t *out)
{
	LEADER_BALLOT_AUTO struct leader_ballot ballot = {0};
	struct leader_state state;
	json_t *row, *result;
	int r;

	if (l->session->step < FLOW_LEADER)
		return 0;
	r = leader_ballot_read(a, l->session, &ballot);
	if (r)
		return r;
	leader_ballot_count(&ballot, &state);
	row = json_pack("{s:i, s:i, s:i, s:o}", "round", state.round, "votes", (int)state.n_votes,
		"of", (int)l->n_counting, "candidates", leader_numbers(state.candidates));
	result = leader_result(&state);
	if (result)
		json_object_set_new(row, "result", result);
	if (l->me) {
		bool voted = false;

		for (guint i = 0; i < ballot.votes->len; i++) {
			const struct leader_vote *v =
				&g_array_index(ballot.votes, struct leader_vote, i);
			voted |= v->round == state.round && v->voter_no == l->me->no;
		}
		json_object_set_new(json_object_get(out, "me"), "voted", json_boolean(voted));
	}
	json_object_set_new(out, "leader", row);
	leader_state_clear(&state);
	return 0;
}

static void out_me(struct act *a, const struct session_look *l, json_t *out)
{
	bool promised = l->me && l->me->state == MEMBER_PROMISED;
	int wait_s = l->me && !promised ? session_promise_wait_s(a, l->session, l->me) : 0;

	if (!l->me)
		return;
	json_object_set_new(out, "me",
		json_pack("{s:i, s:b, s:b}", "member_no", l->me->no, "promised",
			promised, "signed", report_has_signed(l->signatures, l->me->no)));
	if (wait_s)
		out_int(json_object_get(out, "me"), "promise_wait_s", wait_s);
}

static int out_report(struct act *a, const struct session_look *l, json_t *out)
{
	REPORT_ROW_AUTO struct report_row *report = NULL;
	int r = report_store_get(a->txn, l->session->session_id, &report);
	int n = 0, n_refused = 0;

	if (r)
		return r < 0 ? r : 0;
	for (guint i = 0; i < l->members->len; i++) {
		const struct member_row *m = g_ptr_array_index(l->members, i);

		if (!member_counts(m->state))
			continue;
		n += l->signed_by[i];
		n_refused += !l->signed_by[i] && session_look_refusal(l, m->no);
	}
	json_t *row = json_pack("{s:i, s:i, s:i}", "signatures", n, "refusals", n_refused, "of",
		(int)l->n_counting);
	out_hex(row, "sha256", report->pdf_sha256, sizeof(report->pdf_sha256));
	json_object_set_new(out, "report", row);
	return 0;
}

static void out_steps(const struct session_look *l, json_t *out)
{
	json_t *steps = json_array(), *next = json_array();

	for (enum flow_step s = FLOW_CREATED; s; s = flow_next(s, l->stages))
		json_array_append_new(steps, json_string(flow_step_name(s)));
	if (flow_next(l->session->step, l->stages))
		json_array_append_new(
			next, json_string(flow_step_name(flow_next(l->session->step, l->stages))));
	json_object_set_new(out, "steps", steps);
	json_object_set_new(out, "next_steps", next);
}

/* Members do not learn who is on duty there. */
static json_t *session_venue_row(const struct session_look *l, const struct venue *v)
{
	json_t *row = json_object();

	out_text(row, "venue_id", v->venue_id);
	out_text(row, "name", v->name);
	out_text(row, "city", v->city);
	json_object_set_new(row, "guest", json_boolean(v->in_session.guest));
	out_time(row, "confirmed_at", v->in_session.confirmed_us);
	if (v->confirmed_by && !l->me)
		out_text(row, "confirmed_by", v->confirmed_by);
	return row;
}

static int out_venues(struct act *a, const struct session_look *l, json_t *out)
{
	g_autoptr(GPtrArray) venues = NULL;
	json_t *list = json_array();
	int r = venue_store_of_session(a->txn, l->session->session_id, &venues);

	for (guint i = 0; !r && i < venues->len; i++)
		json_array_append_new(list, session_venue_row(l, g_ptr_array_index(venues, i)));
	json_object_set_new(out, "venues", list);
	return r;
}

/* Who finds the time of the step too short, and how many it takes (C09). */
static int out_time_votes(struct act *a, const struct session_look *l, json_t *out)
{
	g_autoptr(GArray) votes = NULL;
	int r = time_vote_store_standing(a->txn, l->session->session_id, &votes);
	bool mine = false;
	int n = 0;

	for (guint i = 0; !r && i < votes->len; i++) {
		const struct member_row *m =
			member_row_find(l->members, g_array_index(votes, int, i));

		n += m && member_counts(m->state);
		mine |= m && l->me && l->me->no == m->no;
	}
	if (r || !l->n_counting)
		return r;
	json_object_set_new(out, "time",
		json_pack("{s:i, s:i, s:i, s:b}", "votes", n, "of", (int)l->n_counting, "needed",
			(int)panel_more_time_votes(l->n_counting), "voted", mine));
	return 0;
}

/* Why speaks of what was found. */
static int out_rollbacks(struct act *a, const struct session_look *l, json_t *out)
{
	json_t *rows = NULL;
	int r = session_look_may_know_bids(a, l) ? rollback_rows(a, l->session->session_id, &rows)
						 : 0;

	if (rows)
		json_object_set_new(out, "rollbacks", rows);
	return r;
}

/* What asking for a re-evaluation (重新评审) hangs on: the law, and who leads. */
static int out_law(struct act *a, const struct session_look *l, json_t *out)
{
	PROJECT_AUTO struct project *project = NULL;
	int r = project_store_get(a->txn, l->session->project_id, &project);

	if (r)
		return r < 0 ? r : -ENOENT;
	out_text(out, "regime", regime_name(project->regime));
	json_object_set_new(out, "leading",
		json_boolean(!l->me && act_has_role(a, ROLE_HOST) &&
			     (!l->room.host[0] ||
				     strcmp(l->room.host, a->actor->account_id) == 0)));
	return 0;
}

static int look_out(struct act *a, const struct session_look *l, json_t *out)
{
	json_t *members = json_array();
	int r = 0;

	out_summary(out, l->session);
	json_object_set_new(out, "locked", json_boolean(l->room.locked));
	json_object_set_new(out, "masked", json_boolean(l->room.masked));
	out_steps(l, out);
	r = session_out_lots(a, l, out);
	out_me(a, l, out);
	json_object_set_new(out, "members", members);
	for (guint i = 0; !r && i < l->members->len; i++)
		r = session_out_member(a, l, i, members);
	if (!r)
		r = out_leader(a, l, out);
	if (!r)
		r = out_report(a, l, out);
	if (!r)
		r = out_rollbacks(a, l, out);
	if (!r)
		r = out_time_votes(a, l, out);
	if (!r)
		r = out_law(a, l, out);
	return r ? r : out_venues(a, l, out);
}

static const struct field get_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	struct session_look look = {0};
	int r = session_look_read(a, in_text(in, "session_id"), &look);

	if (!r)
		r = look_out(a, &look, out);
	session_look_clear(&look);
	return r;
}

const struct act_kind session_view = {
	.name = "session.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};
