/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/leader_act.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"member_no", FIELD_INT, true, 1, 1000},
	{NULL},
};

static int check_vote(struct act *a, const struct eval_session *s, const struct leader_ballot *b,
	int voter_no, int choice_no)
{
	const char *rule = NULL;
	int r = s->leader_no
			? LEADER_E_ELECTED
			: leader_may_vote(b->regime, (const struct leader_member *)b->members->data,
				  b->members->len, (const struct leader_vote *)b->votes->data,
				  b->votes->len, voter_no, choice_no, &rule);

	return r ? refuse_rule(a->refusal, leader_refusal_code(r), rule, "member_no", NULL) : 0;
}

/* Whom a member voted for is told to nobody; that he voted is. */
static int cast(struct act *a, const struct eval_session *s, struct leader_ballot *b,
	const struct leader_vote *vote)
{
	int r = session_store_add_vote(a->txn, s->session_id, vote);

	if (r)
		return r < 0 ? r : -EIO;
	g_array_append_val(b->votes, *vote);
	return act_event(a, "leader.voted", "session", s->session_id,
		json_pack("{s:i, s:i}", "round", vote->round, "member_no", vote->voter_no));
}

static int conclude(
	struct act *a, const struct eval_session *s, const struct leader_state *state, json_t *out)
{
	json_t *result = leader_result(state);
	int r = 0;

	json_object_set(out, "result", result);
	if (state->leader_no)
		r = session_store_set_leader(a->txn, s->session_id, state->leader_no);
	if (r) {
		json_decref(result);
		return r < 0 ? r : -EIO;
	}
	return act_event(a, state->leader_no ? "leader.elected" : "leader.tied", "session",
		s->session_id, result);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	struct leader_vote vote = {.choice_no = (int)in_int(in, "member_no", 0)};
	LEADER_BALLOT_AUTO struct leader_ballot ballot = {0};
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	struct leader_state state;
	int r = session_for_act(a, in_text(in, "session_id"), "leader.vote", true, &s);

	if (!r)
		r = session_promised_member(a, s->session_id, &m);
	if (!r)
		r = leader_ballot_read(a, s, &ballot);
	if (!r)
		r = check_vote(a, s, &ballot, m->no, vote.choice_no);
	if (r)
		return r;
	leader_ballot_count(&ballot, &state);
	vote.round = state.round;
	vote.voter_no = m->no;
	leader_state_clear(&state);
	r = cast(a, s, &ballot, &vote);
	if (r)
		return r;
	leader_ballot_count(&ballot, &state);
	out_int(out, "round", vote.round);
	if (state.leader_no || state.round > vote.round)
		r = conclude(a, s, &state, out);
	leader_state_clear(&state);
	return r;
}

const struct act_kind leader_vote_act = {.name = "leader.vote", .fields = fields, .run = run};
