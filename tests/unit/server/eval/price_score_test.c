/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/price_score.h"

#include <string.h>

#include "tests/unit/server/eval/support.h"

static struct price_rule rule_of(const char *text)
{
	json_t *json = json_of(text);
	struct price_rule rule;
	const char *field = NULL;

	if (!price_rule_read(json, &rule, &field))
		fail_msg("%s: %s", text, field);
	json_decref(json);
	return rule;
}

#define BIDS_MAX 12

/* A lot under one rule; prices as texts, "!" before one that is rejected. */
struct lot {
	size_t n;
	struct price_bid bids[BIDS_MAX];
	struct price_value values[BIDS_MAX];
	struct price_outcome outcome;
};

static int judge(struct lot *lot, const char *rule_text, const char *drawn_text,
	const char *ceiling, const char *const *prices)
{
	struct price_rule rule = rule_of(rule_text);
	json_t *json = drawn_text ? json_of(drawn_text) : NULL;
	struct decimal top = ceiling ? dec(ceiling) : decimal_from_int(0);
	struct price_drawn drawn;
	int r;

	memset(lot, 0, sizeof *lot);
	for (; prices[lot->n]; lot->n++) {
		bool rejected = prices[lot->n][0] == '!';

		lot->bids[lot->n] = (struct price_bid){
			.price = dec(prices[lot->n] + rejected), .valid = !rejected};
	}
	r = price_drawn_read(&rule, json, lot->n, &drawn);
	if (!r) {
		r = price_score(&rule, &drawn, ceiling ? &top : NULL, lot->bids, lot->n,
			lot->values, &lot->outcome, NULL);
		price_drawn_clear(&drawn);
	}
	json_decref(json);
	price_rule_clear(&rule);
	return r;
}

static void assert_scores(const struct lot *lot, const char *const *want)
{
	for (size_t i = 0; i < lot->n; i++)
		assert_decimal(lot->values[i].score, 2, want[i]);
}

#define PRICES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define GP20 "{\"method\":\"gp_lowest\",\"weight\":\"20\"}"
#define F1                                                                               \
	"{\"method\":\"base_mean\",\"weight\":\"30\",\"above\":\"1\",\"below\":\"0.5\"," \
	"\"drop\":[{\"from\":4,\"high\":1,\"low\":1}],\"offset_places\":4,"              \
	"\"float\":{\"drawn\":[\"-1.5\",\"-1.25\",\"-1\",\"-0.75\",\"-0.5\",\"-0.25\"]}}"

/* DOMAIN 7.7 (4): lowest 1,267,500 at weight 20; published 20.00, 18.84, 19.70, and the edges of
 * what is printed so. */
static void test_gp(void **state)
{
	struct lot lot;

	assert_int_equal(
		judge(&lot, GP20, NULL, NULL,
			PRICES("1267500", "1345500", "1286800", "1345184", "1345185", "1345898",
				"1345899", "1286475", "1286476", "1287128", "1287129")),
		0);
	assert_scores(&lot, PRICES("20.00", "18.84", "19.70", "18.85", "18.84", "18.84", "18.83",
				    "19.71", "19.70", "19.70", "19.69"));
}

static void test_rejected_bids_set_no_price(void **state)
{
	struct lot lot;

	assert_int_equal(judge(&lot, GP20, NULL, NULL, PRICES("!1", "200", "400")), 0);
	assert_scores(&lot, PRICES("0.00", "20.00", "10.00"));
	assert_int_equal(judge(&lot, GP20, NULL, NULL, PRICES("200", "0")), PRICE_SCORE_E_PRICE);
	assert_int_equal(judge(&lot, GP20, NULL, NULL, PRICES("!1", "!2")), 0);
	assert_false(lot.outcome.has_base);
	assert_codes(price_score_refusal_code, PRICE_SCORE_E_DRAWN);
}

/* A small firm's price is compared ten percent lower: 100 becomes 90, the lowest. */
static void test_sme_discount(void **state)
{
	struct price_rule rule =
		rule_of("{\"method\":\"gp_lowest\",\"weight\":\"30\",\"sme_discount\":\"10\"}");
	struct price_bid bids[] = {
		{.price = dec("95"), .valid = true},
		{.price = dec("100"), .valid = true, .sme = true},
		{.price = dec("100"), .valid = true},
	};
	struct price_drawn drawn = {0};
	struct price_value values[3];
	struct price_outcome outcome;

	assert_int_equal(price_score(&rule, &drawn, NULL, bids, 3, values, &outcome, NULL), 0);
	assert_decimal(outcome.base, 2, "90.00");
	assert_decimal(values[1].evaluated, 2, "90.00");
	assert_decimal(values[0].score, 2, "28.42"); /* 90/95 × 30 = 28.4210… */
	assert_decimal(values[1].score, 2, "30.00");
	assert_decimal(values[2].score, 2, "27.00");
	price_rule_clear(&rule);
}

/* DOMAIN 7.6: 29.275 prints 29.28, where a double prints 29.27. */
static void test_f1(void **state)
{
	struct lot lot;

	assert_int_equal(
		judge(&lot, F1, "{\"float\":\"-1\"}", NULL, PRICES("95", "100", "105", "110")), 0);
	assert_decimal(lot.outcome.base, 3, "101.475");
	assert_int_equal(lot.outcome.n_in_base, 2);
	assert_decimal(lot.values[1].offset, 4, "-0.0145");
	assert_scores(&lot, PRICES("26.81", "29.28", "26.53", "21.60"));
	assert_true(lot.values[0].dropped && lot.values[3].dropped);
	/* Three bids: nobody is dropped. 100 × 0.99 = 99. */
	assert_int_equal(
		judge(&lot, F1, "{\"float\":\"-1\"}", NULL, PRICES("95", "100", "105")), 0);
	assert_decimal(lot.outcome.base, 2, "99.00");
	/* What was not offered cannot be drawn, and something must be. */
	assert_int_equal(
		judge(&lot, F1, "{\"float\":\"-2\"}", NULL, PRICES("95")), PRICE_SCORE_E_DRAWN);
	assert_int_equal(
		judge(&lot, F1, "{\"float\":-1}", NULL, PRICES("95")), PRICE_SCORE_E_DRAWN);
	assert_int_equal(judge(&lot, F1, "{\"float\":\"-1\",\"band\":\"3\"}", NULL, PRICES("95")),
		PRICE_SCORE_E_DRAWN);
	assert_int_equal(judge(&lot, F1, NULL, NULL, PRICES("95")), PRICE_SCORE_E_NOT_DRAWN);
}

/* n ≤ 5 all, 6 without the highest, from 7 without highest and lowest; 0.8 below, 1.2 above. */
static void test_f2(void **state)
{
	static const char f2[] =
		"{\"method\":\"base_mean\",\"weight\":\"100\",\"above\":\"1.2\",\"below\":\"0.8\","
		"\"drop\":[{\"from\":6,\"high\":1,\"low\":0},{\"from\":7,\"high\":1,\"low\":1}],"
		"\"float\":\"-5\"}";
	struct lot lot;

	assert_int_equal(judge(&lot, f2, NULL, NULL, PRICES("90", "95", "100", "105", "110")), 0);
	assert_decimal(lot.outcome.base, 2, "95.00");
	/* 5/95 = 5.263 %: below × 0.8 = 4.21, above × 1.2 = 6.32. */
	assert_scores(&lot, PRICES("95.79", "100.00", "93.68", "87.37", "81.05"));
	assert_int_equal(
		judge(&lot, f2, NULL, NULL, PRICES("90", "95", "100", "105", "110", "400")), 0);
	assert_decimal(lot.outcome.base, 2, "95.00");
	assert_decimal(lot.values[5].score, 2, "0.00"); /* not below zero */
	assert_int_equal(
		judge(&lot, f2, NULL, NULL, PRICES("90", "95", "100", "105", "110", "400", "1")),
		0);
	assert_decimal(lot.outcome.base, 2, "95.00");
	assert_int_equal(lot.outcome.n_in_base, 5);
}

/* DOMAIN 7.7 (2). */
static void test_f3(void **state)
{
	struct lot lot;

	assert_int_equal(
		judge(&lot,
			"{\"method\":\"base_mean\",\"weight\":\"60\",\"above\":\"0.2\",\"below\":"
			"\"0.1\",\"drop\":[{\"from\":5,\"high\":1,\"low\":1}],\"base_places\":4}",
			NULL, NULL, PRICES("100", "98", "97", "95", "90")),
		0);
	assert_decimal(lot.outcome.base, 4, "96.6667");
	assert_scores(&lot, PRICES("59.31", "59.72", "59.93", "59.83", "59.31"));
}

/* The mean of all; 0.2 for each percent above, 0.1 below. */
static void test_f4(void **state)
{
	struct lot lot;

	assert_int_equal(judge(&lot,
				 "{\"method\":\"base_mean\",\"weight\":\"30\",\"above\":\"0.2\","
				 "\"below\":\"0.1\"}",
				 NULL, NULL, PRICES("90", "100", "110", "!1000")),
		0);
	assert_decimal(lot.outcome.base, 2, "100.00");
	assert_scores(&lot, PRICES("29.00", "30.00", "28.00", "0.00"));
}

/* A × [(1 − B) × mean + B × ceiling], A 0.96 and B 30 % drawn; who is below it cannot win. */
static void test_f5(void **state)
{
	static const char f5[] =
		"{\"method\":\"nearest_above\",\"weight\":\"0\",\"float\":{\"drawn\":[\"-5\",\"-4\","
		"\"-3\",\"-2\"]},\"ceiling_share\":{\"drawn\":[\"20\",\"30\",\"40\"]}}";
	static const char drawn[] = "{\"float\":\"-4\",\"ceiling_share\":\"30\"}";
	struct lot lot;

	assert_int_equal(judge(&lot, f5, drawn, "120", PRICES("100", "98", "104", "98.40")), 0);
	/* mean 100.1: 0.96 × (70.07 + 36) = 101.8272 */
	assert_decimal(lot.outcome.base, 4, "101.8272");
	assert_true(lot.values[0].out && lot.values[1].out && lot.values[3].out);
	assert_false(lot.values[2].out);
	assert_int_equal(judge(&lot, f5, drawn, NULL, PRICES("100", "98")), PRICE_SCORE_E_CEILING);
}

/* DOMAIN 7.7 (1): 428.25 × 0.96 = 411.12; 412 wins, 400 is below. */
static void test_f6(void **state)
{
	struct lot lot;

	assert_int_equal(
		judge(&lot, "{\"method\":\"nearest_above\",\"weight\":\"0\",\"float\":\"-4\"}",
			NULL, "720", PRICES("459", "442", "412", "400")),
		0);
	assert_decimal(lot.outcome.base, 2, "411.12");
	for (int i = 0; i < 4; i++)
		assert_int_equal(lot.values[i].out, i == 3);
	/* Exactly at the base is not below it. */
	assert_int_equal(judge(&lot, "{\"method\":\"nearest_above\",\"weight\":\"0\"}", NULL, NULL,
				 PRICES("100", "100")),
		0);
	assert_false(lot.values[0].out || lot.values[1].out);
}

/* Within 5 % of the mean 100, edges included. */
static void test_f7(void **state)
{
	struct lot lot;

	assert_int_equal(judge(&lot, "{\"method\":\"band\",\"weight\":\"0\",\"band\":\"5\"}", NULL,
				 NULL, PRICES("95", "105", "94.99", "105.01", "100")),
		0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(lot.values[i].out, i == 2 || i == 3);
}

/* DOMAIN 7.7 (5): 2,227,200.27 × 0.92 = 2,049,024.2484; below it a bond is owed, nobody is out. */
static void test_f8(void **state)
{
	struct lot lot;

	assert_int_equal(
		judge(&lot,
			"{\"method\":\"lowest_evaluated\",\"weight\":\"0\",\"lines\":[{\"name\":"
			"\"风险担保\",\"percent\":\"92\"},{\"name\":\"差额担保\",\"percent\":\"90\"}]}",
			NULL, "2227200.27", PRICES("2049024.25", "2049024.24", "2004480.24", "!1")),
		0);
	assert_int_equal(lot.values[0].lines, 0);
	assert_int_equal(lot.values[1].lines, 1);
	assert_int_equal(lot.values[2].lines, 3);
	assert_int_equal(lot.values[3].lines, 0);
	for (int i = 0; i < 4; i++)
		assert_false(lot.values[i].out);
}

/* Balls shortlist three of five, and put two of these in order. */
static void test_f9(void **state)
{
	static const char f9[] = "{\"method\":\"balls\",\"weight\":\"0\",\"shortlist\":3,"
				 "\"candidates\":2}";
	static const char *const bad[] = {
		"{\"shortlist\":[2,4,4],\"candidates\":[4,2]}",
		"{\"shortlist\":[2,4,6],\"candidates\":[4,2]}",
		"{\"shortlist\":[2,4],\"candidates\":[4,2]}",
		"{\"shortlist\":[2,4,5],\"candidates\":[1,2]}",
		"{\"shortlist\":[2,4,5],\"candidates\":[4,3]}", /* 3 is rejected */
		"{\"shortlist\":[2,4,3],\"candidates\":[4,2]}", /* 3 is rejected */
		"{\"shortlist\":[2,4,5],\"candidates\":[4]}",
	};
	const char *const *prices = PRICES("1", "1", "!1", "1", "1");
	struct lot lot;

	assert_int_equal(
		judge(&lot, f9, "{\"shortlist\":[2,4,5],\"candidates\":[4,2]}", NULL, prices), 0);
	assert_int_equal(lot.values[3].place, 1);
	assert_int_equal(lot.values[1].place, 2);
	assert_int_equal(lot.values[4].place, 0);
	assert_false(lot.values[4].out);
	assert_true(lot.values[0].out);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_int_equal(judge(&lot, f9, bad[i], NULL, prices), PRICE_SCORE_E_DRAWN);
	assert_int_equal(judge(&lot, f9, NULL, NULL, prices), PRICE_SCORE_E_NOT_DRAWN);
}

/* A ball of a bid that was rejected before is passed over; the next one comes in its place. */
static void test_f9_rejected(void **state)
{
	static const char f9[] = "{\"method\":\"balls\",\"weight\":\"0\",\"shortlist\":3,"
				 "\"candidates\":2}";
	static const char drawn[] = "{\"shortlist\":[3,5,1,2,4],\"candidates\":[4,1,3,5,2]}";
	/* Whose price is marked is rejected; places of the five; 0: none. */
	static const struct {
		const char *prices[6];
		unsigned places[5];
	} cases[] = {
		{{"1", "1", "1", "1", "1"}, {1, 0, 2, 0, 0}},
		{{"1", "1", "!1", "1", "1"}, {1, 0, 0, 0, 2}},
		{{"!1", "1", "!1", "1", "1"}, {0, 0, 0, 1, 2}},
		{{"1", "!1", "1", "!1", "!1"}, {1, 0, 2, 0, 0}},
		{{"!1", "!1", "!1", "!1", "1"}, {0, 0, 0, 0, 1}},
		{{"!1", "!1", "!1", "!1", "!1"}, {0, 0, 0, 0, 0}},
	};
	struct lot lot;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_equal(judge(&lot, f9, drawn, NULL, cases[i].prices), 0);
		for (int b = 0; b < 5; b++)
			assert_int_equal(lot.values[b].place, cases[i].places[b]);
	}
}

/* Sums beyond any price are refused, never wrapped. */
static void test_large(void **state)
{
	struct lot lot;

	assert_int_equal(judge(&lot, GP20, NULL, NULL,
				 PRICES("99999999999999.99", "99999999999999.99", "0.01")),
		0);
	assert_scores(&lot, PRICES("0.00", "0.00", "20.00"));
	assert_int_equal(judge(&lot, F1, "{\"float\":\"-1\"}", NULL,
				 PRICES("99999999999999.99", "99999999999999.99", "0.01",
					 "99999999999999.99")),
		0);
	assert_decimal(lot.outcome.base, 2, "98999999999999.99");
}

static void test_refused_rules(void **state)
{
	static const struct {
		const char *rule, *field;
	} rows[] = {
		{"{\"method\":\"lottery\",\"weight\":\"0\"}", "price.method"},
		{"{\"weight\":\"20\"}", "price.method"},
		{"{\"method\":\"gp_lowest\"}", "price.weight"},
		{"{\"method\":\"gp_lowest\",\"weight\":\"0\"}", "price.weight"},
		{"{\"method\":\"gp_lowest\",\"weight\":20}", "price.weight"},
		{"{\"method\":\"gp_lowest\",\"weight\":\"20\",\"extra\":1}", "price"},
		{"{\"method\":\"gp_lowest\",\"weight\":\"20\",\"above\":\"1\"}", "price.above"},
		{"{\"method\":\"gp_lowest\",\"weight\":\"20\",\"sme_discount\":\"100\"}",
			"price.sme_discount"},
		{"{\"method\":\"gp_lowest\",\"weight\":\"20\",\"base_stays\":1}",
			"price.base_stays"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\"}", "price.below"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1.00001\",\"below\":\"1\"}",
			"price.above"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\","
		 "\"drop\":[{\"from\":2,\"high\":1,\"low\":1}]}",
			"price.drop"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\","
		 "\"drop\":[{\"from\":5,\"high\":1,\"low\":1},{\"from\":5,\"high\":0,\"low\":1}]}",
			"price.drop"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\","
		 "\"floor\":\"21\"}",
			"price.floor"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\","
		 "\"float\":{\"drawn\":[\"1\"]}}",
			"price.float"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\","
		 "\"float\":{\"drawn\":[\"1\",\"1.0\"]}}",
			"price.float"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\","
		 "\"float\":\"-100\"}",
			"price.float"},
		{"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\","
		 "\"offset_places\":7}",
			"price.offset_places"},
		{"{\"method\":\"band\",\"weight\":\"0\"}", "price.band"},
		{"{\"method\":\"band\",\"weight\":\"1\",\"band\":\"5\"}", "price.weight"},
		{"{\"method\":\"lowest_evaluated\",\"weight\":\"0\",\"lines\":[{\"name\":\"\","
		 "\"percent\":\"92\"}]}",
			"price.lines"},
		{"{\"method\":\"balls\",\"weight\":\"0\",\"shortlist\":3,\"candidates\":4}",
			"price.candidates"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = json_of(rows[i].rule);
		struct price_rule rule;
		const char *field = NULL;

		if (price_rule_read(json, &rule, &field) || g_strcmp0(field, rows[i].field) != 0)
			fail_msg("%s: %s", rows[i].rule, field ? field : "taken");
		json_decref(json);
	}
}

/* The normal form reads as the same rule, and is its own normal form. */
static void test_normal_form(void **state)
{
	static const char *const rules[] = {GP20, F1,
		"{\"method\":\"gp_lowest\",\"weight\":\"30\",\"sme_discount\":\"6\",\"base_stays\":true}",
		"{\"method\":\"band\",\"weight\":\"0\",\"band\":{\"drawn\":[\"5\",\"3\"]}}",
		"{\"method\":\"balls\",\"weight\":\"0\",\"shortlist\":9,\"candidates\":3}",
		"{\"method\":\"lowest_evaluated\",\"weight\":\"0\",\"lines\":[{\"name\":\"担保\","
		"\"percent\":\"92.5\"}]}",
		"{\"method\":\"base_mean\",\"weight\":\"20\",\"above\":\"1\",\"below\":\"1\",\"floor\":"
		"\"5\",\"ceiling_share\":\"30\"}"};

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		struct price_rule rule = rule_of(rules[i]), again;
		json_t *normal = price_rule_to_json(&rule), *twice;
		const char *field;

		assert_true(price_rule_read(normal, &again, &field));
		twice = price_rule_to_json(&again);
		assert_true(json_equal(normal, twice));
		json_decref(normal);
		json_decref(twice);
		price_rule_clear(&rule);
		price_rule_clear(&again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gp),
		cmocka_unit_test(test_rejected_bids_set_no_price),
		cmocka_unit_test(test_sme_discount),
		cmocka_unit_test(test_f1),
		cmocka_unit_test(test_f2),
		cmocka_unit_test(test_f3),
		cmocka_unit_test(test_f4),
		cmocka_unit_test(test_f5),
		cmocka_unit_test(test_f6),
		cmocka_unit_test(test_f7),
		cmocka_unit_test(test_f8),
		cmocka_unit_test(test_f9),
		cmocka_unit_test(test_f9_rejected),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_refused_rules),
		cmocka_unit_test(test_normal_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
