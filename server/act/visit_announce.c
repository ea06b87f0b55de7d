/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Visits to the site (踏勘现场). The agency says when and where, to everybody at once; each bidder
 * that has the tender file is told and may say it has seen it, under its own copy alone. Nobody
 * signs in for one: a list of who comes would tell the bidders of each other.
 */
#include "server/act/acts.h"

#include "server/act/bid_case.h"
#include "server/act/project_party.h"
#include "server/act/tender_case.h"
#include "server/store/visit_store.h"

#define VISITS_MAX 20

static const struct field announce_fields[] = {
	{"project_id", FIELD_ID, true},
	{"starts_at", FIELD_TIME, true},
	{"place", FIELD_TEXT, true, 1, 200},
	{"note", FIELD_TEXT, false, 1, 1000},
	{NULL},
};

/* Behind the deadline it would serve nobody. */
static int check_announce(struct act *a, const struct tender_case *c, const struct site_visit *v)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = tender_case_require_offer(a, c);

	if (r)
		return r;
	if (v->starts_us <= a->legal_us || v->starts_us >= c->times.deadline_us)
		return refuse(a->refusal, "input.invalid", "starts_at",
			"between now and the deadline of the bids");
	r = visit_store_list(a->txn, c->project->project_id, &list);
	return !r && list->len >= VISITS_MAX
		       ? refuse(a->refusal, "visit.too_many", NULL, "at most %d", VISITS_MAX)
		       : r;
}

static int run_announce(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	struct site_visit v = {.starts_us = in_time_us(in, "starts_at", 0),
		.announced_us = a->legal_us,
		.place = (char *)in_text(in, "place"),
		.note = (char *)in_text(in, "note")};
	const char *project_id = in_text(in, "project_id");
	int r = tender_case_read(a, project_id, true, &c);

	if (!r)
		r = project_require_party(a, project_id);
	if (!r)
		r = check_announce(a, &c, &v);
	if (r)
		return r;
	id_new(v.visit_id);
	g_strlcpy(v.project_id, project_id, sizeof(v.project_id));
	r = store_fault(visit_store_insert(a->txn, &v));
	if (r)
		return r;
	out_text(out, "visit_id", v.visit_id);
	json_t *body = json_pack("{s:s, s:s}", "project", project_id, "place", v.place);
	out_time(body, "starts_at", v.starts_us);
	if (v.note)
		out_text(body, "note", v.note);
	return act_event(a, "visit.announced", "visit", v.visit_id, body);
}

const struct act_kind visit_announce_act = {.name = "visit.announce",
	.fields = announce_fields,
	.run = run_announce,
	.flags = ACT_CREATES};

static const struct field cancel_fields[] = {
	{"visit_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int run_cancel(struct act *a, const json_t *in, json_t *out)
{
	SITE_VISIT_AUTO struct site_visit *v = NULL;
	PROJECT_AUTO struct project *p = NULL;
	int r = act_found(a, visit_store_get(a->txn, in_text(in, "visit_id"), &v), "visit_id");

	if (!r)
		r = project_require_party(a, v->project_id);
	if (!r)
		r = store_fault(project_store_lock(a->txn, v->project_id, &p));
	if (!r && (v->cancelled_us || v->starts_us <= a->legal_us))
		r = refuse(a->refusal, "visit.over", NULL, NULL);
	if (r)
		return r;
	v->cancelled_us = a->legal_us;
	g_free(v->reason);
	v->reason = g_strdup(in_text(in, "reason"));
	r = store_fault(visit_store_cancel(a->txn, v));
	if (r)
		return r;
	return act_event(a, "visit.cancelled", "visit", v->visit_id,
		json_pack("{s:s, s:s}", "project", v->project_id, "reason", v->reason));
}

const struct act_kind visit_cancel_act = {
	.name = "visit.cancel", .fields = cancel_fields, .run = run_cancel};
