/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/notice_draft.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{"publish_at", FIELD_TIME, false}, /* absent: no longer by itself */
	{NULL},
};

/*
 * Has an approved notice published at a time to come, by the one who could publish it now. The
 * rules are asked for that time, and once more when it has come.
 */
static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	enum notice_state state;
	int64_t at_us = in_time_us(in, "publish_at", 0);
	int r = notice_draft_take(a, in, NOTICE_STEP_PUBLISH, &row, &state);

	if (!r && at_us && at_us <= a->legal_us)
		r = refuse(a->refusal, notice_refusal_code(NOTICE_E_TIME), "publish_at",
			"it must be a time to come");
	if (!r && at_us)
		r = notice_draft_check_at(a, row, at_us);
	if (!r)
		r = notice_store_set_publish_at(a->txn, row->notice_id, at_us);
	if (r)
		return r;
	out_int(out, "version", row->version + 1);
	json_t *body = json_object();
	out_time(body, "publish_at", at_us);
	return act_event(a, "notice.scheduled", "notice", row->notice_id, body);
}

const struct act_kind notice_schedule_act = {
	.name = "notice.schedule", .fields = fields, .run = run};
