/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/award.h"

#include <errno.h>

#include "server/eval/candidates.h"
#include "server/eval/correction.h"
#include "server/eval/low_price.h"
#include "tests/unit/server/eval/support.h"

#define N_LOTS 4
#define N_BIDS 3

/* 兼投不兼中: whoever has won is passed over, in the order the file states. */
static void test_one_lot_per_bidder(void **state)
{
	static const struct award_bid bids[N_LOTS][N_BIDS] = {
		{{"a", 1, false}, {"b", 2, false}, {"c", 3, false}},
		{{"a", 1, false}, {"b", 2, false}, {"c", 0, false}},
		{{"a", 1, false}, {"b", 2, false}, {"c", 3, false}},
		{{"a", 1, false}, {"b", 2, false}, {"c", 3, false}},
	};
	static const size_t backwards[N_LOTS] = {3, 2, 1, 0}, twice[N_LOTS] = {0, 1, 1, 2};
	struct award_lot lots[N_LOTS];
	struct award_row rows[N_LOTS][N_BIDS], *out[N_LOTS];

	for (int l = 0; l < N_LOTS; l++) {
		lots[l] = (struct award_lot){bids[l], N_BIDS};
		out[l] = rows[l];
	}
	assert_int_equal(award_select(lots, N_LOTS, NULL, 1, 3, out, NULL), 0);
	assert_int_equal(rows[0][0].mark, AWARD_FIRST);
	assert_int_equal(rows[0][2].place, 3);
	assert_int_equal(rows[1][0].mark, AWARD_PASSED);
	assert_int_equal(rows[1][1].mark, AWARD_FIRST);
	assert_int_equal(rows[1][2].mark, AWARD_NONE);
	assert_int_equal(rows[2][2].mark, AWARD_FIRST);
	for (int b = 0; b < N_BIDS; b++) /* everybody has won: the lot has no candidate */
		assert_int_equal(rows[3][b].mark, AWARD_PASSED);

	assert_int_equal(award_select(lots, N_LOTS, backwards, 1, 3, out, NULL), 0);
	assert_int_equal(rows[3][0].mark, AWARD_FIRST);
	assert_int_equal(rows[0][0].mark, AWARD_PASSED);
	assert_int_equal(award_select(lots, N_LOTS, twice, 1, 3, out, NULL), AWARD_E_ORDER);

	assert_int_equal(award_select(lots, N_LOTS, NULL, 0, 1, out, NULL), 0);
	for (int l = 0; l < N_LOTS; l++) {
		assert_int_equal(rows[l][0].mark, AWARD_FIRST);
		assert_int_equal(rows[l][1].mark, AWARD_NONE);
	}
}

static json_t *ranked(const char *const *bids)
{
	json_t *rows = json_array();

	for (int rank = 1; bids[rank - 1]; rank++)
		json_array_append_new(rows, json_pack("{s:s, s:i, s:b}", "bid_id", bids[rank - 1],
						    "rank", rank, "tied", false));
	return json_pack("{s:o}", "rows", rows);
}

/* The same as a report tells it, bids named by lot: who bid is known across the lots. */
static void test_candidates(void **state)
{
	static const char *const first[] = {"a1", "b1", "c1", "d1", NULL};
	static const char *const second[] = {"a2", "c2", "b2", "d2", NULL};
	json_t *one = ranked(first), *two = ranked(second), *list = NULL, *right;
	struct candidates_lot lots[] = {{"l1", one}, {"l2", two}};
	g_autoptr(GHashTable) bidders = g_hash_table_new(g_str_hash, g_str_equal);
	static const char *const names[] = {"a", "b", "c", "d"};

	assert_int_equal(candidates_choose(lots, 2, bidders, 1, &list), -EBADMSG);
	for (int i = 0; i < 4; i++) {
		g_hash_table_insert(
			bidders, (gpointer)first[i], (gpointer)names[first[i][0] - 'a']);
		g_hash_table_insert(
			bidders, (gpointer)second[i], (gpointer)names[second[i][0] - 'a']);
	}
	assert_int_equal(candidates_choose(lots, 2, bidders, 1, &list), 0);
	right = json_of("[{\"lot\":\"l1\",\"candidates\":[\"a1\",\"b1\",\"c1\"]},{\"lot\":\"l2\","
			"\"candidates\":[\"c2\",\"b2\",\"d2\"],\"passed\":[\"a2\"]}]");
	assert_true(json_equal(list, right));
	assert_int_equal(candidates_place(candidates_of(list, "l2"), "b2"), 2);
	assert_int_equal(candidates_place(candidates_of(list, "l2"), "a2"), 0);
	assert_true(candidates_passed(candidates_of(list, "l2"), "a2"));
	assert_false(candidates_passed(candidates_of(list, "l1"), "a2"));
	assert_null(candidates_of(NULL, "l1"));
	json_decref(right);
	json_decref(list);
	assert_int_equal(candidates_choose(lots, 2, bidders, 2, &list), 0);
	assert_int_equal(candidates_place(candidates_of(list, "l2"), "a2"), 1);
	json_decref(list);
	json_decref(one);
	json_decref(two);
}

/* A shared rank is decided before anybody is recommended; behind the candidates it does not matter.
 */
static void test_tied(void **state)
{
	static const struct award_bid bids[] = {{"a", 1, false}, {"b", 2, true}, {"c", 2, true}};
	struct award_lot lot = {bids, 3};
	struct award_row rows[3], *out[] = {rows};
	size_t at = 9;

	assert_int_equal(award_select(&lot, 1, NULL, 1, 3, out, &at), AWARD_E_TIED);
	assert_int_equal(at, 0);
	assert_int_equal(award_select(&lot, 1, NULL, 1, 1, out, &at), 0);
	assert_codes(award_refusal_code, AWARD_E_PASSED);
}

static void test_correction(void **state)
{
	const struct correction_line lines[] = {
		{dec("10"), dec("3.5"), dec("35"), false},
		{dec("3"), dec("1.005"), dec("3.01"), false}, /* 3.015 → 3.02 */
		{dec("100"), dec("0.12"), dec("1200"), true}, /* the point slipped: 12.00 */
	};
	struct correction_list list = {lines, 3, dec("1238.01"), true, dec("1238.10")};
	struct correction_result c;
	struct decimal price;
	bool rejected;

	assert_int_equal(correction_make(&list, &c), 0);
	assert_int_equal(c.n_rows, 4);
	assert_int_equal(c.rows[0].reason, CORRECTION_AMOUNT);
	assert_decimal(c.rows[0].after, 2, "3.02");
	assert_int_equal(c.rows[1].reason, CORRECTION_UNIT_PRICE);
	assert_decimal(c.rows[1].after, 2, "12.00");
	assert_int_equal(c.rows[2].reason, CORRECTION_WORDS);
	assert_int_equal(c.rows[3].reason, CORRECTION_SUM);
	assert_int_equal(c.rows[3].line, 3);
	assert_decimal(c.total, 2, "1238.02");
	assert_int_equal(correction_settle(&c, list.total, CORRECTION_PENDING, &price, &rejected),
		CORRECTION_E_ANSWER);
	assert_int_equal(
		correction_settle(&c, list.total, CORRECTION_ACCEPTED, &price, &rejected), 0);
	assert_false(rejected);
	assert_decimal(price, 2, "1238.02");
	assert_int_equal(
		correction_settle(&c, list.total, CORRECTION_REFUSED, &price, &rejected), 0);
	assert_true(rejected);
	g_free(c.rows);

	list = (struct correction_list){lines, 1, dec("35"), false, {0}};
	assert_int_equal(correction_make(&list, &c), 0);
	assert_int_equal(c.n_rows, 0);
	assert_int_equal(
		correction_settle(&c, list.total, CORRECTION_PENDING, &price, &rejected), 0);
	assert_decimal(price, 2, "35.00");
	g_free(c.rows);
	list.total = dec("-1");
	assert_int_equal(correction_make(&list, &c), CORRECTION_E_NUMBER);
	assert_codes(correction_refusal_code, CORRECTION_E_ANSWER);
}

static struct low_price_rule low_rule(const char *text)
{
	json_t *json = json_of(text);
	struct low_price_rule rule;
	const char *field = NULL;

	if (!low_price_rule_read(json, &rule, &field))
		fail_msg("%s: %s", text, field);
	json_decref(json);
	return rule;
}

/* DOMAIN 7.7 (3): half the mean 41.5 not fired, half the second lowest 46 and 45 % of the ceiling
 * 47.25 fired. With the suspect out of the mean, half of it is 48 and fires too. */
static void test_e19(void **state)
{
	struct low_price_rule rule = low_rule("{\"rule\":\"E19\"}");
	const struct low_price_bid bids[] = {{dec("100"), true}, {dec("96"), true},
		{dec("92"), true}, {dec("44"), true}, {dec("1"), false}};
	struct decimal ceiling = dec("105");
	struct low_price_finding f[5];

	low_price_check(&rule, &ceiling, bids, 5, f);
	assert_decimal(f[3].mean_limit, 2, "41.50");
	assert_decimal(f[3].second_limit, 2, "46.00");
	assert_decimal(f[3].ceiling_limit, 2, "47.25");
	assert_int_equal(f[3].triggers, LOW_PRICE_OF_SECOND_LOWEST | LOW_PRICE_OF_CEILING);
	assert_true(f[3].must_explain);
	for (int i = 0; i < 3; i++)
		assert_false(f[i].must_explain);
	assert_false(f[4].must_explain);

	rule = low_rule("{\"rule\":\"E19\",\"without_suspect\":true}");
	low_price_check(&rule, &ceiling, bids, 5, f);
	assert_decimal(f[3].mean_limit, 2, "48.00");
	assert_true(f[3].triggers & LOW_PRICE_OF_MEAN);
}

/* Both sides of each limit of E19 and E20: at the limit nothing fires, a cent below it does. */
static void test_limits(void **state)
{
	struct decimal ceiling = dec("200");
	struct low_price_rule e19 = low_rule("{\"rule\":\"E19\"}"),
			      e20 = low_rule("{\"rule\":\"E20\"}");
	struct low_price_finding f[3];
	struct low_price_bid bids[] = {{dec("90"), true}, {dec("100"), true}, {dec("100"), true}};

	low_price_check(&e19, &ceiling, bids, 3, f);
	assert_false(f[0].must_explain); /* 45 % of 200 is 90 */
	bids[0].price = dec("89.99");
	low_price_check(&e19, &ceiling, bids, 3, f);
	assert_int_equal(f[0].triggers, LOW_PRICE_OF_CEILING);
	bids[0].price = dec("50");
	low_price_check(&e19, NULL, bids, 3, f);
	assert_int_equal(f[0].triggers, 0);
	bids[0].price = dec("49.99");
	low_price_check(&e19, NULL, bids, 3, f);
	assert_int_equal(f[0].triggers, LOW_PRICE_OF_SECOND_LOWEST);

	/* E20: 85 % of 200 is 170; the mean of 162, 189, 189 is 180, 90 % of it 162. */
	bids[0].price = dec("162");
	bids[1].price = bids[2].price = dec("189");
	low_price_check(&e20, &ceiling, bids, 3, f);
	assert_int_equal(f[0].triggers, LOW_PRICE_OF_CEILING);
	assert_false(f[0].must_explain);
	bids[0].price = dec("161.99");
	low_price_check(&e20, &ceiling, bids, 3, f);
	assert_true(f[0].must_explain);
	low_price_check(&e20, NULL, bids, 3, f);
	assert_false(f[0].must_explain); /* both must hold */
}

static void test_low_rules_refused(void **state)
{
	static const char *const bad[][2] = {
		{"{\"rule\":\"E21\"}", "low_price.rule"},
		{"{}", "low_price.rule"},
		{"{\"rule\":\"E19\",\"of_ceiling\":\"50\"}", "low_price"},
		{"{\"rule\":\"E20\",\"without_suspect\":true}", "low_price"},
		{"{\"rule\":\"E20\",\"of_ceiling\":\"0\"}", "low_price.of_ceiling"},
		{"{\"rule\":\"E20\",\"of_mean\":90}", "low_price.of_mean"},
		{"{\"rule\":\"E19\",\"minutes\":0}", "low_price.minutes"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		json_t *json = json_of(bad[i][0]);
		struct low_price_rule rule;
		const char *field = NULL;

		assert_false(low_price_rule_read(json, &rule, &field));
		assert_string_equal(field, bad[i][1]);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_lot_per_bidder),
		cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_tied),
		cmocka_unit_test(test_correction),
		cmocka_unit_test(test_e19),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_low_rules_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
