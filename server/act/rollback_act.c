/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/rollback_act.h"

#include <errno.h>

#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/auth/permission.h"
#include "server/eval/rollback.h"
#include "server/store/deposit_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"

/* What a contract was signed on is not evaluated again: that is for a complaint or a court. */
static int check_contracts(struct act *a, const struct eval_session *s)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, s->session_id, &lots);

	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		struct lot_settlement settled = {0};

		r = deposit_store_settlement(a->txn, lot->lot_id, &settled);
		if (r == STORE_E_NONE)
			r = 0;
		if (!r && settled.contracted_us)
			r = refuse(a->refusal, "rollback.contracted", NULL,
				"a contract is recorded for lot %s", lot->code);
	}
	return r;
}

int rollback_check_row(struct act *a, const struct eval_session *s, const struct rollback_row *row)
{
	struct rollback_request q = {
		.state = {.step = s->step, .hold = s->hold}, .to = row->to, .reason = row->code};
	PROJECT_AUTO struct project *project = NULL;
	struct flow_counts counts;
	const char *rule = NULL;
	int64_t since_us = 0;
	int r = project_store_get(a->txn, s->project_id, &project);

	if (!r)
		r = rollback_reopened(a, s->session_id, &since_us);
	if (!r)
		r = session_count(a, s, &counts);
	if (!r)
		r = session_stages(a, s->session_id, &q.state.stages);
	if (r)
		return r < 0 ? r : -ENOENT;
	q.regime = project->regime;
	q.reevaluating = since_us != 0;
	q.all_signed = counts.members && counts.signed_off >= counts.members;
	r = rollback_check(&q, &rule);
	if (!r && s->step == FLOW_CLOSED)
		return check_contracts(a, s);
	return r ? refuse_rule(a->refusal, rollback_refusal_code(r), rule,
			   r == ROLLBACK_E_REASON ? "code" : "to", "from %s to %s",
			   flow_step_name(s->step), flow_step_name(row->to) ?: "-")
		 : 0;
}

int rollback_reopened(struct act *a, const char *session_id, int64_t *ret_us)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = rollback_store_of_session(a->txn, session_id, &rows);

	*ret_us = 0;
	for (guint i = 0; !r && i < rows->len; i++) {
		const struct rollback_row *row = g_ptr_array_index(rows, i);

		if (row->approved && row->from == FLOW_CLOSED)
			*ret_us = row->decided_us;
	}
	return r;
}

int rollback_take_waiting(
	struct act *a, const char *session_id, GPtrArray **ret_rows, struct rollback_row **ret)
{
	g_autoptr(GPtrArray) rows = NULL;
	struct rollback_row *waiting = NULL;
	int r = rollback_store_of_session(a->txn, session_id, &rows);

	for (guint i = 0; !r && i < rows->len; i++) {
		struct rollback_row *row = g_ptr_array_index(rows, i);

		if (!row->decided_by[0])
			waiting = row;
	}
	if (r)
		return r;
	if (!waiting)
		return act_found(a, STORE_E_NONE, NULL);
	*ret = waiting;
	*ret_rows = g_steal_pointer(&rows);
	return 0;
}

int rollback_set_hold(
	struct act *a, const struct eval_session *s, const char *name, enum flow_role role)
{
	struct flow_state state = {.step = s->step, .hold = s->hold};
	int r = flow_apply(name, role, &state);

	if (r)
		return refuse(a->refusal, flow_refusal_code(r), NULL, NULL);
	/* Why is told to those only who may know what was found. */
	r = session_store_set_hold(a->txn, s->session_id, state.hold, NULL);
	return r <= 0 ? r : -EIO;
}

int rollback_keep_decision(struct act *a, struct rollback_row *row)
{
	int r;

	row->decided_us = a->legal_us;
	g_strlcpy(row->decided_by, a->actor->account_id, sizeof(row->decided_by));
	r = rollback_store_decide(a->txn, row);
	return r <= 0 ? r : -EIO;
}

static int asker(struct act *a, const char *session_id, int *ret_member_no)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *me = NULL;
	int r = session_viewer(a, session_id, ROLE_HOST, &me);

	if (!r)
		r = act_found(a, session_store_get(a->txn, session_id, &s), "session_id");
	if (r)
		return r;
	*ret_member_no = me ? me->no : 0;
	/* Who led it asks for a re-evaluation (重新评审), too. */
	if (!me)
		return s->step == FLOW_CLOSED ? seat_act_check_led(a, session_id)
					      : seat_act_check_leads(a, session_id);
	return me->no == s->leader_no ? 0 : act_denied(a, "the leader or the host asks");
}

/* Once before the session is told of, and once when it is locked: he may lead no more by then. */
int rollback_asker(struct act *a, const json_t *in, const char *name, struct eval_session **ret,
	int *ret_member_no)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	const char *session_id = in_text(in, "session_id");
	int r = asker(a, session_id, ret_member_no);

	if (!r)
		r = session_for_act(a, session_id, name, true, &s);
	if (!r)
		r = asker(a, session_id, ret_member_no);
	if (!r)
		*ret = g_steal_pointer(&s);
	return r;
}
