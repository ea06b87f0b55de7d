/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_fault.h"

#include <string.h>

#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/eval/fault.h"
#include "server/verify/session_rollback.h"

bool session_was_dissolved(const struct session_record *rec, guint from, guint before)
{
	guint at = from;

	return record_find(rec, "session.dissolved", from, &at) && at < before;
}

/* The fault that stands while the events are walked through. */
struct standing {
	const struct session_record *rec;
	const char *id; /* NULL: none */
	struct fault fault;
	struct fault_limits limits;
};

static bool is_about(const struct standing *f, const struct session_event *row)
{
	return f->id && g_strcmp0(in_text(row->event.body, "fault"), f->id) == 0;
}

static const char *opened(struct standing *f, const struct session_event *row, guint at)
{
	const json_t *body = row->event.body;
	bool stands = f->id != NULL;

	f->id = in_text(body, "fault");
	f->fault = (struct fault){
		.side = fault_side_from_name(in_text(body, "side")),
		.started = in_bool(body, "started", false),
		.whole_venue = in_has(body, "venue"),
		.opened_us = row->event.at_us,
	};
	if (stands)
		return "begins while another one stands";
	if (f->fault.started != (session_step_at(f->rec, at) >= FLOW_PROMISE))
		return "says of the session's start what its steps do not";
	if (in_time_us(body, "deadline", 0) !=
		fault_look(&f->fault, &f->limits, f->fault.opened_us).deadline_us)
		return "has another deadline than the rules give it";
	return NULL;
}

static const char *repaired(struct standing *f, const struct session_event *row)
{
	int r = fault_repair(&f->fault, row->event.at_us);
	bool may = !r && fault_look(&f->fault, &f->limits, row->event.at_us).may_go_on;
	bool goes_on = in_bool(row->event.body, "goes_on", false);

	if (r)
		return fault_refusal_code(r);
	if (goes_on)
		f->id = NULL;
	return may == goes_on ? NULL : "the session does not go on as the fault's clock says";
}

static const char *decided(struct standing *f, const struct session_event *row)
{
	enum fault_decision decision =
		fault_decision_from_name(in_text(row->event.body, "decision"));
	int r = fault_decide(&f->fault, &f->limits, decision, row->event.at_us);

	return r ? fault_refusal_code(r) : NULL;
}

static const char *dissolved(struct standing *f, const struct session_event *row, guint at)
{
	bool may = fault_look(&f->fault, &f->limits, row->event.at_us).may_dissolve;

	f->id = NULL;
	return may ? session_undoing_fault(f->rec, at, FLOW_QUALIFICATION, "fault")
		   : fault_refusal_code(FAULT_E_UNDECIDED);
}

/* Nothing is judged, and nothing goes on or back. */
static bool is_judging(const char *kind)
{
	static const char *const judging[] = {"bid.reject_voted", "leader.voted", "lot.ranked",
		"low_price.convinced", "low_price.raised", "question.settled", "report.refused", "report.signed", "review.submitted",
		"rollback.approved", "session.step", "sheet.submitted", NULL};

	return g_strv_contains(judging, kind);
}

static const char *ended(const struct standing *f, const struct session_event *row, guint at)
{
	bool said = flow_step_from_name(in_text(row->event.body, "to")) == FLOW_DISSOLVED;

	if (said != session_was_dissolved(f->rec, 0, at))
		return "the session ends otherwise than its committee";
	return f->id ? "the session ends while a fault stands" : NULL;
}

static const char *take(struct standing *f, const struct session_event *row, guint at)
{
	const char *kind = row->event.kind;

	if (strcmp(kind, "fault.opened") == 0)
		return opened(f, row, at);
	if (strcmp(kind, "session.closed") == 0)
		return ended(f, row, at);
	if (f->id && is_judging(kind))
		return "somebody judged while a fault held the session up";
	if (strcmp(kind, "fault.repaired") != 0 && strcmp(kind, "fault.decided") != 0 &&
		strcmp(kind, "session.dissolved") != 0)
		return NULL;
	if (!is_about(f, row))
		return "no such fault stands";
	if (strcmp(kind, "fault.repaired") == 0)
		return repaired(f, row);
	return strcmp(kind, "fault.decided") == 0 ? decided(f, row) : dissolved(f, row, at);
}

void session_fault_check(const struct session_record *rec)
{
	struct standing f = {.rec = rec, .limits = fault_limits_default()};
	unsigned n = 0;

	for (guint at = 0; at < rec->events->len; at++) {
		const struct session_event *row = record_event(rec, at);
		const char *wrong = take(&f, row, at);

		n += strcmp(row->event.kind, "fault.opened") == 0;
		if (wrong) {
			g_autofree char *place = record_place(row);
			finding_fault(rec->findings, place, "%s", wrong);
		}
	}
	if (n)
		finding_note(rec->findings, rec->dir, "%u faults followed", n);
}
