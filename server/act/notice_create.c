/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/notice_draft.h"
#include "server/act/notice_withheld.h"
#include "server/act/project_party.h"
#include "server/act/template_act.h"
#include "server/store/project_store.h"
#include "server/trade/template.h"

static const struct field fields[] = {
	{"project_id", FIELD_ID, true},
	{"kind", FIELD_NAME, true, 1, 24},
	{"template_id", FIELD_ID, false},
	NOTICE_DRAFT_FIELDS,
	{NULL},
};

/* What a draft has in the end, said by its author or by the template. */
static const struct field text_fields[] = {
	{"project_id", FIELD_ID, true},
	{"kind", FIELD_NAME, true, 1, 24},
	{"template_id", FIELD_ID, false},
	NOTICE_TEXT_FIELDS,
	{NULL},
};

/* What the input leaves out comes from the template (范本). */
static int begin_with_template(
	struct act *a, const json_t *in, const struct project *project, json_t **ret)
{
	TEMPLATE_AUTO struct template *t = NULL;
	int r = in_has(in, "template_id")
			? template_usable(a, in_text(in, "template_id"), project->regime, &t)
			: 0;

	if (!r && t && strcmp(t->kind, in_text(in, "kind")) != 0)
		r = template_refuse(a, TEMPLATE_E_KIND, "template_id", "of another kind");
	if (r)
		return r;
	json_t *draft = t ? template_for_project(t, project) : json_object();
	json_object_update(draft, (json_t *)in);
	r = fields_check(text_fields, draft, a->refusal);
	if (r)
		json_decref(draft);
	else
		*ret = draft;
	return r;
}

static int insert(struct act *a, const json_t *in, struct notice_row *row)
{
	PROJECT_AUTO struct project *project = NULL;
	json_auto_t *draft = NULL;
	const char *project_id = in_text(in, "project_id");
	int r = act_found(a, project_store_get(a->txn, project_id, &project), "project_id");

	if (!r)
		r = project_require_party(a, project_id);
	if (r)
		return r;
	row->notice.kind = notice_kind_from_name(in_text(in, "kind"));
	if (!notice_kind_fits(row->notice.kind, project->regime, project->category,
		    tender_mode_from_name(project->method)))
		return refuse(a->refusal, notice_refusal_code(NOTICE_E_KIND), "kind",
			"this kind of notice does not belong to such a project");
	r = begin_with_template(a, in, project, &draft);
	if (r)
		return r;
	id_new(row->notice_id);
	g_strlcpy(row->project_id, project->project_id, sizeof(row->project_id));
	g_strlcpy(row->author, a->actor->account_id, sizeof(row->author));
	row->state = NOTICE_DRAFT;
	row->created_us = a->legal_us;
	r = notice_draft_read(a, draft, row);
	if (!r)
		r = notice_withheld_take(a, draft, row);
	return r ? r : notice_store_insert(a->txn, row);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = g_new0(struct notice_row, 1);
	int r = insert(a, in, row);

	if (r)
		return r;
	out_text(out, "notice_id", row->notice_id);
	out_int(out, "version", 1);
	return act_event(a, "notice.drafted", "notice", row->notice_id,
		json_pack("{s:s, s:s, s:s*}", "project_id", row->project_id, "kind",
			in_text(in, "kind"), "template_id", in_text(in, "template_id")));
}

const struct act_kind notice_create_act = {
	.name = "notice.create", .fields = fields, .run = run, .flags = ACT_CREATES};
