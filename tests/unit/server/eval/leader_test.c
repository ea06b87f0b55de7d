/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/leader.h"

#include "tests/unit/server/eval/support.h"

/* Member 5 is the buyer's. */
static const struct leader_member panel[] = {
	{1, false}, {2, false}, {3, false}, {4, false}, {5, true}};
#define N G_N_ELEMENTS(panel)

static struct leader_state count(
	enum regime regime, const struct leader_vote *votes, size_t n_votes)
{
	struct leader_state s;

	leader_count(regime, panel, N, votes, n_votes, &s);
	return s;
}

static void test_a_majority_leads(void **state)
{
	struct leader_vote votes[] = {{1, 1, 2}, {1, 2, 2}, {1, 3, 1}, {1, 4, 2}, {1, 5, 1}};
	struct leader_state s = count(REGIME_GP, votes, 4);

	assert_int_equal(s.leader_no, 0);
	assert_int_equal(s.round, 1);
	assert_int_equal(s.n_votes, 4);
	assert_int_equal(s.candidates->len, 4);
	leader_state_clear(&s);
	s = count(REGIME_GP, votes, 5);
	assert_int_equal(s.leader_no, 2);
	assert_int_equal(s.round, 1);
	assert_int_equal(g_array_index(s.tallies, struct leader_tally, 1).n, 3);
	leader_state_clear(&s);
}

/* A tie: the next round is without the loser. */
static void test_a_tie(void **state)
{
	struct leader_vote votes[] = {{1, 1, 1}, {1, 2, 1}, {1, 3, 2}, {1, 4, 2}, {1, 5, 3},
		{2, 1, 1}, {2, 2, 2}, {2, 3, 2}, {2, 4, 2}, {2, 5, 1}};
	struct leader_state s = count(REGIME_GP, votes, 5);

	assert_int_equal(s.leader_no, 0);
	assert_int_equal(s.round, 2);
	assert_int_equal(s.n_votes, 0);
	assert_int_equal(s.tied->len, 2);
	assert_int_equal(s.candidates->len, 2);
	assert_int_equal(g_array_index(s.candidates, int, 0), 1);
	assert_int_equal(g_array_index(s.candidates, int, 1), 2);
	leader_state_clear(&s);

	/* Number 3 can no longer be voted for, a second vote does not count. */
	assert_int_equal(
		leader_may_vote(REGIME_GP, panel, N, votes, 5, 1, 3, NULL), LEADER_E_NOT_ELIGIBLE);
	assert_int_equal(leader_may_vote(REGIME_GP, panel, N, votes, 5, 1, 2, NULL), 0);
	assert_int_equal(
		leader_may_vote(REGIME_GP, panel, N, votes, 6, 1, 2, NULL), LEADER_E_VOTED);

	s = count(REGIME_GP, votes, 10);
	assert_int_equal(s.leader_no, 2);
	assert_int_equal(s.round, 2);
	assert_int_equal(s.tied->len, 0);
	leader_state_clear(&s);
	assert_int_equal(
		leader_may_vote(REGIME_GP, panel, N, votes, 10, 1, 2, NULL), LEADER_E_ELECTED);
}

static void test_all_tied_vote_again(void **state)
{
	static const struct leader_member four[] = {{1, false}, {2, false}, {3, false}, {4, false}};
	struct leader_vote votes[] = {{1, 1, 1}, {1, 2, 2}, {1, 3, 3}, {1, 4, 4}};
	struct leader_state s;

	leader_count(REGIME_ZTB, four, 4, votes, 4, &s);
	assert_int_equal(s.leader_no, 0);
	assert_int_equal(s.round, 2);
	assert_int_equal(s.candidates->len, 4);
	leader_state_clear(&s);
}

/* C11: under government purchase only. */
static void test_the_buyers_member(void **state)
{
	struct leader_vote votes[] = {{1, 1, 5}, {1, 2, 5}, {1, 3, 5}, {1, 4, 5}, {1, 5, 5}};
	struct leader_state s = count(REGIME_ZTB, votes, 5);
	const char *rule;

	assert_int_equal(s.leader_no, 5);
	leader_state_clear(&s);
	s = count(REGIME_GP, votes, 5);
	assert_int_equal(s.leader_no, 0);
	assert_int_equal(s.n_votes, 0);
	leader_state_clear(&s);
	assert_int_equal(
		leader_may_vote(REGIME_GP, panel, N, NULL, 0, 1, 5, &rule), LEADER_E_NOT_ELIGIBLE);
	assert_string_equal(rule, "C11");
	/* He may vote himself. */
	assert_int_equal(leader_may_vote(REGIME_GP, panel, N, NULL, 0, 5, 1, &rule), 0);
	assert_null(rule);
	assert_int_equal(leader_may_vote(REGIME_ZTB, panel, N, NULL, 0, 1, 5, NULL), 0);
}

static void test_strangers(void **state)
{
	struct leader_vote votes[] = {{1, 9, 1}, {1, 1, 9}, {2, 1, 1}, {0, 1, 1}};
	struct leader_state s = count(REGIME_GP, votes, 4);

	assert_int_equal(s.n_votes, 0);
	assert_int_equal(s.round, 1);
	leader_state_clear(&s);
	assert_int_equal(
		leader_may_vote(REGIME_GP, panel, N, NULL, 0, 9, 1, NULL), LEADER_E_NOT_MEMBER);
	assert_int_equal(
		leader_may_vote(REGIME_GP, panel, N, NULL, 0, 1, 9, NULL), LEADER_E_NOT_MEMBER);
	assert_codes(leader_refusal_code, LEADER_E_ELECTED);
	leader_count(REGIME_GP, NULL, 0, votes, 4, &s);
	assert_int_equal(s.leader_no, 0);
	leader_state_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_majority_leads),
		cmocka_unit_test(test_a_tie),
		cmocka_unit_test(test_all_tied_vote_again),
		cmocka_unit_test(test_the_buyers_member),
		cmocka_unit_test(test_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
