/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dishonest house could write about abnormally low prices (E18 to E20). */
#include "server/verify/session_low_price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/server/verify/record_kit.h"

#define SESSION "session:" KIT_SESSION

static bool of_before;

static void step(struct record_kit *k, const char *from, const char *to)
{
	json_t *body = json_pack("{s:s, s:s}", "from", from, "to", to);

	if (strcmp(to, "scoring") == 0 && !of_before)
		json_object_set_new(body, "low_prices", json_true());
	kit_event(k, "session.step", SESSION, "host", body);
}

static void checked(struct record_kit *k, int bids, const char *price)
{
	kit_event(k, "low_price.checked", SESSION, "host",
		json_pack("{s:s, s:s, s:i, s:[{s:[s,s], s:s, s:s, s:s, s:s}]}", "lot", "lot1",
			"rule", "E20", "bids", bids, "suspects", "triggers", "mean", "ceiling",
			"mean_limit", "101.25", "ceiling_limit", "102", "bid", "b1", "price",
			price));
}

static void asked(struct record_kit *k)
{
	kit_event(k, "question.asked", SESSION, "member_1",
		json_pack("{s:s, s:s, s:s, s:s, s:b}", "question", "q1", "lot", "lot1", "bid", "b1",
			"text", "请说明", "low_price", 1));
	kit_event(k, "question.passed", SESSION, "supervisor",
		json_pack("{s:s, s:s}", "question", "q1", "deadline", "2026-03-02T00:00:00Z"));
}

static void answered(struct record_kit *k)
{
	kit_event(k, "question.answered", SESSION, "bidder_1",
		json_pack("{s:s, s:s}", "question", "q1", "answer", "成本构成"));
}

static void convinced(struct record_kit *k, int member_no)
{
	kit_event(k, "low_price.convinced", SESSION, member_no == 1 ? "member_1" : "member_2",
		json_pack("{s:s, s:s, s:i}", "lot", "lot1", "bid", "b1", "member_no", member_no));
}

static void kept(struct record_kit *k)
{
	kit_event(k, "low_price.kept", SESSION, "member_2",
		json_pack("{s:s, s:s}", "lot", "lot1", "bid", "b1"));
}

static void tell(struct record_kit *k, const char *by, const char *outcome)
{
	json_t *rows =
		json_object_get(json_array_get(json_object_get(k->results, "results"), 0), "rows");

	json_object_set_new(json_array_get(rows, 0), "low_price",
		strcmp(by, "E20") == 0 ? json_pack("{s:s, s:s, s:[s,s], s:s, s:s}", "by", by,
						 "outcome", outcome, "triggers", "mean", "ceiling",
						 "mean_limit", "101.25", "ceiling_limit", "102")
				       : json_pack("{s:s, s:s}", "by", by, "outcome", outcome));
	kit_rank_again(k);
}

/* What a case leaves out or writes otherwise. */
enum {
	NO_CHECK = 1,
	OTHER_PRICE = 2,
	OTHER_NUMBER = 4,
	NO_ANSWER = 8,
	ONE_VOTE = 16,
	TWICE = 32,
	NOT_TOLD = 64,
	NOT_KEPT = 128,
	CHECKED_TWICE = 256,
	EARLY_VOTE = 512,
	IN_PARTS = 1024,
	NOT_SAID = 2048,
};

static void say_looked_at(struct record_kit *k)
{
	json_object_set_new(json_array_get(json_object_get(k->results, "results"), 0), "low_prices",
		json_true());
	kit_rank_again(k);
}

/* The same list in two events. */
static void split(struct record_kit *k)
{
	json_t *first = kit_body(k, "low_price.checked", 0);

	kit_event(k, "low_price.checked", SESSION, "host", json_deep_copy(first));
	json_array_clear(json_object_get(first, "suspects"));
	json_object_set_new(first, "more", json_true());
}

static void write_case(struct record_kit *k, unsigned how)
{
	GPtrArray *rest;

	if (!(how & NOT_TOLD))
		tell(k, "E20", "kept");
	if (!(how & (NO_CHECK | NOT_SAID)))
		say_looked_at(k);
	rest = kit_cut(k, "sheet.submitted");
	step(k, "leader", "scoring");
	if (!(how & NO_CHECK))
		checked(k, how & OTHER_NUMBER ? 3 : 2, how & OTHER_PRICE ? "90.00" : "100.00");
	if (how & CHECKED_TWICE)
		checked(k, 2, "100.00");
	if (how & IN_PARTS)
		split(k);
	asked(k);
	if (how & EARLY_VOTE)
		convinced(k, 2);
	if (!(how & NO_ANSWER))
		answered(k);
	convinced(k, 1);
	if (!(how & (ONE_VOTE | EARLY_VOTE)))
		convinced(k, how & TWICE ? 1 : 2);
	if (!(how & NOT_KEPT))
		kept(k);
	kit_put_back(k, rest);
	rest = kit_cut(k, "report.made");
	step(k, "scoring", "summary");
	kit_put_back(k, rest);
}

#define CASE(name, how)                        \
	static void name(struct record_kit *k) \
	{                                      \
		write_case(k, how);            \
	}
CASE(whole, 0)
CASE(in_parts, IN_PARTS)
CASE(looked_at_twice, CHECKED_TWICE)
CASE(voted_before_the_answer, EARLY_VOTE)
CASE(nobody_says_kept, NOT_KEPT)
CASE(result_not_said, NOT_SAID)
CASE(not_looked_at, NO_CHECK | NOT_TOLD | NOT_KEPT)
CASE(another_price, OTHER_PRICE)
CASE(another_number, OTHER_NUMBER)
CASE(not_explained, NO_ANSWER)
CASE(half_convinced, ONE_VOTE)
CASE(one_votes_twice, TWICE)
CASE(half_and_nothing_said, ONE_VOTE | NOT_KEPT)
CASE(not_told, NOT_TOLD)

/* A question of any other kind has the time the supervisor gives it. */
static void too_little_time(struct record_kit *k)
{
	write_case(k, 0);
	json_object_set_new(
		kit_body(k, "question.passed", 0), "deadline", json_string("2026-03-01T00:00:00Z"));
}

static void little_time_for_another(struct record_kit *k)
{
	too_little_time(k);
	json_object_del(kit_body(k, "question.asked", 0), "low_price");
}

static void told_as_rejected(struct record_kit *k)
{
	write_case(k, 0);
	tell(k, "E20", "rejected");
}

static void told_as_judgement(struct record_kit *k)
{
	write_case(k, 0);
	tell(k, "judgement", "kept");
}

/* Of a bid that nobody had to ask: a judgement must stand before it. */
static void raised_and_left(struct record_kit *k)
{
	GPtrArray *rest;

	write_case(k, 0);
	rest = kit_cut(k, "lot.ranked");
	kit_event(k, "low_price.raised", SESSION, "member_1",
		json_pack("{s:s, s:s, s:i}", "lot", "lot1", "bid", "b2", "member_no", 1));
	kit_put_back(k, rest);
}

static void reject(struct record_kit *k, const char *bid, const char *reason)
{
	GPtrArray *rest = kit_cut(k, "report.made");

	kit_event(k, "bid.rejected", SESSION, "host",
		json_pack("{s:s, s:s, s:s, s:b, s:b, s:s}", "lot", "lot1", "bid", bid, "reason",
			reason, "scored", 1, "priced", 1, "cause", "silence"));
	kit_put_back(k, rest);
}

static void raise_bid(struct record_kit *k, const char *bid, const char *who)
{
	GPtrArray *rest;

	write_case(k, 0);
	rest = kit_cut(k, "lot.ranked");
	kit_event(k, "low_price.raised", SESSION, who,
		json_pack("{s:s, s:s, s:i}", "lot", "lot1", "bid", bid, "member_no", 1));
	kit_put_back(k, rest);
}

static void raised_by_a_stranger(struct record_kit *k)
{
	raise_bid(k, "b1", "host");
}

static void raised_of_another_lot(struct record_kit *k)
{
	raise_bid(k, "b9", "member_1");
}

/* A house of before: no step says that prices are looked at, and nobody does. */
static void before_the_rule(struct record_kit *k)
{
	GPtrArray *rest = kit_cut(k, "sheet.submitted");

	of_before = true;
	step(k, "leader", "scoring");
	of_before = false;
	kit_put_back(k, rest);
	rest = kit_cut(k, "report.made");
	step(k, "scoring", "summary");
	kit_put_back(k, rest);
}

static void silent_without_question(struct record_kit *k)
{
	write_case(k, 0);
	reject(k, "b1", "异常低价（E20）：未在规定时间内提交书面说明");
}

static void silent_without_suspicion(struct record_kit *k)
{
	write_case(k, 0);
	reject(k, "b2", "异常低价（E20）：未在规定时间内提交书面说明");
}

static void test_houses(void **state)
{
	static const struct kit_house houses[] = {
		{"whole", whole, NULL},
		{"in parts", in_parts, NULL},
		{"of before", before_the_rule, NULL},
		{"looked at twice", looked_at_twice, "looks at prices again"},
		{"voted before the answer", voted_before_the_answer,
			"is kept without an answer that convinced"},
		{"nobody says kept", nobody_says_kept,
			"makes more than half of the panel, and nobody"},
		{"result not said", result_not_said, "says something else about its prices"},
		{"raised by a stranger", raised_by_a_stranger, "is not by a member who may judge"},
		{"raised of another lot", raised_of_another_lot, "a bid that was not opened"},
		{"not looked at", not_looked_at, "comes before anybody looked at the prices"},
		{"another price", another_price, "names other bids or numbers"},
		{"another number", another_number, "names other bids or numbers"},
		{"not explained", not_explained, "is kept without an answer"},
		{"half convinced", half_convinced, "is kept without an answer that convinced"},
		{"one votes twice", one_votes_twice, "is kept without an answer that convinced"},
		{"half, and nothing said", half_and_nothing_said,
			"low price of bid b1 is neither explained nor rejected"},
		{"not told", not_told, "the low price is not what the sheets"},
		{"too little time", too_little_time,
			"gives less time to explain a price than the tender file"},
		{"told as rejected", told_as_rejected, "the low price is not what the sheets"},
		{"told as judgement", told_as_judgement, "the low price is not what the sheets"},
		{"raised and left", raised_and_left, "low price of bid b2 is neither explained"},
		{"silent without question", silent_without_question,
			"no explanation was owed that did not come"},
		{"silent without suspicion", silent_without_suspicion,
			"had not to explain its price"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(houses); i++) {
		struct record_kit *k = kit_new_low_price();

		houses[i].write(k);
		kit_write(k);
		int n = kit_verify(k);
		if (houses[i].said ? n <= 0 || !strstr(k->out, houses[i].said) : n != 0)
			fail_msg("%s: %d faults, \"%s\":\n%s", houses[i].what, n,
				houses[i].said ? houses[i].said : "nothing", k->out);
		kit_free(k);
	}
}

static void test_time_is_of_low_prices(void **state)
{
	struct record_kit *k = kit_new_low_price();

	little_time_for_another(k);
	kit_write(k);
	assert_true(kit_verify(k) > 0); /* it was answered too late */
	assert_null(strstr(k->out, "gives less time"));
	kit_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_houses),
		cmocka_unit_test(test_time_is_of_low_prices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
