/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objections to the candidates and challenges of the result of a project (异议、质疑): that there
 * are any, when they were answered and how, is everybody's to know, for the result waits for it. By
 * whom and what was said: theirs whose project it is, the supervisors' and who raised it.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/act/objection_act.h"
#include "server/act/project_party.h"
#include "server/act/tender_case.h"
#include "server/auth/permission.h"

static const struct field fields[] = {
	{"project_id", FIELD_ID, true},
	{NULL},
};

static void out_times(
	struct act *a, const struct tender_case *c, const struct objection_row *o, json_t *row)
{
	const char *rule;
	int64_t due_us =
		objection_answer_due(c->book, a->env->calendar, o->regime, o->received_us, &rule);

	out_time(row, "received_at", o->received_us);
	out_time(row, "answered_at", o->answered_us);
	if (o->answered_us)
		out_text(row, "outcome", objection_outcome_name(o->outcome));
	if (!due_us)
		return;
	out_text(row, "rule", rule);
	out_time(row, "due", due_us);
	json_object_set_new(row, "late",
		json_boolean((o->answered_us ? o->answered_us : a->legal_us) >= due_us));
	json_object_set_new(
		row, "pauses", json_boolean(!o->answered_us && objection_pauses(o->regime)));
}

static int out_told(struct act *a, const struct objection_row *o, json_t *row)
{
	json_auto_t *told = NULL;
	int r = objection_open_told(a, o, &told);

	if (!r)
		json_object_update(row, told);
	return r;
}

static int out_row(struct act *a, const struct tender_case *c, const struct objection_row *o,
	bool party, json_t *items)
{
	bool mine = *o->account_id && strcmp(o->account_id, a->actor->account_id) == 0;
	json_t *row = json_pack("{s:s, s:s, s:s}", "objection_id", o->objection_id, "notice_id",
		o->notice_id, "notice_title", o->notice_title);

	json_array_append_new(items, row);
	out_times(a, c, o, row);
	if (mine)
		json_object_set_new(row, "mine", json_true());
	return party || mine ? out_told(a, o, row) : 0;
}

/* The notices of the project that can be objected to at this moment. */
static void out_objectable(struct act *a, const struct tender_case *c, json_t *out)
{
	json_t *list = json_array();

	json_object_set_new(out, "open_notices", list);
	for (guint i = 0; i < c->notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(c->notices, i);
		const char *rule;
		int64_t until_us = n->state == NOTICE_PUBLISHED
					   ? objection_until(c->book, a->env->calendar, &n->notice,
						     n->published_us, &rule)
					   : 0;
		if (until_us <= a->legal_us)
			continue;
		json_t *row = json_pack("{s:s, s:s, s:s}", "notice_id", n->notice_id, "title",
			n->title, "rule", rule);
		out_time(row, "until", until_us);
		json_array_append_new(list, row);
	}
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	g_autoptr(GPtrArray) list = NULL;
	json_t *items = json_array();
	bool party = act_has_role(a, ROLE_SUPERVISOR);
	int r = tender_case_read(a, in_text(in, "project_id"), false, &c);

	json_object_set_new(out, "items", items);
	if (!r && !party && act_has_role(a, ROLE_AGENCY | ROLE_STAFF | ROLE_BUYER))
		r = project_is_party(a, c.project, &party);
	if (!r)
		r = objection_store_of_project(a->txn, c.project->project_id, &list);
	for (guint i = 0; !r && i < list->len; i++)
		r = out_row(a, &c, g_ptr_array_index(list, i), party, items);
	if (!r)
		out_objectable(a, &c, out);
	return r;
}

const struct act_kind objection_list_view = {
	.name = "objection.list", .fields = fields, .run = run, .flags = ACT_READ};
