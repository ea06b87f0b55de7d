/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/notice_draft.h"
#include "server/act/notice_withheld.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	NOTICE_TEXT_FIELDS,
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	enum notice_state state;
	int r = act_found(
		a, notice_store_lock(a->txn, in_text(in, "notice_id"), &row), "notice_id");

	if (!r)
		r = act_require_version(a, row->version);
	if (!r)
		r = notice_draft_step(a, row, NOTICE_STEP_EDIT, &state);
	if (!r)
		r = notice_draft_read(a, in, row);
	if (!r)
		r = notice_withheld_take(a, in, row);
	if (!r)
		r = notice_store_update(a->txn, row);
	if (r)
		return r;
	out_int(out, "version", row->version + 1);
	return act_event(a, "notice.edited", "notice", row->notice_id, json_object());
}

const struct act_kind notice_edit_act = {.name = "notice.edit", .fields = fields, .run = run};
