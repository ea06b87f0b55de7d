/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In a re-evaluation (重新评审) a member of the original committee is not there any more: the
 * supervisor was consulted and lets somebody else take his place, who is next in the drawn order.
 */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/personal_reason.h"
#include "server/act/rollback_act.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"member_no", FIELD_INT, true, 1, 1000000},
	{"note", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) members = NULL;
	const struct member_row *m;
	struct personal_reason note;
	int64_t since_us = 0;
	json_t *body;
	int r = session_for_act(a, in_text(in, "session_id"), "member.release", true, &s);

	if (!r)
		r = rollback_reopened(a, s->session_id, &since_us);
	if (!r && !since_us)
		r = refuse(a->refusal, "reevaluation.none", NULL, NULL);
	if (!r)
		r = member_store_of_session(a->txn, s->session_id, &members);
	if (r)
		return r;
	m = member_row_find(members, (int)in_int(in, "member_no", 0));
	if (!m || !member_counts(m->state))
		return act_found(a, STORE_E_NONE, "member_no");
	body = json_pack("{s:i}", "member_no", m->no);
	personal_reason_take(&note, in_text(in, "note"), body);
	r = member_store_set_released(a->txn, s->session_id, m->no, note.text, note.salt);
	if (!r)
		return act_event(a, "member.released", "session", s->session_id, body);
	json_decref(body);
	return r < 0 ? r : -EIO;
}

const struct act_kind member_release_act = {.name = "member.release", .fields = fields, .run = run};
