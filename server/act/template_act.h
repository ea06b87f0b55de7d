/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_TEMPLATE_ACT_H
#define SERVER_ACT_TEMPLATE_ACT_H

/* What the acts on templates (范本) share: what a draft gives to one, and what one gives to a
 * draft. */
#include "server/act/act.h"
#include "server/store/project_store.h"
#include "server/store/template_store.h"

/* The row every act that makes or changes a template has in its table: one of the two. */
#define TEMPLATE_SOURCE_FIELDS                \
	{"notice_id", FIELD_ID, false},       \
	{                                     \
		"project_id", FIELD_ID, false \
	}

/* Takes subject, regime, kind and the proposed body from the notice or project the input names. */
int template_read_source(struct act *a, const json_t *in, struct template *t);

/* One that may be used, for a project of this regime; refuses with field "template_id". */
int template_usable(
	struct act *a, const char *template_id, enum regime regime, struct template **ret);

/* Of its body or what is proposed, what a template may say; a new object. */
json_t *template_part(const struct template *t, const json_t *body);
/* The body in use for a draft of that project, a new object. */
json_t *template_for_project(const struct template *t, const struct project *project);

/* Refusals of trade/template.h. */
int template_refuse(struct act *a, int refusal, const char *field, const char *why);

/* The event of a change: name, kind, and the digest of the body it is about. Takes nothing. */
int template_event(struct act *a, const char *kind, const struct template *t, const json_t *body,
	const char *reason);

#endif
