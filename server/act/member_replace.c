/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The host replaces a member who did not come, fell ill or left (C08): what he did is void but
 * stays, and whoever is next in the drawn order takes his place and does it anew.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/member_leave.h"
#include "server/act/personal_reason.h"
#include "server/act/rollback_act.h"
#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"member_no", FIELD_INT, true, 1, 1000000},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/*
 * In a re-evaluation it is the original committee that judges: the supervisor is consulted before
 * one of them goes. Who was called since is none of them.
 */
static int check_release(struct act *a, const char *session_id, const struct member_row *m)
{
	g_autofree char *subject = g_strdup_printf("session:%s", session_id);
	g_autoptr(GPtrArray) events = NULL;
	int64_t since_us = 0;
	int r = rollback_reopened(a, session_id, &since_us);

	if (r || !since_us || !m->promised_us || m->promised_us > since_us)
		return r;
	r = event_store_of_subject_kind(a->txn, subject, "member.released", 0, 100, &events);
	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);

		if (e->legal_us >= since_us && in_int(e->body, "member_no", 0) == m->no)
			return 0;
	}
	return r ? r
		 : refuse(a->refusal, "reevaluation.original", "member_no",
			   "the original committee evaluates again");
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) members = NULL;
	const struct member_row *m;
	struct personal_reason reason;
	const char *rule = NULL;
	unsigned place = 0;
	int r = seat_act_check_leads(a, in_text(in, "session_id"));

	if (!r)
		r = session_for_act(a, in_text(in, "session_id"), "member.replace", true, &s);
	if (!r)
		r = member_store_of_session(a->txn, s->session_id, &members);
	if (r)
		return r;
	m = member_row_find(members, (int)in_int(in, "member_no", 0));
	if (!m)
		return act_found(a, STORE_E_NONE, "member_no");
	r = check_release(a, s->session_id, m);
	if (!r)
		r = session_rule(a, s, "C08", &rule);
	if (r)
		return r;
	json_t *body = json_pack("{s:i, s:s*}", "member_no", m->no, "rule", rule);
	personal_reason_take(&reason, in_text(in, "reason"), body);
	r = member_leave(a, s, m, MEMBER_STEP_REPLACE, &reason, body, &place);
	json_decref(body);
	if (!r && place)
		out_int(out, "next", place);
	return r;
}

const struct act_kind member_replace_act = {.name = "member.replace", .fields = fields, .run = run};
