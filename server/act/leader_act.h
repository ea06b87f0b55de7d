/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_LEADER_ACT_H
#define SERVER_ACT_LEADER_ACT_H

/* The election of the leader (推选组长) as act and view read it. */
#include "server/act/act.h"
#include "server/eval/leader.h"

struct eval_session;

/* Who votes, and the votes that count: of a member who left, and for him, there are none any more.
 */
struct leader_ballot {
	enum regime regime;
	GArray *members; /* struct leader_member */
	GArray *votes;   /* struct leader_vote */
};

void leader_ballot_clear(struct leader_ballot *b);
#define LEADER_BALLOT_AUTO __attribute__((cleanup(leader_ballot_clear)))

int leader_ballot_read(struct act *a, const struct eval_session *s, struct leader_ballot *ret);

/* Where the election stands; leader_state_clear() it. */
void leader_ballot_count(const struct leader_ballot *b, struct leader_state *ret);

/* What the last complete round gave ({round, votes, leader_no | tied}); NULL before the first. */
json_t *leader_result(const struct leader_state *s);

/* The numbers of a list of int. */
json_t *leader_numbers(const GArray *list);

#endif
