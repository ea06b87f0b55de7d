/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of a draft (项目草稿) to a project: submitted by whoever wrote it, approved or returned
 * by a second person (双人复核). There is no project before it is approved, so nothing can be
 * announced, drawn or bid for.
 */
#include "server/act/acts.h"

#include "server/act/project_draft_act.h"
#include "server/act/project_register.h"

static const struct field step_fields[] = {{"draft_id", FIELD_ID, true}, {NULL}};

/* Checked already here, so that the second person does not read what cannot be a project. */
static int run_submit(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = NULL;
	enum project_draft_state state;
	int r = project_draft_take(a, in, PROJECT_STEP_SUBMIT, &d, &state);

	if (!r)
		r = project_register_check(a, d->body, out);
	if (r)
		return r;
	d->state = state;
	g_clear_pointer(&d->return_reason, g_free);
	return project_draft_put(a, d, "project.submitted", json_object(), out);
}

const struct act_kind project_submit_act = {
	.name = "project.submit", .fields = step_fields, .run = run_submit};

/* The rules are asked again: what was lawful when it was submitted need not be so now. */
static int run_approve(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = NULL;
	enum project_draft_state state;
	int r = project_draft_take(a, in, PROJECT_STEP_APPROVE, &d, &state);

	if (!r)
		r = project_register(a, d->body, d->author, d->draft_id, out);
	if (r)
		return r;
	d->state = state;
	g_strlcpy(d->decided_by, a->actor->account_id, sizeof(d->decided_by));
	g_strlcpy(d->project_id, in_text(out, "project_id"), sizeof(d->project_id));
	return project_draft_put(
		a, d, "project.approved", json_pack("{s:s}", "project_id", d->project_id), out);
}

const struct act_kind project_approve_act = {
	.name = "project.approve", .fields = step_fields, .run = run_approve, .flags = ACT_CREATES};

static const struct field return_fields[] = {
	{"draft_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int run_return(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = NULL;
	enum project_draft_state state;
	int r = project_draft_take(a, in, PROJECT_STEP_RETURN, &d, &state);

	if (r)
		return r;
	d->state = state;
	g_strlcpy(d->decided_by, a->actor->account_id, sizeof(d->decided_by));
	g_free(d->return_reason);
	d->return_reason = g_strdup(in_text(in, "reason"));
	return project_draft_put(
		a, d, "project.returned", json_pack("{s:s}", "reason", d->return_reason), out);
}

const struct act_kind project_return_act = {
	.name = "project.return", .fields = return_fields, .run = run_return};
