/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A project is kept as a draft (项目草稿) with whatever is known so far, changed, or given up.
 */
#include "server/act/acts.h"

#include "server/act/project_draft_act.h"
#include "server/act/project_register.h"

static const struct field keep_fields[] = {PROJECT_FIELDS(false), {NULL}};
static const struct field edit_fields[] = {
	{"draft_id", FIELD_ID, true}, PROJECT_FIELDS(false), {NULL}};

/* What the forms and the lists of drafts rely on; everything else is asked when it is submitted. */
static int read_body(struct act *a, const json_t *in, struct project_draft_row *d)
{
	json_t *lots = json_object_get(in, "lots"), *lot;
	size_t i;

	json_array_foreach (lots, i, lot) {
		if (!json_is_object(lot))
			return refuse(a->refusal, "input.invalid", "lots", "lot %zu", i + 1);
	}
	json_decref(d->body);
	d->body = json_deep_copy(in);
	json_object_del(d->body, "draft_id");
	return 0;
}

static int run_keep(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = g_new0(struct project_draft_row, 1);
	int r = read_body(a, in, d);

	if (r)
		return r;
	id_new(d->draft_id);
	d->state = PROJECT_DRAFT;
	g_strlcpy(d->author, a->actor->account_id, sizeof(d->author));
	d->created_us = a->legal_us;
	r = project_draft_store_insert(a->txn, d);
	out_text(out, "draft_id", d->draft_id);
	out_int(out, "version", 1);
	return r ? r
		 : act_event(a, "project.drafted", "project_draft", d->draft_id,
			   json_pack("{s:s*}", "template_id", in_text(in, "template_id")));
}

static int run_edit(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = NULL;
	enum project_draft_state state;
	int r = project_draft_take(a, in, PROJECT_STEP_EDIT, &d, &state);

	if (!r)
		r = read_body(a, in, d);
	return r ? r : project_draft_put(a, d, "project.draft_edited", json_object(), out);
}

static const struct field step_fields[] = {{"draft_id", FIELD_ID, true}, {NULL}};

static int run_discard(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = NULL;
	enum project_draft_state state;
	int r = project_draft_take(a, in, PROJECT_STEP_DISCARD, &d, &state);

	if (!r)
		r = project_draft_store_delete(a->txn, d->draft_id);
	out_text(out, "draft_id", in_text(in, "draft_id"));
	return r ? r
		 : act_event(a, "project.draft_discarded", "project_draft", d->draft_id,
			   json_object());
}

const struct act_kind project_draft_keep_act = {
	.name = "project.draft", .fields = keep_fields, .run = run_keep, .flags = ACT_CREATES};
const struct act_kind project_draft_edit_act = {
	.name = "project.draft_edit", .fields = edit_fields, .run = run_edit};
const struct act_kind project_draft_discard_act = {
	.name = "project.draft_discard", .fields = step_fields, .run = run_discard};
