/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Drafts of projects (项目草稿): a project is there once a second person approved its draft.
 *
 *	draft ---submit---> submitted ---approve---> approved: the project
 *	  |                  ^    |
 *	  |           submit |    +------ return ----> returned
 *	  |                  +------------------------ |
 *	  +--- discard: the draft is gone <------------+
 *
 * A draft may lack anything; what is submitted is whole and lawful.
 */

#include <stdbool.h>

#include "server/trade/verdict.h"

#define PROJECT_DRAFT_REFUSALS(X)                             \
	X(PROJECT_DRAFT_E_STATE, "project.draft_state")       \
	X(PROJECT_DRAFT_E_SAME_PERSON, "project.same_person") \
	X(PROJECT_DRAFT_E_NOT_AUTHOR, "project.not_author")

enum project_draft_refusal { PROJECT_DRAFT_E_NONE = 0, PROJECT_DRAFT_REFUSALS(REFUSAL_ENUM) };

enum project_draft_state {
	PROJECT_DRAFT = 1,
	PROJECT_SUBMITTED,
	PROJECT_RETURNED, /* with a reason, for the author to better it */
	PROJECT_APPROVED, /* it is a project now */
};

enum project_draft_step {
	PROJECT_STEP_EDIT = 1,
	PROJECT_STEP_DISCARD,
	PROJECT_STEP_SUBMIT,
	PROJECT_STEP_APPROVE,
	PROJECT_STEP_RETURN,
};

const char *project_draft_refusal_code(int refusal);

/* The stable words of JSON and SQL; NULL or 0 for unknown ones. */
const char *project_draft_state_name(enum project_draft_state s);
enum project_draft_state project_draft_state_from_name(const char *name);

/* The steps that are the author's (or a deputy's, AB角); the others are another person's. */
bool project_draft_step_is_authors(enum project_draft_step step);

/*
 * Whether the step may be done in this state, and the state after it (of a discarded one the state
 * before). is_author: the one who acts wrote the draft or had a hand in it.
 */
int project_draft_step(enum project_draft_state state, enum project_draft_step step, bool is_author,
	enum project_draft_state *ret);
