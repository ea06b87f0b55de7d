/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The leader or the host asks for a step back (环节回退): from now on nothing is judged until the
 * supervisor has decided.
 */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/rollback_act.h"
#include "server/act/session_act.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"to", FIELD_NAME, true, 1, 24},
	{"code", FIELD_TEXT, true, 1, 16},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static json_t *requested_body(const struct rollback_row *row)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "rollback", row->rollback_id,
		"from", flow_step_name(row->from), "to", flow_step_name(row->to), "code",
		rollback_reason_name(row->code), "reason", row->reason, "by",
		flow_role_name(row->member_no ? FLOW_CHAIR : FLOW_HOST));

	if (row->member_no)
		out_int(body, "member_no", row->member_no);
	return body;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	struct rollback_row row = {
		.to = flow_step_from_name(in_text(in, "to")),
		.code = rollback_reason_from_name(in_text(in, "code")),
		.reason = (char *)in_text(in, "reason"),
		.asked_us = a->legal_us,
	};
	int r = rollback_asker(a, in, "rollback.request", &s, &row.member_no);

	if (!r && g_strcmp0(in_text(in, "code"), rollback_reason_name(row.code)) != 0)
		r = refuse(a->refusal, "input.not_found", "code", NULL);
	if (r)
		return r;
	row.from = s->step;
	r = rollback_check_row(a, s, &row);
	if (!r)
		r = rollback_set_hold(
			a, s, "rollback.request", row.member_no ? FLOW_CHAIR : FLOW_HOST);
	if (r)
		return r;
	id_new(row.rollback_id);
	g_strlcpy(row.asked_by, a->actor->account_id, sizeof(row.asked_by));
	r = rollback_store_insert(a->txn, s->session_id, &row);
	if (r)
		return r < 0 ? r : -EIO;
	out_text(out, "rollback_id", row.rollback_id);
	return act_event(a, "rollback.requested", "session", s->session_id, requested_body(&row));
}

const struct act_kind rollback_request_act = {
	.name = "rollback.request", .fields = fields, .run = run, .flags = ACT_CREATES};
