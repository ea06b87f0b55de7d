/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/rank.h"

#include <stdlib.h>
#include <string.h>

#include "server/eval/price_score.h"
#include "tests/unit/server/eval/support.h"

static struct criteria *scheme(const char *max, const char *method, const char *weight)
{
	json_t *json = json_pack("{s:[{s:s, s:s, s:s, s:s, s:b}], s:{s:s, s:s}}", "items", "id",
		"total", "name", "总分", "max", max, "kind", "technical", "objective", 0, "price",
		"method", method, "weight", weight);
	struct criteria *c = NULL;

	assert_int_equal(criteria_read(json, &c, NULL), 0);
	json_decref(json);
	return c;
}

/* DOMAIN 7.7: lowest 1,267,500 at weight 20; the published scores 20.00, 18.84, 19.70. */
static void test_gp_price_scores(void **state)
{
	static const struct {
		const char *price, *score;
	} rows[] = {
		{"1267500", "20.00"},
		{"1345500", "18.84"},
		{"1286800", "19.70"},
		/* The edges of what is printed as 18.84 and 19.70. */
		{"1345184", "18.85"},
		{"1345185", "18.84"},
		{"1345898", "18.84"},
		{"1345899", "18.83"},
		{"1286475", "19.71"},
		{"1286476", "19.70"},
		{"1287128", "19.70"},
		{"1287129", "19.69"},
	};
	struct price_bid bids[G_N_ELEMENTS(rows)];
	struct decimal scores[G_N_ELEMENTS(rows)];

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		bids[i] = (struct price_bid){dec(rows[i].price), true};
	assert_int_equal(
		price_score_gp_lowest(bids, G_N_ELEMENTS(rows), dec("20"), scores, NULL), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_decimal(scores[i], 2, rows[i].score);
}

static void test_rejected_bids_set_no_price(void **state)
{
	struct price_bid bids[] = {{dec("1"), false}, {dec("200"), true}, {dec("400"), true}};
	struct decimal scores[3];
	size_t index = 99;

	assert_int_equal(price_score_gp_lowest(bids, 3, dec("30"), scores, NULL), 0);
	assert_decimal(scores[0], 2, "0.00");
	assert_decimal(scores[1], 2, "30.00");
	assert_decimal(scores[2], 2, "15.00");
	bids[2].price = dec("0");
	assert_int_equal(
		price_score_gp_lowest(bids, 3, dec("30"), scores, &index), PRICE_SCORE_E_PRICE);
	assert_int_equal(index, 2);
	bids[1].valid = bids[2].valid = false;
	assert_int_equal(price_score_gp_lowest(bids, 3, dec("30"), scores, NULL), 0);
	assert_codes(price_score_refusal_code, PRICE_SCORE_E_PRICE);
}

struct award_row {
	char *bidder;
	struct decimal totals[7];
	char *mean;
	unsigned rank;
	bool winner;
};

static void award_row_clear(void *p)
{
	struct award_row *row = p;

	g_free(row->bidder);
	g_free(row->mean);
}

/* One real published result, 23 bidders and seven members; its source stands in its first line. */
static GArray *read_award(void)
{
	GArray *rows = g_array_new(FALSE, TRUE, sizeof(struct award_row));
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	assert_true(g_file_get_contents(TEST_DATA "/award-2025-A.tsv", &text, NULL, NULL));
	g_array_set_clear_func(rows, award_row_clear);
	lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i]; i++) {
		g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
		struct award_row row = {0};

		if (!g_str_has_prefix(lines[i], "A\t"))
			continue;
		assert_int_equal(g_strv_length(cells), 13);
		row.bidder = g_strdup(cells[1]);
		for (int m = 0; m < 7; m++)
			row.totals[m] = dec(cells[2 + m]);
		row.mean = g_strdup(cells[9]);
		row.rank = (unsigned)atoi(cells[11]);
		row.winner = strcmp(cells[12], "1") == 0;
		g_array_append_val(rows, row);
	}
	assert_int_equal(rows->len, 23);
	return rows;
}

static void test_the_published_award(void **state)
{
	g_autoptr(GArray) award = read_award();
	struct criteria *c = scheme("100", "in_total", "30");
	struct rank_bid bids[23] = {0};
	struct rank_row rows[23];
	size_t order[23];
	const struct award_row *first, *second;

	for (guint i = 0; i < 23; i++) {
		struct award_row *row = &g_array_index(award, struct award_row, i);

		bids[i].totals = bids[i].technical = row->totals;
	}
	assert_int_equal(rank_bids(c, bids, 23, 7, rows, NULL), 0);
	for (guint i = 0; i < 23; i++) {
		const struct award_row *row = &g_array_index(award, struct award_row, i);

		assert_decimal(rows[i].mean, 4, row->mean);
		assert_decimal(rows[i].total, 4, row->mean);
		assert_int_equal(rows[i].rank, row->rank);
		assert_false(rows[i].tied);
		assert_int_equal(rows[i].rank == 1, row->winner);
	}
	rank_order(rows, 23, order);
	first = &g_array_index(award, struct award_row, order[0]);
	second = &g_array_index(award, struct award_row, order[1]);
	assert_string_equal(first->bidder, "中建八局第二建设有限公司");
	assert_decimal(rows[order[0]].total, 4, "89.1757");
	assert_decimal(rows[order[0]].total, 2, "89.18");
	assert_string_equal(second->bidder, "山东滨中建筑装饰集团有限公司");
	assert_decimal(rows[order[1]].total, 4, "86.7514");
	criteria_free(c);
}

static void test_price_is_added(void **state)
{
	struct criteria *c = scheme("80", "gp_lowest", "20");
	const struct decimal a[] = {dec("70.01"), dec("70.02")}, b[] = {dec("71"), dec("71.5")};
	struct rank_bid bids[] = {
		{.has_price = true, .price = dec("1267500"), .totals = a, .technical = a},
		{.has_price = true, .price = dec("1345500"), .totals = b, .technical = b},
	};
	struct rank_row rows[2];
	size_t index = 9;

	assert_int_equal(rank_bids(c, bids, 2, 2, rows, NULL), 0);
	assert_decimal(rows[0].mean, 4, "70.0150");
	assert_decimal(rows[0].price_score, 2, "20.00");
	assert_decimal(rows[0].total, 4, "90.0150");
	assert_decimal(rows[1].total, 4, "90.0900");
	assert_int_equal(rows[0].rank, 2);
	assert_int_equal(rows[1].rank, 1);

	bids[1].has_price = false;
	assert_int_equal(rank_bids(c, bids, 2, 2, rows, &index), RANK_E_PRICE);
	assert_int_equal(index, 1);
	bids[1].has_price = true;
	bids[1].price = dec("-1");
	assert_int_equal(rank_bids(c, bids, 2, 2, rows, &index), RANK_E_PRICE);
	assert_int_equal(rank_bids(c, bids, 2, 0, rows, &index), RANK_E_NO_MEMBERS);
	criteria_free(c);
	assert_codes(rank_refusal_code, RANK_E_PRICE);
}

/* Equal totals: the lower price, then the better technical score, then a shared rank. */
static void test_ties(void **state)
{
	struct criteria *c = scheme("100", "in_total", "0");
	const struct decimal s80[] = {dec("80")}, s90[] = {dec("90")}, t40[] = {dec("40")},
			     t50[] = {dec("50")};
	struct rank_bid bids[] = {
		{.has_price = true, .price = dec("9"), .totals = s80, .technical = t40},
		{.has_price = true, .price = dec("8"), .totals = s80, .technical = t40},
		{.has_price = true, .price = dec("8"), .totals = s80, .technical = t50},
		{.has_price = true,
			.price = dec("7"),
			.totals = s90,
			.technical = t40,
			.rejected = true},
		{.has_price = true, .price = dec("8"), .totals = s80, .technical = t50},
		{.has_price = true, .price = dec("99"), .totals = s90, .technical = t40},
	};
	static const unsigned want[] = {5, 4, 2, 0, 2, 1};
	static const size_t want_order[] = {5, 2, 4, 1, 0, 3};
	struct rank_row rows[6];
	size_t order[6];

	assert_int_equal(rank_bids(c, bids, 6, 1, rows, NULL), 0);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(rows[i].rank, want[i]);
		assert_int_equal(rows[i].tied, i == 2 || i == 4);
	}
	rank_order(rows, 6, order);
	assert_memory_equal(order, want_order, sizeof order);
	criteria_free(c);
}

/* 0.01 / 8 = 0.00125, a half at four decimals: up, once, from the exact sum. */
static void test_half_up(void **state)
{
	struct criteria *c = scheme("100", "in_total", "0");
	const struct decimal s[8] = {dec("0.01")};
	struct rank_bid bid = {.totals = s, .technical = s};
	struct rank_row row;

	assert_int_equal(rank_bids(c, &bid, 1, 8, &row, NULL), 0);
	assert_decimal(row.mean, 4, "0.0013");
	criteria_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gp_price_scores),
		cmocka_unit_test(test_rejected_bids_set_no_price),
		cmocka_unit_test(test_the_published_award),
		cmocka_unit_test(test_price_is_added),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_half_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
