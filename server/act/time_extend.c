/* SPDX-License-Identifier: GPL-3.0-or-later */
/* More time for the step, as C09 demands once more than a third of the members ask for it. */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/core/clock.h"
#include "server/eval/panel.h"
#include "server/store/session_store.h"
#include "server/store/time_vote_store.h"

#define DAY_MINUTES (24 * 60)

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"minutes", FIELD_INT, true, 1, DAY_MINUTES},
	{NULL},
};

/* In real time, as the host's timer: from its end, or from now where it is over or was not set. */
static int64_t later(const struct act *a, const struct eval_session *s, int64_t minutes)
{
	return MAX(s->step_ends_us, a->real_us) + minutes * 60 * CLOCK_SECOND_US;
}

static int say(
	struct act *a, const struct eval_session *s, int64_t minutes, const struct flow_counts *c)
{
	const char *rule = NULL;
	int r = 0;

	if (c->members && c->time_votes >= panel_more_time_votes(c->members))
		r = session_rule(a, s, "C09", &rule);
	return r ? r
		 : act_event(a, "time.extended", "session", s->session_id,
			   json_pack("{s:s, s:I, s:i, s:i, s:s*}", "step", flow_step_name(s->step),
				   "minutes", (json_int_t)minutes, "votes", (int)c->time_votes,
				   "of", (int)c->members, "rule", rule));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int64_t minutes = in_int(in, "minutes", 0);
	struct flow_counts counts;
	int r = seat_act_check_leads(a, in_text(in, "session_id"));

	if (!r)
		r = session_for_act(a, in_text(in, "session_id"), "time.extend", true, &s);
	if (!r)
		r = session_count(a, s, &counts);
	if (r)
		return r;
	r = time_vote_store_end(a->txn, s->session_id, a->real_us);
	if (r)
		return r < 0 ? r : -EIO;
	r = say(a, s, minutes, &counts);
	return r ? r : session_set_timer(a, s, later(a, s, minutes));
}

const struct act_kind time_extend_act = {.name = "time.extend", .fields = fields, .run = run};
