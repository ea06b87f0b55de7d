/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_rollback.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/eval/review.h"
#include "server/trade/regime.h"
#include "server/verify/session_fault.h"

static enum flow_step step_of(const struct session_event *row, const char *name)
{
	return flow_step_from_name(in_text(row->event.body, name));
}

enum flow_step session_step_at(const struct session_record *rec, guint before)
{
	enum flow_step step = 0;

	for (guint at = 0; at < before; at++) {
		const struct session_event *row = record_event(rec, at);

		if (strcmp(row->event.kind, "session.step") == 0)
			step = step_of(row, "to");
		else if (strcmp(row->event.kind, "session.closed") == 0 && step_of(row, "to"))
			step = step_of(row, "to");
	}
	return step;
}

static bool is_from_closed(const struct session_event *row)
{
	return step_of(row, "from") == FLOW_CLOSED;
}

bool session_is_reevaluated(const struct session_record *rec, guint before)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "rollback.approved", at, &at)) && at < before;
		at++)
		if (is_from_closed(row))
			return true;
	return false;
}

bool session_is_void(
	const struct session_record *rec, guint at, guint before, enum rollback_void made)
{
	enum flow_step step = session_step_at(rec, at);
	const struct session_event *row;

	/* Another committee finds all of it anew. */
	if (rollback_voids(FLOW_QUALIFICATION, false) & made && session_was_dissolved(rec, at, before))
		return true;
	for (guint i = at; (row = record_find(rec, "rollback.approved", i, &i)) && i < before; i++)
		if (step_of(row, "to") <= step &&
			rollback_voids(step_of(row, "to"), session_is_reevaluated(rec, i + 1)) & made)
			return true;
	return false;
}

bool session_went_back(
	const struct session_record *rec, enum flow_step step, guint from, guint before)
{
	const struct session_event *row;

	if (step >= FLOW_QUALIFICATION && session_was_dissolved(rec, from, before))
		return true;
	for (guint i = from; (row = record_find(rec, "rollback.approved", i, &i)) && i < before;
		i++)
		if (step_of(row, "to") <= step)
			return true;
	return false;
}

/* One approval, and where its question stands. */
struct going_back {
	const struct session_record *rec;
	const struct session_event *asked, *approved;
	guint asked_at, approved_at;
	enum flow_step from, to;
	const char *cause; /* under this name events tell its id */
};

static bool is_of(const struct session_event *row, const struct going_back *g)
{
	const char *id = in_text(g->approved->event.body, g->cause);

	return id && g_strcmp0(in_text(row->event.body, g->cause), id) == 0;
}

static void find_question(struct going_back *g)
{
	const struct session_event *row;
	guint at = 0;

	for (; (row = record_find(g->rec, "rollback.requested", at, &at)) && at < g->approved_at;
		at++)
		if (is_of(row, g)) {
			g->asked = row;
			g->asked_at = at;
		}
}

static bool is_withdrawn(const struct going_back *g)
{
	const struct session_event *row;

	for (guint at = g->asked_at;
		(row = record_find(g->rec, "rollback.withdrawn", at, &at)) && at < g->approved_at;
		at++)
		if (is_of(row, g))
			return true;
	return false;
}

static const char *fault_of_question(const struct going_back *g)
{
	const json_t *q = g->asked->event.body, *a = g->approved->event.body;

	if (strcmp(g->asked->event.actor, g->approved->event.actor) == 0)
		return "is approved by who asked for it";
	if (g_strcmp0(in_text(q, "from"), in_text(a, "from")) != 0 ||
		g_strcmp0(in_text(q, "to"), in_text(a, "to")) != 0 ||
		g_strcmp0(in_text(q, "code"), in_text(a, "code")) != 0)
		return "approves something else than was asked for";
	if (is_withdrawn(g))
		return "approves what was no longer asked for";
	if (session_step_at(g->rec, g->asked_at) != g->from)
		return "does not start from the step the session was at";
	return NULL;
}

/* Nothing is judged while a step back waits. */
static bool is_judged_meanwhile(const struct going_back *g)
{
	static const char *const judging[] = {"bid.reject_voted", "leader.voted", "lot.ranked",
		"low_price.convinced", "low_price.kept", "low_price.raised", "report.signed", "review.submitted", "sheet.submitted", NULL};

	for (guint i = g->asked_at; i < g->approved_at; i++)
		if (g_strv_contains(judging, record_event(g->rec, i)->event.kind))
			return true;
	return false;
}

static enum regime regime_of(const struct session_record *rec)
{
	const struct session_event *project = record_find(rec, "project.created", 0, NULL);
	const char *name =
		project ? in_text(json_object_get(project->event.body, "input"), "regime") : NULL;

	return name ? regime_from_name(name) : 0;
}

/* Members who had signed the report, or refused to. */
static bool all_have_signed(const struct going_back *g)
{
	static const char *const kinds[] = {"report.signed", "report.refused"};
	g_autoptr(GHashTable) members = record_members(g->rec, g->asked_at);
	g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
	const struct session_event *row;

	for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++)
		for (guint at = 0;
			(row = record_find(g->rec, kinds[k], at, &at)) && at < g->asked_at; at++) {
			gpointer no =
				GINT_TO_POINTER((gint)in_int(row->event.body, "member_no", 0));

			if (g_hash_table_contains(members, no) &&
				!session_is_void(g->rec, at, g->asked_at, ROLLBACK_REPORT))
				g_hash_table_add(done, no);
		}
	return g_hash_table_size(members) && g_hash_table_size(done) == g_hash_table_size(members);
}

static const char *fault_of_rule(const struct going_back *g)
{
	const struct rollback_request q = {
		.regime = regime_of(g->rec),
		.state = {.step = g->from, .stages = FLOW_OPTIONAL},
		.to = g->to,
		.reason = rollback_reason_from_name(in_text(g->asked->event.body, "code")),
		.all_signed = all_have_signed(g),
		.reevaluating = session_is_reevaluated(g->rec, g->asked_at),
	};

	return rollback_refusal_code(rollback_check(&q, NULL));
}

static bool is_counted_still(const struct going_back *g, guint counted_at)
{
	const struct session_event *row, *count = record_event(g->rec, counted_at);
	enum review_stage stage = review_stage_from_name(in_text(count->event.body, "stage"));
	const char *lot = in_text(count->event.body, "lot");

	for (guint at = counted_at; (row = record_find(g->rec, "review.reopened", at, &at)); at++)
		if (g_strcmp0(in_text(row->event.body, "lot"), lot) == 0 &&
			review_stage_from_name(in_text(row->event.body, "stage")) <= stage &&
			(at < g->approved_at || is_of(row, g)))
			return false;
	return true;
}

/* A count of a stage that is done again stands no more. */
static bool leaves_a_count(const struct going_back *g)
{
	const struct session_event *row;

	for (guint at = 0;
		(row = record_find(g->rec, "review.counted", at, &at)) && at < g->approved_at;
		at++) {
		enum review_stage stage = review_stage_from_name(in_text(row->event.body, "stage"));

		if (stage && flow_step_of_stage(stage) >= g->to && is_counted_still(g, at))
			return true;
	}
	return false;
}

/* The step a rejection was found at: that of its stage, or the one the session was at. */
static enum flow_step found_at(const struct going_back *g, const struct session_event *rejected)
{
	enum review_stage stage = review_stage_from_name(in_text(rejected->event.body, "stage"));
	guint at = (guint)(rejected - record_event(g->rec, 0));

	return stage ? flow_step_of_stage(stage) : session_step_at(g->rec, at);
}

static bool is_reinstated(const struct going_back *g, const char *bid)
{
	const struct session_event *row;

	for (guint at = g->approved_at; (row = record_find(g->rec, "bid.reinstated", at, &at));
		at++)
		if (is_of(row, g) && g_strcmp0(in_text(row->event.body, "bid"), bid) == 0)
			return true;
	return false;
}

/* Whoever was rejected in what is done again is judged again. */
static bool leaves_a_rejection(const struct going_back *g)
{
	const struct session_event *row;

	if (!(rollback_voids(g->to, session_is_reevaluated(g->rec, g->approved_at + 1)) &
		    ROLLBACK_DECISIONS))
		return false;
	for (guint at = 0;
		(row = record_find(g->rec, "bid.rejected", at, &at)) && at < g->approved_at; at++) {
		const char *bid = in_text(row->event.body, "bid");

		if (row == record_rejection(g->rec, bid, g->approved_at) &&
			found_at(g, row) >= g->to && !is_reinstated(g, bid))
			return true;
	}
	return false;
}

static bool leads_there(const struct going_back *g)
{
	guint at = g->approved_at;
	const struct session_event *row = record_find(g->rec, "session.step", at, &at);

	return row && is_of(row, g) && step_of(row, "to") == g->to;
}

static const char *fault_of_undoing(const struct going_back *g)
{
	if (leaves_a_count(g))
		return "leaves a count of what is done again";
	return leaves_a_rejection(g) ? "leaves a bid rejected by what is done again" : NULL;
}

const char *session_undoing_fault(const struct session_record *rec, guint at, enum flow_step to,
	const char *cause)
{
	const struct going_back g = {.rec = rec,
		.approved = record_event(rec, at),
		.approved_at = at,
		.to = to,
		.cause = cause};

	return fault_of_undoing(&g);
}

static const char *fault_of(struct going_back *g)
{
	const char *fault;

	find_question(g);
	if (!g->asked)
		return "was not asked for";
	fault = fault_of_question(g);
	if (!fault)
		fault = fault_of_rule(g);
	if (!fault && is_judged_meanwhile(g))
		fault = "waited while somebody judged";
	if (!fault)
		fault = fault_of_undoing(g);
	if (!fault && !leads_there(g))
		fault = "does not lead to its step";
	return fault;
}

void session_rollback_check(const struct session_record *rec)
{
	const struct session_event *row;
	unsigned n = 0;

	for (guint at = 0; (row = record_find(rec, "rollback.approved", at, &at)); at++) {
		g_autofree char *place = record_place(row);
		struct going_back g = {.rec = rec,
			.approved = row,
			.approved_at = at,
			.from = step_of(row, "from"),
			.to = step_of(row, "to"),
			.cause = "rollback"};
		const char *fault = fault_of(&g);

		n++;
		if (fault)
			finding_fault(rec->findings, place, "%s", fault);
	}
	if (n)
		finding_note(rec->findings, rec->dir, "%u steps back followed", n);
}
