/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Election of the leader (推选组长). Every member has one vote a round. Who has more votes than
 * every other leads; on a tie the next round is between the tied. Under government purchase the
 * buyer's member votes but may not lead (C11).
 *
 * The whole election follows from the votes, so nothing but the votes is stored.
 */

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "server/trade/regime.h"
#include "server/trade/verdict.h"

#define LEADER_REFUSALS(X)                              \
	X(LEADER_E_NOT_MEMBER, "leader.not_member")     \
	X(LEADER_E_NOT_ELIGIBLE, "leader.not_eligible") \
	X(LEADER_E_VOTED, "leader.voted")               \
	X(LEADER_E_ELECTED, "leader.elected")

enum leader_refusal { LEADER_E_NONE = 0, LEADER_REFUSALS(REFUSAL_ENUM) };

struct leader_member {
	int no;
	bool is_buyer;
};

struct leader_vote {
	int round; /* from 1 */
	int voter_no;
	int choice_no;
};

struct leader_tally {
	int no;
	unsigned n;
};

/* Where the election stands. */
struct leader_state {
	int leader_no;      /* 0: none yet */
	int round;          /* the round being voted in; the deciding one once there is a leader */
	unsigned n_votes;   /* cast in it */
	GArray *candidates; /* int, rising: who may be voted for in it */
	GArray *tallies;    /* struct leader_tally of the last complete round; empty before */
	GArray *tied;       /* int: who tied in it; empty with a leader */
};

const char *leader_refusal_code(int refusal);

/*
 * Counts the votes of all rounds. Votes of or for somebody who is not a member, and votes of a
 * round that was not reached, are ignored, as after a replacement. Free with leader_state_clear().
 */
void leader_count(enum regime regime, const struct leader_member *members, size_t n_members,
	const struct leader_vote *votes, size_t n_votes, struct leader_state *ret);
void leader_state_clear(struct leader_state *s);

/* Whether the member may cast this vote now; *ret_rule (may be NULL): the rule that forbids it. */
int leader_may_vote(enum regime regime, const struct leader_member *members, size_t n_members,
	const struct leader_vote *votes, size_t n_votes, int voter_no, int choice_no,
	const char **ret_rule);
