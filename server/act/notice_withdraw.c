/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/notice_draft.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/*
 * Takes a published notice back (撤回): it stays readable, marked as withdrawn and why. What its
 * publication did to the lots is undone by a notice of its own (变更, 终止), never by this.
 */
static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	enum notice_state state;
	const char *reason = in_text(in, "reason");
	int r = notice_draft_take(a, in, NOTICE_STEP_WITHDRAW, &row, &state);

	if (!r)
		r = notice_store_withdraw(a->txn, row->notice_id, a->legal_us, reason);
	if (r)
		return r;
	out_int(out, "version", row->version + 1);
	return act_event(a, "notice.withdrawn", "notice", row->notice_id,
		json_pack("{s:s, s:s}", "project_code", row->project_code, "reason", reason));
}

const struct act_kind notice_withdraw_act = {
	.name = "notice.withdraw", .fields = fields, .run = run};
