/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/notice_draft.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	enum notice_state state;
	const char *reason = in_text(in, "reason");
	int r = notice_draft_take(a, in, NOTICE_STEP_RETURN, &row, &state);

	if (!r)
		r = notice_store_set_state(a->txn, row->notice_id, state, NULL, reason);
	if (r)
		return r;
	out_int(out, "version", row->version + 1);
	return act_event(a, "notice.returned", "notice", row->notice_id,
		json_pack("{s:s}", "reason", reason));
}

const struct act_kind notice_return_act = {.name = "notice.return", .fields = fields, .run = run};
