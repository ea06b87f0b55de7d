/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/leader.h"

const char *leader_refusal_code(int refusal)
{
	switch (refusal) {
		LEADER_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static const struct leader_member *find_member(
	const struct leader_member *members, size_t n, int no)
{
	for (size_t i = 0; i < n; i++)
		if (members[i].no == no)
			return &members[i];
	return NULL;
}

static bool contains(const GArray *numbers, int no)
{
	for (guint i = 0; i < numbers->len; i++)
		if (g_array_index(numbers, int, i) == no)
			return true;
	return false;
}

static int compare_numbers(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static bool may_lead(enum regime regime, const struct leader_member *m)
{
	return !(regime == REGIME_GP && m->is_buyer);
}

/* The vote of a member in a round; the first one, should there be two. */
static const struct leader_vote *vote_of(
	const struct leader_vote *votes, size_t n, int round, int voter_no)
{
	for (size_t i = 0; i < n; i++)
		if (votes[i].round == round && votes[i].voter_no == voter_no)
			return &votes[i];
	return NULL;
}

/* Counts one round into s->tallies; returns how many members have voted. */
static unsigned tally_round(const struct leader_member *members, size_t n_members,
	const struct leader_vote *votes, size_t n_votes, struct leader_state *s, GArray *tallies)
{
	unsigned n = 0;

	g_array_set_size(tallies, 0);
	for (guint i = 0; i < s->candidates->len; i++) {
		struct leader_tally t = {g_array_index(s->candidates, int, i), 0};

		g_array_append_val(tallies, t);
	}
	for (size_t i = 0; i < n_members; i++) {
		const struct leader_vote *v = vote_of(votes, n_votes, s->round, members[i].no);

		if (!v || !contains(s->candidates, v->choice_no))
			continue;
		n++;
		for (guint c = 0; c < tallies->len; c++) {
			struct leader_tally *t = &g_array_index(tallies, struct leader_tally, c);

			t->n += t->no == v->choice_no;
		}
	}
	return n;
}

/* Leaves those with the most votes in s->tied. */
static void find_first(struct leader_state *s)
{
	unsigned most = 0;

	g_array_set_size(s->tied, 0);
	for (guint i = 0; i < s->tallies->len; i++)
		most = MAX(most, g_array_index(s->tallies, struct leader_tally, i).n);
	for (guint i = 0; i < s->tallies->len; i++) {
		const struct leader_tally *t = &g_array_index(s->tallies, struct leader_tally, i);

		if (t->n == most)
			g_array_append_val(s->tied, t->no);
	}
}

static void first_candidates(
	enum regime regime, const struct leader_member *members, size_t n, GArray *candidates)
{
	for (size_t i = 0; i < n; i++)
		if (may_lead(regime, &members[i]))
			g_array_append_val(candidates, members[i].no);
	g_array_sort(candidates, compare_numbers);
}

void leader_count(enum regime regime, const struct leader_member *members, size_t n_members,
	const struct leader_vote *votes, size_t n_votes, struct leader_state *ret)
{
	struct leader_state s = {
		.round = 1,
		.candidates = g_array_new(FALSE, FALSE, sizeof(int)),
		.tallies = g_array_new(FALSE, FALSE, sizeof(struct leader_tally)),
		.tied = g_array_new(FALSE, FALSE, sizeof(int)),
	};
	g_autoptr(GArray) tallies = g_array_new(FALSE, FALSE, sizeof(struct leader_tally));

	first_candidates(regime, members, n_members, s.candidates);
	for (;;) {
		s.n_votes = tally_round(members, n_members, votes, n_votes, &s, tallies);
		if (!n_members || s.n_votes < n_members)
			break;
		g_array_set_size(s.tallies, 0);
		g_array_append_vals(s.tallies, tallies->data, tallies->len);
		find_first(&s);
		if (s.tied->len == 1) {
			s.leader_no = g_array_index(s.tied, int, 0);
			g_array_set_size(s.tied, 0);
			break;
		}
		g_array_set_size(s.candidates, 0);
		g_array_append_vals(s.candidates, s.tied->data, s.tied->len);
		s.round++;
	}
	*ret = s;
}

void leader_state_clear(struct leader_state *s)
{
	g_clear_pointer(&s->candidates, g_array_unref);
	g_clear_pointer(&s->tallies, g_array_unref);
	g_clear_pointer(&s->tied, g_array_unref);
}

int leader_may_vote(enum regime regime, const struct leader_member *members, size_t n_members,
	const struct leader_vote *votes, size_t n_votes, int voter_no, int choice_no,
	const char **ret_rule)
{
	const struct leader_member *choice = find_member(members, n_members, choice_no);
	struct leader_state s;
	int r = 0;

	if (ret_rule)
		*ret_rule = NULL;
	if (!find_member(members, n_members, voter_no) || !choice)
		return LEADER_E_NOT_MEMBER;
	if (!may_lead(regime, choice)) {
		if (ret_rule)
			*ret_rule = "C11";
		return LEADER_E_NOT_ELIGIBLE;
	}
	leader_count(regime, members, n_members, votes, n_votes, &s);
	if (s.leader_no)
		r = LEADER_E_ELECTED;
	else if (vote_of(votes, n_votes, s.round, voter_no))
		r = LEADER_E_VOTED;
	else if (!contains(s.candidates, choice_no))
		r = LEADER_E_NOT_ELIGIBLE;
	leader_state_clear(&s);
	return r;
}
