/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/ballot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ballot *ballot_from(const char *state, int open, const char *votes)
{
	json_auto_t *json = json_pack("{s:s, s:b, s:[{s:s, s:s}, {s:s, s:s}],"
				      " s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}], s:o}",
		"state", state, "open", open, "bids", "bid_id", "b1", "bidder_name", "甲公司",
		"bid_id", "b2", "bidder_name", "乙公司", "items", "id", "licence", "name",
		"营业执照", "clause", "3.1", "id", "grade", "name", "资质等级", "clause", "3.2",
		"votes", json_loads(votes, 0, NULL));

	return ballot_new(json);
}

static void what_came_is_there(void **state)
{
	struct ballot *b = ballot_from("draft", 1,
		"{\"b1\":{\"licence\":{\"pass\":true}},\"b2\":{\"grade\":{\"pass\":false,\"reason\":\"过期\"}}}");
	unsigned of;

	assert_int_equal(ballot_n_bids(b), 2);
	assert_string_equal(ballot_bidder(b, 1), "乙公司");
	assert_string_equal(ballot_item(b, 1).clause, "3.2");
	assert_int_equal(ballot_vote(b, 0, 0), VOTE_PASS);
	assert_int_equal(ballot_vote(b, 0, 1), VOTE_NONE);
	assert_int_equal(ballot_vote(b, 1, 1), VOTE_FAIL);
	assert_string_equal(ballot_reason(b, 1, 1), "过期");
	assert_int_equal(ballot_given(b, &of), 2);
	assert_int_equal(of, 4);
	assert_true(ballot_is_open(b));
	ballot_free(b);
	b = ballot_from("submitted", 1, "{}");
	assert_false(ballot_is_open(b));
	assert_true(ballot_is_submitted(b));
	ballot_free(b);
	b = ballot_from("draft", 0, "{}");
	assert_false(ballot_is_open(b));
	ballot_free(b);
}

static void who_fails_a_bid_says_why(void **state)
{
	struct ballot *b = ballot_from("draft", 1, "{}");
	json_auto_t *votes = NULL;
	json_auto_t *expected =
		json_loads("{\"b1\":{\"licence\":{\"pass\":false,\"reason\":\"过期\"}},"
			   "\"b2\":{\"grade\":{\"pass\":true}}}",
			0, NULL);
	unsigned of;

	assert_true(ballot_set(b, 0, 0, VOTE_FAIL, ""));
	assert_int_equal(ballot_given(b, &of), 0);
	assert_true(ballot_set(b, 0, 0, VOTE_FAIL, "  "));
	assert_int_equal(ballot_given(b, &of), 0);
	assert_true(ballot_set(b, 0, 0, VOTE_FAIL, " 过期 "));
	assert_false(ballot_set(b, 0, 0, VOTE_FAIL, " 过期 "));
	assert_true(ballot_set(b, 1, 1, VOTE_PASS, "")); /* a pass needs no reason */
	assert_int_equal(ballot_given(b, &of), 2);
	votes = ballot_votes(b);
	assert_true(json_equal(votes, expected));
	ballot_free(b);
}

static struct ballot *ballot_of(const char *first, const char *second)
{
	json_auto_t *json = json_pack("{s:s, s:b, s:[{s:s, s:s}, {s:s, s:s}], s:[{s:s}], s:{}}",
		"state", "draft", "open", 1, "bids", "bid_id", first, "bidder_name", "甲公司",
		"bid_id", second, "bidder_name", "甲公司", "items", "id", "licence", "votes");

	return ballot_new(json);
}

static void votes_go_with_their_bids(void **state)
{
	struct ballot *b = ballot_of("b1", "b2"), *same = ballot_of("b1", "b2");
	struct ballot *other = ballot_of("b2", "b3");

	ballot_set(b, 0, 0, VOTE_PASS, "");
	ballot_set(b, 1, 0, VOTE_FAIL, "过期");
	assert_int_not_equal(ballot_serial(same), ballot_serial(b));
	ballot_keep(same, b);
	assert_int_equal(ballot_vote(same, 0, 0), VOTE_PASS);
	assert_string_equal(ballot_reason(same, 1, 0), "过期");
	assert_int_equal(ballot_serial(same), ballot_serial(b)); /* nothing to show anew */
	/* As many bids, of the same names, but not the same. */
	ballot_keep(other, b);
	assert_int_equal(ballot_vote(other, 0, 0), VOTE_FAIL);
	assert_string_equal(ballot_reason(other, 0, 0), "过期");
	assert_int_equal(ballot_vote(other, 1, 0), VOTE_NONE);
	assert_int_not_equal(ballot_serial(other), ballot_serial(b));
	assert_string_equal(ballot_bid_id(other, 1), "b3");
	ballot_free(b);
	ballot_free(same);
	ballot_free(other);
}

static void what_may_not_be_given_is_kept_alone(void **state)
{
	struct ballot *b = ballot_of("b1", "b2"), *later = ballot_of("b1", "b2");

	ballot_set(b, 0, 0, VOTE_PASS, "");
	ballot_set(b, 1, 0, VOTE_FAIL, " ");
	ballot_keep_unlawful(later, b);
	assert_int_equal(ballot_vote(later, 0, 0), VOTE_NONE);
	assert_int_equal(ballot_vote(later, 1, 0), VOTE_FAIL);
	assert_int_not_equal(ballot_serial(later), ballot_serial(b));
	ballot_free(b);
	ballot_free(later);
}

static void what_is_no_ballot_is_refused(void **state)
{
	static const char *const bad[] = {"null", "{}", "{\"bids\":[],\"items\":[],\"votes\":[]}",
		"{\"bids\":{},\"items\":[],\"votes\":{}}"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_auto_t *json = json_loads(bad[i], JSON_DECODE_ANY, NULL);

		assert_null(ballot_new(json));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_is_there),
		cmocka_unit_test(who_fails_a_bid_says_why),
		cmocka_unit_test(votes_go_with_their_bids),
		cmocka_unit_test(what_may_not_be_given_is_kept_alone),
		cmocka_unit_test(what_is_no_ballot_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
