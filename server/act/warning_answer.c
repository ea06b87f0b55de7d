/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done about a warning (处理): by host or staff, once; another answer needs another
 * warning. */
#include "server/act/acts.h"

#include "server/act/supervision_act.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"warning_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, SUPERVISION_TEXT_MAX},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	WARNING_AUTO struct warning w = {0};
	int r = warning_read(a, in, &w);

	if (r)
		return r;
	if (w.answered)
		return refuse(a->refusal, "warning.state", NULL, "it was answered");
	return supervision_event(a, in_text(in, "session_id"), "warning.answered",
		warning_body(&w, json_pack("{s:s}", "text", in_text(in, "text"))));
}

const struct act_kind warning_answer_act = {.name = "warning.answer", .fields = fields, .run = run};
