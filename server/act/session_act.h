/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_SESSION_ACT_H
#define SERVER_ACT_SESSION_ACT_H

/*
 * What the acts and views of an evaluation session have in common: its step allows the act, the
 * caller belongs to it, its members and how they are called.
 */
#include "server/act/act.h"
#include "server/eval/flow.h"

struct eval_session;
struct member_row;

/*
 * The session, if its step allows the act `name` (server/eval/flow). lock: it will be changed.
 * 0, REFUSED (no such session, session.step …) or negative errno.
 */
int session_for_act(struct act *a, const char *session_id, const char *name, bool lock,
	struct eval_session **ret);

/*
 * The condition MEMBER: the caller's own membership, for a caller signed in at a seat of this
 * session who still counts. REFUSED with auth.denied otherwise.
 */
int session_member(struct act *a, const char *session_id, struct member_row **ret);

/* The same for a member that has promised, whom alone voting and scoring are open to. */
int session_promised_member(struct act *a, const char *session_id, struct member_row **ret);

/*
 * How long the member still reads the promise (承诺书) before he may give it: it lies before him
 * from the start of the session on, or from his arrival. Begun seconds; 0: he may.
 */
int session_promise_wait_s(
	const struct act *a, const struct eval_session *s, const struct member_row *m);

/* MEMBER for what other roles may see too: *ret is NULL for a caller with one of these roles who
 * does not sit in a session. */
int session_viewer(struct act *a, const char *session_id, uint32_t roles, struct member_row **ret);

/* The evaluation is secret (E22): who neither judges, leads nor watches it looks into it when the
 * report is signed. *ret is NULL for who is no member. */
int session_secret_viewer(struct act *a, const char *session_id, struct member_row **ret);

/* The id, if that rule is law for the session's project: what is done there may be quoted with it;
 * else NULL. */
int session_rule(
	struct act *a, const struct eval_session *s, const char *id, const char **ret_rule);

/* Which of FLOW_OPTIONAL it has: the schemes of its lots say so. */
int session_stages(struct act *a, const char *session_id, unsigned *ret);

/* What is true of the session, for the flow table. */
int session_count(struct act *a, const struct eval_session *s, struct flow_counts *ret);

/* When the present step ends, in real time, 0: no longer said; with the event session.timer. */
int session_set_timer(struct act *a, const struct eval_session *s, int64_t ends_us);

/*
 * Puts the session at a step, onwards or back: what was asked of the time of the step before ends
 * with it. With the event session.step or session.closed, which names the step back (环节回退) that
 * leads there; NULL: none does.
 */
int session_set_step(
	struct act *a, const struct eval_session *s, enum flow_step to, const char *rollback_id);

/* Goes to the next step if its conditions hold, with the event session.step or session.closed. */
int session_move(struct act *a, const struct eval_session *s, enum flow_step to);

/* The opened bids (struct bid_row) of a lot in order of receipt: what is evaluated. */
int session_bids_of(struct act *a, const char *lot_id, GPtrArray **ret);

/* "3号专家": how members are called before others who may not know them. g_free it. */
char *member_alias(int member_no);

/* The expert's id and name, unwrapped; for those who may know it. g_free them; either may be NULL
 * when it is not wanted. */
int member_identity(struct act *a, const char *session_id, const struct member_row *m,
	char **ret_expert_id, char **ret_name);

/* Wraps who was drawn, as it lies in the member's row. */
int member_wrap(
	struct act *a, const char *session_id, int member_no, const char *expert_id, GBytes **ret);

#endif
