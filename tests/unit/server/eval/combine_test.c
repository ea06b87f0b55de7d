/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/combine.h"

#include "tests/unit/server/eval/support.h"

/* Nine members, two items (technical, commercial), three bids. */
#define N_MEMBERS 9

static const bool technical[] = {true, false}, commercial[] = {false, true};
static const bool valid[] = {true, true, true};

static void fill(struct decimal scores[3][2 * N_MEMBERS], const char *const texts[3][2 * N_MEMBERS],
	const struct decimal *rows[3])
{
	for (int b = 0; b < 3; b++) {
		for (int i = 0; i < 2 * N_MEMBERS; i++)
			scores[b][i] = dec(texts[b][i]);
		rows[b] = scores[b];
	}
}

/* Member 9 spreads his bids from 20 to 95, everybody else by 10 or less. */
static const char *const texts[3][2 * N_MEMBERS] = {
	{"55", "54", "53", "55", "54", "53", "55", "54", "57", /**/ "35", "36", "37", "35", "36",
		"37", "35", "36", "38"},
	{"50", "51", "52", "50", "51", "52", "50", "51", "10", /**/ "33", "33", "33", "34", "34",
		"34", "33", "33", "10"},
	{"52", "52", "52", "52", "52", "52", "52", "52", "40", /**/ "34", "34", "34", "34", "34",
		"34", "34", "34", "30"},
};

static void test_highway(void **state)
{
	struct decimal scores[3][2 * N_MEMBERS];
	const struct decimal *rows[3];
	struct combine_scores in = {3, 2, N_MEMBERS, rows, valid, technical, commercial, -1};
	const struct combine_rule rule = {COMBINE_HIGHWAY, 3, 2, {0}};
	struct combine_value values[3];
	int left_out;

	fill(scores, texts, rows);
	assert_int_equal(combine_scores(&rule, &in, values, &left_out, NULL), 0);
	assert_int_equal(left_out, 8);
	/* Of eight without one 55 and one 53: (55+54+55+54+53+54) / 6 = 54.1667, three decimals;
	 * without 35 and 37: (36+35+36+37+35+36) / 6 = 35.8333, two. */
	assert_decimal(values[0].technical, 3, "54.167");
	assert_decimal(values[0].total, 3, "89.997");
	assert_decimal(values[2].total, 3, "86.000");
	in.n_members = 3;
	assert_int_equal(
		combine_scores(&rule, &in, values, &left_out, NULL), COMBINE_E_TOO_FEW_MEMBERS);
}

/* Two members spread alike in both orders: a draw, and only between these two. */
static void test_highway_draw(void **state)
{
	static const char *const equal[3][2 * N_MEMBERS] = {
		{"60", "60", "50", "50", "50", "50", "50", "50", "50", "0", "0", "0", "0", "0", "0",
			"0", "0", "0"},
		{"10", "10", "50", "50", "50", "50", "50", "50", "50", "0", "0", "0", "0", "0", "0",
			"0", "0", "0"},
		{"30", "30", "50", "50", "50", "50", "50", "50", "50", "0", "0", "0", "0", "0", "0",
			"0", "0", "0"},
	};
	struct decimal scores[3][2 * N_MEMBERS];
	const struct decimal *rows[3];
	struct combine_scores in = {3, 2, N_MEMBERS, rows, valid, technical, commercial, -1};
	const struct combine_rule rule = {COMBINE_HIGHWAY, 3, 2, {0}};
	struct combine_value values[3];
	bool tied[N_MEMBERS];
	int left_out;

	fill(scores, equal, rows);
	assert_int_equal(
		combine_scores(&rule, &in, values, &left_out, tied), COMBINE_E_MEMBER_DRAW);
	for (int m = 0; m < N_MEMBERS; m++)
		assert_int_equal(tied[m], m < 2);
	in.drawn_member = 2;
	assert_int_equal(
		combine_scores(&rule, &in, values, &left_out, tied), COMBINE_E_MEMBER_DRAW);
	in.drawn_member = 1;
	assert_int_equal(combine_scores(&rule, &in, values, &left_out, tied), 0);
	assert_int_equal(left_out, 1);
}

static void test_trimmed(void **state)
{
	const struct decimal a[] = {dec("10"), dec("1"), dec("2"), dec("3"), /**/ dec("4"),
		dec("4"), dec("4"), dec("8")};
	const struct decimal *rows[] = {a};
	struct combine_scores in = {1, 2, 4, rows, valid, technical, commercial, -1};
	struct combine_rule rule = {COMBINE_TRIM_ITEMS, 4, 4, {0}};
	struct combine_value v;

	assert_int_equal(combine_scores(&rule, &in, &v, NULL, NULL), 0);
	assert_decimal(v.total, 4, "6.5000"); /* (2+3)/2 + (4+4)/2 */
	rule.method = COMBINE_TRIM_TOTALS;
	assert_int_equal(combine_scores(&rule, &in, &v, NULL, NULL), 0);
	assert_decimal(v.total, 4, "8.5000"); /* 14, 5, 6, 11 without 14 and 5 */
	rule.method = COMBINE_MEAN;
	assert_int_equal(combine_scores(&rule, &in, &v, NULL, NULL), 0);
	assert_decimal(v.total, 4, "9.0000");
	in.n_members = 2;
	rule.method = COMBINE_TRIM_TOTALS;
	assert_int_equal(combine_scores(&rule, &in, &v, NULL, NULL), COMBINE_E_TOO_FEW_MEMBERS);
	in.n_members = 0;
	assert_int_equal(combine_scores(&rule, &in, &v, NULL, NULL), COMBINE_E_NO_MEMBERS);
	assert_codes(combine_refusal_code, COMBINE_E_MEMBER_DRAW);
}

static void test_reading(void **state)
{
	static const struct {
		const char *text, *field; /* NULL: taken */
	} rows[] = {
		{"{\"method\":\"mean\"}", NULL},
		{"{\"method\":\"highway\",\"places\":3,\"commercial_places\":2,\"reason_below\":\"60\"}",
			NULL},
		{"{\"method\":\"median\"}", "combine.method"},
		{"{\"places\":3}", "combine.method"},
		{"{\"method\":\"mean\",\"places\":7}", "combine.places"},
		{"{\"method\":\"mean\",\"places\":\"3\"}", "combine.places"},
		{"{\"method\":\"mean\",\"commercial_places\":2}", "combine"},
		{"{\"method\":\"trim_items\",\"reason_below\":\"60\"}", "combine"},
		{"{\"method\":\"highway\",\"reason_below\":\"0\"}", "combine.reason_below"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = json_of(rows[i].text), *normal;
		struct combine_rule rule, again;
		const char *field = NULL;
		bool taken = combine_rule_read(json, &rule, &field);

		if (taken != !rows[i].field || (!taken && g_strcmp0(field, rows[i].field) != 0))
			fail_msg("%s: %s", rows[i].text, field);
		json_decref(json);
		if (!taken)
			continue;
		normal = combine_rule_to_json(&rule);
		assert_true(combine_rule_read(normal, &again, &field));
		assert_true(rule.method == again.method && rule.places == again.places &&
			    rule.commercial_places == again.commercial_places);
		json_decref(normal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_highway),
		cmocka_unit_test(test_highway_draw),
		cmocka_unit_test(test_trimmed),
		cmocka_unit_test(test_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
