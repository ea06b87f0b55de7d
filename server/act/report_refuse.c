/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A member does not sign the report (E11): he says so himself, or the host puts it on record for
 * one who will not or has gone. Without a dissenting opinion that counts as consent. Who changes
 * his mind may still sign, and then counts as one who signed; a signature is not taken back.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/personal_reason.h"
#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/auth/permission.h"
#include "server/store/member_store.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"member_no", FIELD_INT, true, 1, 1000000},
	{"reason", FIELD_TEXT, false, 1, 500},
	{NULL},
};

/* The host speaks of any member that counts, a member of himself; *ret_by: who spoke. */
static int check_member(struct act *a, const char *session_id, int no, const char **ret_by)
{
	MEMBER_ROW_AUTO struct member_row *me = NULL;
	g_autoptr(GPtrArray) members = NULL, signatures = NULL;
	int r = session_viewer(a, session_id, ROLE_HOST, &me);

	if (!r && me && me->no != no)
		return act_denied(a, "a member speaks for himself");
	if (!r && !me)
		r = seat_act_check_leads(a, session_id);
	if (!r)
		r = member_store_of_session(a->txn, session_id, &members);
	if (!r)
		r = report_store_signatures(a->txn, session_id, &signatures);
	if (r)
		return r;
	*ret_by = me ? "member" : "host";
	if (report_has_signed(signatures, no))
		return refuse(a->refusal, "report.signed", NULL, NULL);
	const struct member_row *m = member_row_find(members, no);
	return m && member_counts(m->state) ? 0 : act_found(a, STORE_E_NONE, "member_no");
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	struct report_unsigned row = {
		.member_no = (int)in_int(in, "member_no", 0), .refused_us = a->legal_us};
	struct personal_reason reason;
	const char *by = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), "report.refuse", true, &s);

	if (!r)
		r = check_member(a, s->session_id, row.member_no, &by);
	if (r)
		return r;
	json_t *body =
		json_pack("{s:i, s:s, s:s}", "member_no", row.member_no, "by", by, "rule", "E11");
	personal_reason_take(&reason, in_text(in, "reason"), body);
	row.reason = (char *)reason.text;
	row.salted = reason.text;
	memcpy(row.salt, reason.salt, sizeof(row.salt));
	r = report_store_add_refusal(a->txn, s->session_id, &row);
	if (!r)
		return act_event(a, "report.refused", "session", s->session_id, body);
	json_decref(body);
	return r < 0 ? r : refuse(a->refusal, "report.refused", "member_no", NULL);
}

const struct act_kind report_refuse_act = {.name = "report.refuse", .fields = fields, .run = run};
