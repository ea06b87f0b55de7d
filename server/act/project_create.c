/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registers a project at once, in a house where one person may; elsewhere it begins as a draft. */
#include "server/act/acts.h"

#include "server/act/project_register.h"

static const struct field fields[] = {PROJECT_FIELDS(true), {NULL}};

static int run(struct act *a, const json_t *in, json_t *out)
{
	if (a->env->projects_by_two)
		return refuse(a->refusal, "project.approval_required", NULL,
			"keep it as a draft (POST /project-drafts) and submit it");
	return project_register(a, in, a->actor->account_id, NULL, out);
}

const struct act_kind project_create_act = {
	.name = "project.create", .fields = fields, .run = run, .flags = ACT_CREATES};
