/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_PROJECT_DRAFT_ACT_H
#define SERVER_ACT_PROJECT_DRAFT_ACT_H

/* What the acts on drafts of projects (项目草稿) share: who may see one, and the step from one
 * state to the next. */
#include "server/act/act.h"
#include "server/store/project_draft_store.h"

/*
 * Whether the actor may see it: the centre's staff, the supervisors, who wrote it or takes over,
 * the colleagues of the author, and the agency and buyer it names.
 */
int project_draft_is_open_to(struct act *a, const struct project_draft_row *d, bool *ret);
/* 0, or REFUSED as if there were none. */
int project_draft_require_readable(struct act *a, const struct project_draft_row *d);

/*
 * The draft the input names, locked and in the version the caller read, and its state after the
 * step. The second person (双人复核) is of the project and is none of those who wrote any of it.
 */
int project_draft_take(struct act *a, const json_t *in, enum project_draft_step step,
	struct project_draft_row **ret_row, enum project_draft_state *ret_state);

/* Writes the row, answers its new version and appends the event. Takes body. */
int project_draft_put(
	struct act *a, struct project_draft_row *d, const char *kind, json_t *body, json_t *out);

#endif
