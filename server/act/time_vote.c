/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A member finds the time of the step too short. More than a third of the members, and it must be
 * extended (C09, and so it is done under the purchase law, too): until then the session does not
 * go on.
 */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/session_act.h"
#include "server/eval/panel.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"
#include "server/store/time_vote_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int say(struct act *a, const struct eval_session *s, const struct member_row *m,
	const struct flow_counts *c, json_t *out)
{
	unsigned needed = panel_more_time_votes(c->members);
	int r = act_event(a, "time.voted", "session", s->session_id,
		json_pack("{s:s, s:i, s:i, s:i}", "step", flow_step_name(s->step), "member_no",
			m->no, "votes", (int)c->time_votes, "of", (int)c->members));

	const char *rule = NULL;

	out_int(out, "votes", c->time_votes);
	out_int(out, "needed", needed);
	if (r || c->time_votes != needed)
		return r;
	r = session_rule(a, s, "C09", &rule);
	return r ? r
		 : act_event(a, "time.too_short", "session", s->session_id,
			   json_pack("{s:s, s:i, s:i, s:s*}", "step", flow_step_name(s->step),
				   "votes", (int)c->time_votes, "of", (int)c->members, "rule",
				   rule));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	struct flow_counts counts;
	int r = session_for_act(a, in_text(in, "session_id"), "time.vote", true, &s);

	if (!r)
		r = session_promised_member(a, s->session_id, &m);
	if (r)
		return r;
	r = time_vote_store_add(a->txn, s->session_id, m->no, a->legal_us);
	if (r > 0)
		return refuse(a->refusal, "time.voted", NULL, NULL);
	if (!r)
		r = session_count(a, s, &counts);
	return r ? r : say(a, s, m, &counts, out);
}

const struct act_kind time_vote_act = {.name = "time.vote", .fields = fields, .run = run};
