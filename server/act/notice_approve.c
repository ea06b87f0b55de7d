/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/notice_draft.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{NULL},
};

/* By a second person (双人复核); the rules are asked again with the time of now. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	enum notice_state state;
	int r = notice_draft_take(a, in, NOTICE_STEP_APPROVE, &row, &state);

	if (!r)
		r = notice_draft_check(a, row);
	if (!r)
		r = notice_store_set_state(
			a->txn, row->notice_id, state, a->actor->account_id, NULL);
	if (r)
		return r;
	out_int(out, "version", row->version + 1);
	return act_event(a, "notice.approved", "notice", row->notice_id, json_object());
}

const struct act_kind notice_approve_act = {.name = "notice.approve", .fields = fields, .run = run};
