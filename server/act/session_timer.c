/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/core/clock.h"
#include "server/store/session_store.h"

#define DAY_MINUTES (24 * 60)

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"minutes", FIELD_INT, true, 0, DAY_MINUTES},
	{NULL},
};

/*
 * Says how long the present step may still take; 0 minutes takes it back, and so does the next
 * step. Everybody in the room sees the time run down. It is a word of the host's and no deadline of
 * the law: nothing is refused afterwards. Hence real time.
 */
static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int64_t minutes = in_int(in, "minutes", 0);
	int64_t ends_us = minutes ? a->real_us + minutes * 60 * CLOCK_SECOND_US : 0;
	int r = seat_act_check_leads(a, in_text(in, "session_id"));

	if (!r)
		r = session_for_act(a, in_text(in, "session_id"), "session.timer", true, &s);
	return r ? r : session_set_timer(a, s, ends_us);
}

const struct act_kind session_timer_act = {.name = "session.timer", .fields = fields, .run = run};
