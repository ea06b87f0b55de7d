/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/project_draft.h"

#include <string.h>

static const char *const states[] = {
	[PROJECT_DRAFT] = "draft",
	[PROJECT_SUBMITTED] = "submitted",
	[PROJECT_RETURNED] = "returned",
	[PROJECT_APPROVED] = "approved",
};

static const struct {
	enum project_draft_step step;
	enum project_draft_state from, to;
} steps[] = {
	{PROJECT_STEP_EDIT, PROJECT_DRAFT, PROJECT_DRAFT},
	{PROJECT_STEP_EDIT, PROJECT_RETURNED, PROJECT_RETURNED},
	{PROJECT_STEP_DISCARD, PROJECT_DRAFT, PROJECT_DRAFT},
	{PROJECT_STEP_DISCARD, PROJECT_RETURNED, PROJECT_RETURNED},
	{PROJECT_STEP_SUBMIT, PROJECT_DRAFT, PROJECT_SUBMITTED},
	{PROJECT_STEP_SUBMIT, PROJECT_RETURNED, PROJECT_SUBMITTED},
	{PROJECT_STEP_APPROVE, PROJECT_SUBMITTED, PROJECT_APPROVED},
	{PROJECT_STEP_RETURN, PROJECT_SUBMITTED, PROJECT_RETURNED},
};

const char *project_draft_refusal_code(int refusal)
{
	switch (refusal) {
		PROJECT_DRAFT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *project_draft_state_name(enum project_draft_state s)
{
	return s >= PROJECT_DRAFT && s <= PROJECT_APPROVED ? states[s] : NULL;
}

enum project_draft_state project_draft_state_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], name) == 0)
			return (enum project_draft_state)i;
	return 0;
}

bool project_draft_step_is_authors(enum project_draft_step step)
{
	return step <= PROJECT_STEP_SUBMIT;
}

int project_draft_step(enum project_draft_state state, enum project_draft_step step, bool is_author,
	enum project_draft_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].step != step || steps[i].from != state)
			continue;
		if (is_author != project_draft_step_is_authors(step))
			return is_author ? PROJECT_DRAFT_E_SAME_PERSON : PROJECT_DRAFT_E_NOT_AUTHOR;
		*ret = steps[i].to;
		return 0;
	}
	return PROJECT_DRAFT_E_STATE;
}
