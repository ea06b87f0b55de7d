/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dishonest house could write about the review of a lot, and about bids rejected by votes.
 */
#include "server/verify/session_review.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/eval/criteria.h"
#include "server/eval/review.h"
#include "server/eval/score.h"
#include "tests/unit/server/verify/record_kit.h"

#define SESSION "session:" KIT_SESSION
#define REVIEW \
	"[{\"id\":\"tax\",\"stage\":\"qualification\",\"name\":\"纳税证明\",\"clause\":\"3.1\"}]"
#define SALT "00112233445566778899aabbccddeeff"

struct scene {
	struct record_kit *k;
	json_t *reviews; /* reviews.json */
};

static json_t *digest_of(const json_t *value)
{
	uint8_t sha[32];
	g_autofree char *text = NULL;

	assert_int_equal(canon_digest(value, sha), 0);
	text = hex_encode(sha, sizeof(sha));
	return json_string(text);
}

static json_t *ballots(const struct scene *s)
{
	return json_object_get(s->reviews, "ballots");
}

/* A member's vote that both bids pass, with its event. */
static void vote(struct scene *s, int no, bool second_passes)
{
	static const char *const accounts[] = {"member_1", "member_2"};
	struct criteria *criteria = NULL;
	json_t *votes = json_pack(
		"{s:{s:{s:b}}, s:{s:{s:b}}}", "b1", "tax", "pass", true, "b2", "tax", "pass", true);
	uint8_t salt[SCORE_SALT_LEN], commitment[32];

	if (!second_passes)
		json_object_set_new(json_object_get(votes, "b2"), "tax",
			json_pack("{s:b, s:s}", "pass", false, "reason", "没有"));
	assert_int_equal(criteria_read(s->k->scheme, &criteria, NULL), 0);
	const struct review_ballot_head head = {
		KIT_SESSION, "lot1", REVIEW_QUALIFICATION, no, criteria->digest};
	assert_true(hex_decode_exact(SALT, strlen(SALT), salt, sizeof(salt)));
	assert_int_equal(review_commitment(&head, votes, salt, commitment), 0);
	g_autofree char *hex = hex_encode(commitment, sizeof(commitment));
	kit_event(s->k, "review.submitted", SESSION, accounts[no - 1],
		json_pack("{s:s, s:s, s:i, s:s}", "lot", "lot1", "stage", "qualification",
			"member_no", no, "commitment", hex));
	json_array_append_new(ballots(s),
		json_pack("{s:s, s:s, s:i, s:s, s:o}", "lot_id", "lot1", "stage", "qualification",
			"member_no", no, "salt", SALT, "votes", votes));
	criteria_free(criteria);
}

/* Counts the ballots that stand there over the first n bids, as an honest house would over all. */
static void count(struct scene *s, size_t n)
{
	static const char *const bids[] = {"b1", "b2"};
	struct review_member members[3];
	struct criteria *criteria = NULL;
	size_t i, n_passed, n_open;
	json_t *row;

	assert_int_equal(criteria_read(s->k->scheme, &criteria, NULL), 0);
	json_array_foreach (ballots(s), i, row)
		members[i] = (struct review_member){
			(int)json_integer_value(json_object_get(row, "member_no")),
			json_object_get(row, "votes")};
	json_t *result = review_result(criteria->review, REVIEW_QUALIFICATION, bids, n, members,
		json_array_size(ballots(s)), &n_passed, &n_open);
	kit_event(s->k, "review.counted", SESSION, "member_2",
		json_pack("{s:s, s:s, s:i, s:i, s:o}", "lot", "lot1", "stage", "qualification",
			"bids", (int)n, "passed", (int)n_passed, "result_sha256",
			digest_of(result)));
	json_object_set_new(s->reviews, "results",
		json_pack("[{s:s, s:s, s:o}]", "lot_id", "lot1", "stage", "qualification", "bids",
			result));
	criteria_free(criteria);
}

static void reject(struct scene *s, const char *reason, bool priced)
{
	kit_event(s->k, "bid.rejected", SESSION, "member_1",
		json_pack("{s:s, s:s, s:s, s:b, s:b}", "lot", "lot1", "bid", "b2", "reason", reason,
			"scored", false, "priced", priced));
}

static void vote_to_reject(struct scene *s, int no, const char *account)
{
	kit_event(s->k, "bid.reject_voted", SESSION, account,
		json_pack("{s:s, s:s, s:i, s:s, s:s}", "lot", "lot1", "bid", "b2", "member_no", no,
			"clause", "3.2", "reason", "串通"));
}

static void honest(struct scene *s)
{
	vote(s, 1, true);
	vote(s, 2, true);
	count(s, 2);
}

static void a_bid_left_out(struct scene *s)
{
	vote(s, 1, true);
	vote(s, 2, true);
	count(s, 1);
}

static void a_ballot_not_counted(struct scene *s)
{
	vote(s, 1, true);
	count(s, 2);
}

static void a_ballot_twice(struct scene *s)
{
	vote(s, 1, true);
	vote(s, 2, true);
	json_array_append(ballots(s), json_array_get(ballots(s), 0));
	count(s, 2);
}

static void a_ballot_after_the_count(struct scene *s)
{
	vote(s, 1, true);
	count(s, 2);
	vote(s, 2, true);
}

static void failed_and_not_rejected(struct scene *s)
{
	vote(s, 1, false);
	vote(s, 2, false);
	count(s, 2);
}

static void rejected_by_one(struct scene *s)
{
	honest(s);
	vote_to_reject(s, 1, "member_1");
	vote_to_reject(s, 1, "member_1");
	vote_to_reject(s, 2, "member_1"); /* in another's name */
	reject(s, "3.2：串通", true);
}

static void rejected_for_other_reasons(struct scene *s)
{
	honest(s);
	vote_to_reject(s, 2, "member_2");
	vote_to_reject(s, 1, "member_1");
	reject(s, "3.2：串通", true);
}

static void rejected_at_another_time(struct scene *s)
{
	honest(s);
	vote_to_reject(s, 1, "member_1");
	vote_to_reject(s, 2, "member_2");
	reject(s, "3.2：串通；3.2：串通", false);
}

static void no_review_at_all(struct scene *s)
{
	honest(s);
	json_object_clear(s->reviews);
}

static const struct {
	const char *what;
	void (*write)(struct scene *s);
	const char *said;
} houses[] = {
	{"a bid left out", a_bid_left_out, "the ballots give another result"},
	{"a ballot not counted", a_ballot_not_counted, "counts 1 ballots of 2 members"},
	{"a ballot twice", a_ballot_twice, "member 1: stands there twice"},
	{"a ballot after the count", a_ballot_after_the_count, "member 2: is not the ballot"},
	{"failed and not rejected", failed_and_not_rejected, "failed, and no event rejects it"},
	{"rejected by one member", rejected_by_one, "is voted for by 1 members of 2"},
	{"other reasons", rejected_for_other_reasons, "gives other reasons"},
	{"another time", rejected_at_another_time, "about the prices than lot.ranked does"},
	{"no review at all", no_review_at_all, "its result is missing"},
};

static int verify(struct scene *s, void (*write)(struct scene *s))
{
	s->k = kit_new_of(REVIEW);
	s->reviews = json_pack("{s:[]}", "ballots");
	write(s);
	kit_write(s->k);
	g_autofree char *text = json_dumps(s->reviews, JSON_COMPACT | JSON_SORT_KEYS);
	kit_write_file(s->k, "reviews.json", text, strlen(text));
	json_decref(s->reviews);
	return kit_verify(s->k);
}

/* Once one word told both moments, and the prices counted as judged when the scoring began. */
static void rejected_as_once_told(struct scene *s)
{
	honest(s);
	vote_to_reject(s, 1, "member_1");
	vote_to_reject(s, 2, "member_2");
	gpointer ranked = g_ptr_array_steal_index(s->k->events, kit_find(s->k, "lot.ranked"));
	kit_event(s->k, "session.step", SESSION, "host",
		json_pack("{s:s, s:s}", "from", "leader", "to", "scoring"));
	kit_event(s->k, "bid.rejected", SESSION, "member_1",
		json_pack("{s:s, s:s, s:s, s:b}", "lot", "lot1", "bid", "b2", "reason",
			"3.2：串通；3.2：串通", "after_scoring", true));
	g_ptr_array_add(s->k->events, ranked);
}

/* The result of the kit rejects nobody, which is all that may be said. */
static void test_rejected_as_once_told(void **state)
{
	struct scene s;

	assert_true(verify(&s, rejected_as_once_told) > 0);
	assert_non_null(strstr(s.k->out, "the rejection is not what"));
	if (strstr(s.k->out, "bid.rejected") || strstr(s.k->out, "number of members"))
		fail_msg("%s", s.k->out);
	kit_free(s.k);
}

static void reopen(struct scene *s)
{
	kit_event(s->k, "review.reopened", SESSION, "host",
		json_pack("{s:s, s:s}", "lot", "lot1", "stage", "qualification"));
}

/* One of the drawn order who never sat here; who they are is checked elsewhere. */
static void leave(struct scene *s)
{
	kit_event(s->k, "member.replaced", SESSION, "host", json_pack("{s:i}", "member_no", 9));
}

/* Rejected by the stage, and back after a member has left. */
static void back_from_the_review(struct scene *s)
{
	vote(s, 1, false);
	vote(s, 2, false);
	count(s, 2);
	kit_event(s->k, "bid.rejected", SESSION, "member_2",
		json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "lot", "lot1", "bid", "b2", "stage",
			"qualification", "reason", "没有", "scored", false, "priced", true));
	leave(s);
	kit_event(s->k, "bid.reinstated", SESSION, "host",
		json_pack("{s:s, s:s, s:s}", "lot", "lot1", "bid", "b2", "stage", "qualification"));
}

/* A count that was undone with its rejection, and given again by other votes. */
static void counted_again(struct scene *s)
{
	json_t *first;

	back_from_the_review(s);
	reopen(s);
	first = ballots(s);
	json_array_clear(first);
	honest(s);
}

static void test_honest(void **state)
{
	static void (*const houses_write[])(struct scene * s) = {honest, counted_again};

	for (size_t i = 0; i < G_N_ELEMENTS(houses_write); i++) {
		struct scene s;

		if (verify(&s, houses_write[i]) != 0)
			fail_msg("%s", s.k->out);
		assert_non_null(strstr(s.k->out, "1 stages of review counted anew"));
		kit_free(s.k);
	}
}

static void reinstated_for_nothing(struct scene *s)
{
	honest(s);
	vote_to_reject(s, 1, "member_1");
	vote_to_reject(s, 2, "member_2");
	reject(s, "3.2：串通；3.2：串通", true);
	kit_event(s->k, "bid.reinstated", SESSION, "host",
		json_pack("{s:s, s:s}", "lot", "lot1", "bid", "b2"));
}

static void test_reinstated_for_nothing(void **state)
{
	struct scene s;

	assert_true(verify(&s, reinstated_for_nothing) > 0);
	assert_non_null(strstr(s.k->out, "is still voted against by 2 members"));
	kit_free(s.k);
}

static void reopened_for_nothing(struct scene *s)
{
	honest(s);
	reopen(s);
}

static void reopened_before_it_was_counted(struct scene *s)
{
	leave(s);
	reopen(s);
	honest(s);
}

static void ranked_before_it_was_counted_again(struct scene *s)
{
	gpointer ranked = g_ptr_array_steal_index(s->k->events, kit_find(s->k, "lot.ranked"));

	honest(s);
	leave(s);
	reopen(s);
	g_ptr_array_add(s->k->events, ranked);
}

static void test_what_is_undone(void **state)
{
	static const struct {
		void (*write)(struct scene *s);
		const char *said;
	} rows[] = {
		{reopened_for_nothing, "and no member has left since"},
		{reopened_before_it_was_counted, "reopens what was not counted"},
		{back_from_the_review, "the stage that rejected it is not reopened"},
		{ranked_before_it_was_counted_again,
			"ranked before its qualification was counted again"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct scene s;

		if (verify(&s, rows[i].write) <= 0 || !strstr(s.k->out, rows[i].said))
			fail_msg("\"%s\" is not said:\n%s", rows[i].said, s.k->out);
		kit_free(s.k);
	}
}

static void test_what_a_house_could_write(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(houses); i++) {
		struct scene s;

		if (verify(&s, houses[i].write) <= 0 || !strstr(s.k->out, houses[i].said))
			fail_msg("%s: \"%s\" is not said:\n%s", houses[i].what, houses[i].said,
				s.k->out);
		kit_free(s.k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_rejected_as_once_told),
		cmocka_unit_test(test_reinstated_for_nothing),
		cmocka_unit_test(test_what_is_undone),
		cmocka_unit_test(test_what_a_house_could_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
