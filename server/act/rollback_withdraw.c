/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who asked for a step back (环节回退) does so no more: the session goes on where it was. */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/rollback_act.h"
#include "server/act/session_act.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	struct rollback_row *row = NULL;
	int no = 0;
	int r = rollback_asker(a, in, "rollback.withdraw", &s, &no);

	if (!r)
		r = rollback_take_waiting(a, s->session_id, &rows, &row);
	if (!r && strcmp(row->asked_by, a->actor->account_id) != 0)
		r = refuse(a->refusal, "rollback.not_asker", NULL, NULL);
	if (!r)
		r = rollback_set_hold(a, s, "rollback.withdraw", no ? FLOW_CHAIR : FLOW_HOST);
	if (r)
		return r;
	row->withdrawn = true;
	r = rollback_keep_decision(a, row);
	return r ? r
		 : act_event(a, "rollback.withdrawn", "session", s->session_id,
			   json_pack("{s:s, s:s, s:s}", "rollback", row->rollback_id, "from",
				   flow_step_name(row->from), "to", flow_step_name(row->to)));
}

const struct act_kind rollback_withdraw_act = {
	.name = "rollback.withdraw", .fields = fields, .run = run};
