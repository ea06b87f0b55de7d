/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/lot_rank.h"

#include <string.h>

#include "tests/unit/server/eval/support.h"

static struct lot_chance chance_of(unsigned n)
{
	struct lot_chance chance = {.lot_id = "01hzzzzzzzzzzzzzzzzzzzzzza"};

	memcpy(chance.seed, &n, sizeof n);
	return chance;
}

static struct price_rule rule_of(const char *text)
{
	json_auto_t *json = json_of(text);
	struct price_rule rule;
	const char *field = NULL;

	assert_true(price_rule_read(json, &rule, &field));
	return rule;
}

/* The second implementation is in tests/integration/d_10_methods_test.mjs; here chance is fair:
 * each of six choices comes about as often. */
static void test_choices_are_fair(void **state)
{
	struct price_rule rule = rule_of(
		"{\"method\":\"band\",\"weight\":\"0\",\"band\":{\"drawn\":[\"1\",\"2\",\"3\","
		"\"4\",\"5\",\"6\"]}}");
	double chi = 0;
	unsigned n[7] = {0};

	for (unsigned i = 0; i < 6000; i++) {
		struct lot_chance chance = chance_of(i);
		json_auto_t *drawn = lot_draw_params(&chance, &rule, 3);

		n[atoi(json_string_value(json_object_get(drawn, "band")))]++;
		assert_int_equal(json_object_size(drawn), 1);
	}
	for (unsigned i = 1; i <= 6; i++)
		chi += (n[i] - 1000.0) * (n[i] - 1000.0) / 1000.0;
	print_message("chi-square of six choices, 5 degrees: %.2f\n", chi);
	assert_true(chi < 20.5); /* p = 0.001 */
	price_rule_clear(&rule);
}

static void test_nothing_left_open(void **state)
{
	struct price_rule rule = rule_of("{\"method\":\"gp_lowest\",\"weight\":\"30\"}");
	struct lot_chance chance = chance_of(1);

	assert_null(lot_draw_params(&chance, &rule, 3));
	price_rule_clear(&rule);
}

/* Each order names every bid once: rejected ones are passed over when it is read. */
static void test_balls(void **state)
{
	struct price_rule rule =
		rule_of("{\"method\":\"balls\",\"weight\":\"0\",\"shortlist\":5,\"candidates\":3}");

	for (unsigned n = 1; n < 9; n++) {
		struct lot_chance chance = chance_of(n);
		json_auto_t *drawn = lot_draw_params(&chance, &rule, n);
		struct price_drawn read;

		assert_int_equal(price_drawn_read(&rule, drawn, n, &read), 0);
		assert_int_equal(read.shortlist.n, n);
		assert_int_equal(read.candidates.n, n);
		price_drawn_clear(&read);
	}
	price_rule_clear(&rule);
}

/* What was drawn before whole orders were told says the same; anything else does not. */
static void test_balls_as_once_told(void **state)
{
	struct price_rule rule =
		rule_of("{\"method\":\"balls\",\"weight\":\"0\",\"shortlist\":3,\"candidates\":2}");
	struct lot_chance chance = chance_of(4);
	unsigned numbers[] = {1, 2, 3, 4, 5};
	json_auto_t *drawn = lot_draw_params(&chance, &rule, 5);
	json_auto_t *told = json_object();
	json_t *shortlist = json_array(), *candidates = json_array();

	lot_draw_numbers(&chance, "shortlist", numbers, 5);
	for (int i = 0; i < 3; i++)
		json_array_append_new(shortlist, json_integer(numbers[i]));
	lot_draw_numbers(&chance, "candidates", numbers, 3);
	for (int i = 0; i < 2; i++)
		json_array_append_new(candidates, json_integer(numbers[i]));
	json_object_set_new(told, "shortlist", shortlist);
	json_object_set_new(told, "candidates", candidates);
	assert_true(lot_draw_is(drawn, drawn, &rule));
	assert_true(lot_draw_is(told, drawn, &rule));
	assert_true(lot_draw_is(NULL, NULL, &rule));
	assert_false(lot_draw_is(NULL, drawn, &rule));
	json_array_set_new(candidates, 0, json_incref(json_array_get(candidates, 1)));
	assert_false(lot_draw_is(told, drawn, &rule));
	price_rule_clear(&rule);
}

/* Whoever of the bids is rejected before the balls are counted, the lot can be ranked. */
static void test_balls_rejected(void **state)
{
	json_auto_t *scheme = json_of("{\"items\":[],\"price\":{\"method\":\"balls\","
				      "\"weight\":\"0\",\"shortlist\":3,\"candidates\":2}}");
	static const int members[] = {1, 2, 3};
	struct criteria *criteria = NULL;

	assert_int_equal(criteria_read(scheme, &criteria, NULL), 0);
	for (unsigned set = 0; set < 32; set++) {
		struct rank_bid bids[5] = {0};
		struct rank_row rows[5];
		struct lot_rank l = {.criteria = criteria,
			.bids = bids,
			.n_bids = 5,
			.members = members,
			.n_members = 3,
			.chance = chance_of(set)};
		unsigned ranked = 0, left = 0;

		for (unsigned b = 0; b < 5; b++) {
			bids[b].rejected = set >> b & 1;
			left += !bids[b].rejected;
		}
		assert_int_equal(lot_rank(&l, rows, NULL), 0);
		for (unsigned b = 0; b < 5; b++) {
			assert_false(bids[b].rejected && rows[b].rank);
			ranked += rows[b].rank != 0;
		}
		assert_int_equal(ranked, MIN(left, 2));
		lot_rank_clear(&l);
	}
	criteria_free(criteria);
}

#define N_MEMBERS 4

/* Three bids, four members: two of the members spread alike, so one of them is drawn; and two bids
 * are equal in everything, so their order is drawn. */
static void test_rank(void **state)
{
	json_auto_t *scheme = json_of(
		"{\"items\":[{\"id\":\"a\",\"name\":\"甲\",\"max\":\"70\",\"kind\":\"technical\","
		"\"objective\":false}],\"price\":{\"method\":\"gp_lowest\",\"weight\":\"30\"},"
		"\"combine\":{\"method\":\"highway\"},\"ties\":[\"price\",\"draw\"]}");
	static const int members[N_MEMBERS] = {1, 2, 5, 6};
	static const char *const texts[3][N_MEMBERS] = {
		{"50", "50", "50", "50"}, {"50", "50", "50", "50"}, {"60", "60", "55", "54"}};
	struct decimal scores[3][N_MEMBERS];
	struct rank_bid bids[3] = {0};
	struct rank_row rows[3];
	struct criteria *criteria = NULL;
	unsigned left[7] = {0}, first[4] = {0};

	assert_int_equal(criteria_read(scheme, &criteria, NULL), 0);
	for (int b = 0; b < 3; b++) {
		bids[b] = (struct rank_bid){
			.has_price = true, .price = dec("100"), .scores = scores[b]};
		for (int m = 0; m < N_MEMBERS; m++)
			scores[b][m] = dec(texts[b][m]);
	}
	for (unsigned i = 0; i < 100; i++) {
		struct lot_rank l = {.criteria = criteria,
			.bids = bids,
			.n_bids = 3,
			.members = members,
			.n_members = N_MEMBERS,
			.chance = chance_of(i)};

		assert_int_equal(lot_rank(&l, rows, NULL), 0);
		assert_true(l.drawn_member == 1 || l.drawn_member == 2);
		assert_int_equal(members[l.outcome.left_out], l.drawn_member);
		assert_int_equal(rows[2].rank, 1);
		assert_int_equal(rows[0].rank + rows[1].rank, 5);
		left[l.drawn_member]++;
		first[rows[0].rank]++;
		assert_null(l.drawn);
		lot_rank_clear(&l);
	}
	assert_true(left[1] > 20 && left[2] > 20 && first[2] > 20 && first[3] > 20);
	criteria_free(criteria);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choices_are_fair),
		cmocka_unit_test(test_nothing_left_open),
		cmocka_unit_test(test_balls),
		cmocka_unit_test(test_balls_as_once_told),
		cmocka_unit_test(test_balls_rejected),
		cmocka_unit_test(test_rank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
