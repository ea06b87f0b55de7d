/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/anomaly.h"

#include <string.h>

#include "server/eval/collusion.h"
#include "server/eval/lot_findings.h"
#include "tests/unit/server/eval/support.h"

#define SCHEME                                                                                    \
	"{\"items\":[{\"id\":\"plan\",\"name\":\"方案\",\"max\":\"60\",\"kind\":\"technical\"," \
	"\"objective\":false},{\"id\":\"record\",\"name\":\"业绩\",\"max\":\"40\","             \
	"\"kind\":\"commercial\",\"objective\":true}],"                                           \
	"\"price\":{\"method\":\"in_total\",\"weight\":\"0\"}"

static GArray *check(const char *scheme, const char *const texts[], size_t n_bids, size_t n_members)
{
	json_t *json = json_of(scheme);
	struct criteria *c = NULL;
	g_autofree struct decimal *scores = g_new0(struct decimal, n_bids * 2 * n_members);
	g_autofree const struct decimal **rows = g_new0(const struct decimal *, n_bids);
	struct anomaly_limits limits = anomaly_limits_default(rulebook_current());
	GArray *list;

	assert_int_equal(criteria_read(json, &c, NULL), 0);
	for (size_t i = 0; i < n_bids * 2 * n_members; i++)
		scores[i] = dec(texts[i]);
	for (size_t b = 0; b < n_bids; b++)
		rows[b] = scores + b * 2 * n_members;
	list = anomaly_check(&(struct anomaly_sheets){c, n_bids, n_members, rows}, &limits);
	criteria_free(c);
	json_decref(json);
	return list;
}

static const struct anomaly *at(const GArray *list, guint i)
{
	return &g_array_index(list, struct anomaly, i);
}

/* Objective items must be alike: the finding names no member, so it tells no direction. */
static void test_objective(void **state)
{
	g_autoptr(GArray) list = check(
		SCHEME "}", (const char *const[]){"40", "40", "40", /**/ "30", "30", "29.5"}, 1, 3);

	assert_int_equal(list->len, 1);
	assert_int_equal(at(list, 0)->kind, ANOMALY_OBJECTIVE);
	assert_int_equal(at(list, 0)->item, 1);
	assert_int_equal(at(list, 0)->member, -1);
}

/* E15 on both sides: the mean of 30, 30, 30, 30, x is (120 + x) / 5; 30 % above it is x = 42.16. */
static void test_outlier(void **state)
{
	static const struct {
		const char *score;
		bool found;
	} rows[] = {{"42.16", false}, {"42.17", true}, {"19.54", false}, {"19.53", true},
		{"30", false}, {"0", true}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) list = check(SCHEME "}",
			(const char *const[]){"30", "30", "30", "30", rows[i].score, /**/ "20",
				"20", "20", "20", "20"},
			1, 5);
		const struct anomaly *found = NULL;

		for (guint j = 0; j < list->len; j++)
			if (at(list, j)->kind == ANOMALY_OUTLIER)
				found = at(list, j);
		if (!!found != rows[i].found)
			fail_msg("%s", rows[i].score);
		if (!found)
			continue;
		assert_int_equal(found->member, 4);
		assert_string_equal(found->rule, "E15");
	}
}

/* Everybody gives nought: no mean to be far from. */
static void test_all_nought(void **state)
{
	g_autoptr(GArray) list =
		check(SCHEME "}", (const char *const[]){"0", "0", "0", /**/ "0", "0", "0"}, 1, 3);

	assert_int_equal(list->len, 0);
}

static void test_low_item(void **state)
{
	g_autoptr(GArray) list = check(SCHEME
		",\"combine\":{\"method\":\"highway\",\"reason_below\":\"60\"}}",
		(const char *const[]){"36", "35.99", "36", "36", /**/ "1", "1", "1", "1"}, 1, 4);

	/* 0.01 off is a residue too. */
	assert_int_equal(list->len, 2);
	assert_int_equal(at(list, 0)->kind, ANOMALY_LOW_ITEM);
	assert_int_equal(at(list, 0)->member, 1);
	assert_int_equal(at(list, 1)->kind, ANOMALY_RESIDUE);
	assert_int_equal(at(list, 1)->member, 1);
}

/* Bid 1 is first for everybody but the last member, who has it third. */
static void test_rank_divergence(void **state)
{
	g_autoptr(GArray) list = check(SCHEME "}",
		(const char *const[]){"50", "50", "50", "50", "40", /**/ "9", "9", "9", "9", "9",
			"45", "45", "45", "45", "45", /**/ "9", "9", "9", "9", "9", "42", "42",
			"42", "42", "42", /**/ "9", "9", "9", "9", "9"},
		3, 5);

	assert_int_equal(list->len, 1);
	assert_int_equal(at(list, 0)->kind, ANOMALY_RANK);
	assert_int_equal(at(list, 0)->bid, 0);
	assert_int_equal(at(list, 0)->member, 4);
	assert_int_equal(at(list, 0)->audience, ANOMALY_TO_SUPERVISOR);
}

/* The published award: every bidder's seven totals leave one rest modulo 0.5; one changed by 0.3
 * is found, and only that one. */
static void test_residues_of_the_award(void **state)
{
	struct decimal totals[23 * 7];
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct anomaly));
	struct decimal half = dec("0.5");
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	size_t n = 0;

	assert_true(g_file_get_contents(TEST_DATA "/award-2025-A.tsv", &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i]; i++) {
		g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);

		if (!g_str_has_prefix(lines[i], "A\t"))
			continue;
		for (int m = 0; m < 7; m++)
			totals[7 * n + (size_t)m] = dec(cells[2 + m]);
		n++;
	}
	assert_int_equal(n, 23);
	anomaly_check_residues(totals, 23, 7, half, list);
	for (guint i = 0; i < list->len; i++)
		print_message("bid %d total %d\n", at(list, i)->bid, at(list, i)->member);
	assert_int_equal(list->len, 0);
	totals[7 * 4 + 2] = decimal_add(totals[7 * 4 + 2], dec("0.3"));
	anomaly_check_residues(totals, 23, 7, half, list);
	assert_int_equal(list->len, 1);
	assert_int_equal(at(list, 0)->bid, 4);
	assert_int_equal(at(list, 0)->member, 2);
}

static void assert_finding(const GArray *list, guint i, enum collusion_sign sign, size_t n_bids)
{
	const struct collusion_finding *f = &g_array_index(list, struct collusion_finding, i);

	assert_int_equal(f->sign, sign);
	assert_int_equal(f->bids->len, n_bids);
}

static void test_collusion(void **state)
{
	const struct collusion_bid bids[] = {
		{{"张 三", "李四", "", "00-1B-44", "10.1.1.1", "6222 01"}, {100000000}},
		{{"张三", "王五", NULL, "00:1b:44", "10.11.1", "6222 02"}, {102000000}},
		{{"赵六", "钱七", "", "aa", "10.1.11", "6222 03"}, {104000000}},
		{{"", "王五", "", "bb", "10.1.1.1", "622201"}, {111110000}},
	};
	g_autoptr(GArray) list = collusion_check(bids, 4);

	assert_int_equal(list->len, 6);
	assert_finding(list, 0, COLLUSION_AUTHOR, 2);
	assert_finding(list, 1, COLLUSION_HANDLER, 2);
	assert_finding(list, 2, COLLUSION_MACHINE, 2);
	assert_finding(list, 3, COLLUSION_ADDRESS, 2);
	assert_finding(list, 4, COLLUSION_ACCOUNT, 2);
	assert_finding(list, 5, COLLUSION_EQUAL_STEPS, 3);
}

static void test_price_steps(void **state)
{
	struct collusion_bid bids[5] = {0};
	static const char *const rows[][5] = {
		{"100", "110", "121", "133.1", "146.41"}, /* ratios */
		{"100", "101", "103", "104", "106"},      /* nothing */
		{"100", "100", "100", "100", "100"},      /* equal is no step */
		{"3", "9", "6", "20", "12"},              /* 3, 6, 9, 12 in any order */
	};
	static const int want[][2] = {
		{COLLUSION_EQUAL_RATIOS, 5}, {-1, 0}, {-1, 0}, {COLLUSION_EQUAL_STEPS, 4}};

	for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
		g_autoptr(GArray) list = NULL;

		for (int i = 0; i < 5; i++)
			bids[i].price = dec(rows[r][i]);
		list = collusion_check(bids, 5);
		assert_int_equal(list->len, want[r][0] >= 0);
		if (want[r][0] >= 0)
			assert_finding(
				list, 0, (enum collusion_sign)want[r][0], (size_t)want[r][1]);
	}
}

/* From a result as it is kept: rejected bids do not count, and each finding names what it is about.
 */
static void test_findings_of_a_lot(void **state)
{
	json_auto_t *scheme = json_of(SCHEME "}");
	json_auto_t *result = json_of(
		"{\"rows\":[{\"bid_id\":\"b1\",\"price\":\"100.00\",\"members\":["
		"{\"member_no\":1,\"scores\":{\"plan\":\"50\",\"record\":\"30\"}},"
		"{\"member_no\":4,\"scores\":{\"plan\":\"50\",\"record\":\"30\"}},"
		"{\"member_no\":5,\"scores\":{\"plan\":\"10\",\"record\":\"30\"}}]},"
		"{\"bid_id\":\"b2\",\"price\":\"110.00\",\"members\":["
		"{\"member_no\":1,\"scores\":{\"plan\":\"40\",\"record\":\"30\"}},"
		"{\"member_no\":4,\"scores\":{\"plan\":\"40\",\"record\":\"30\"}},"
		"{\"member_no\":5,\"scores\":{\"plan\":\"40\",\"record\":\"20\"}}]},"
		"{\"bid_id\":\"b3\",\"price\":\"120.00\",\"members\":["
		"{\"member_no\":1,\"scores\":{\"plan\":\"30\",\"record\":\"30\"}},"
		"{\"member_no\":4,\"scores\":{\"plan\":\"30\",\"record\":\"30\"}},"
		"{\"member_no\":5,\"scores\":{\"plan\":\"30\",\"record\":\"30\"}}]},"
		"{\"bid_id\":\"b4\",\"price\":\"1.00\",\"rejected\":\"x\",\"members\":[]}]}");
	struct criteria *c = NULL;

	assert_int_equal(criteria_read(scheme, &c, NULL), 0);
	json_auto_t *list = lot_findings(c, result, rulebook_current(), ANOMALY_TO_ALL);
	g_autofree char *text = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS);

	assert_non_null(strstr(text, "{\"bid_ids\":[\"b2\"],\"item_id\":\"record\","
				     "\"kind\":\"objective\",\"rule\":\"E13\"}"));
	assert_non_null(strstr(text, "{\"bid_ids\":[\"b1\"],\"item_id\":\"plan\","
				     "\"kind\":\"outlier\",\"member_no\":5,\"rule\":\"E15\"}"));
	assert_non_null(strstr(text, "{\"bid_ids\":[\"b1\",\"b2\",\"b3\"],"
				     "\"kind\":\"equal_steps\",\"rule\":\"E10\"}"));
	assert_null(strstr(text, "b4"));
	/* What is said of one member is not for the others. */
	assert_non_null(strstr(text, "\"kind\":\"rank\""));
	json_auto_t *for_members = lot_findings(c, result, rulebook_current(), ANOMALY_TO_MEMBER);
	g_autofree char *said = json_dumps(for_members, JSON_COMPACT | JSON_SORT_KEYS);
	assert_non_null(strstr(said, "\"kind\":\"outlier\""));
	assert_null(strstr(said, "\"kind\":\"rank\""));
	assert_null(strstr(said, "\"kind\":\"residue\""));
	criteria_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objective),
		cmocka_unit_test(test_outlier),
		cmocka_unit_test(test_all_nought),
		cmocka_unit_test(test_low_item),
		cmocka_unit_test(test_rank_divergence),
		cmocka_unit_test(test_residues_of_the_award),
		cmocka_unit_test(test_collusion),
		cmocka_unit_test(test_price_steps),
		cmocka_unit_test(test_findings_of_a_lot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
