/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host leads the session from step to step: starting it and closing it are acts of their own.
 */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/question_act.h"
#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static const struct field advance_fields[] = {
	{"session_id", FIELD_ID, true},
	{"to", FIELD_NAME, true, 1, 24},
	{NULL},
};

static int run_start(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), "session.start", true, &s);

	if (!r)
		r = session_move(a, s, FLOW_PROMISE);
	if (!r)
		r = session_store_set_started(
			a->txn, s->session_id, a->actor->account_id, a->legal_us);
	return r;
}

static int run_advance(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	enum flow_step to = flow_step_from_name(in_text(in, "to"));
	int r = session_for_act(a, in_text(in, "session_id"), "session.advance", true, &s);

	if (!r)
		r = seat_act_check_leads(a, s->session_id);
	if (r)
		return r;
	if (to == FLOW_PROMISE || to == FLOW_CLOSED)
		return refuse(a->refusal, flow_refusal_code(FLOW_E_STEP), "to",
			"start and close have their own requests");
	if (to == FLOW_SUMMARY)
		r = question_settle_silent(a, s);
	return r ? r : session_move(a, s, to);
}

static int run_close(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), "session.close", true, &s);

	if (!r)
		r = seat_act_check_leads(a, s->session_id);
	if (!r)
		r = session_move(a, s, FLOW_CLOSED);
	if (!r)
		r = session_store_set_closed(a->txn, s->session_id, a->legal_us);
	return r;
}

const struct act_kind session_start_act = {
	.name = "session.start", .fields = fields, .run = run_start};
const struct act_kind session_advance_act = {
	.name = "session.advance", .fields = advance_fields, .run = run_advance};
const struct act_kind session_close_act = {
	.name = "session.close", .fields = fields, .run = run_close};
