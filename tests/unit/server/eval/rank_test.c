/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/rank.h"

#include <stdlib.h>
#include <string.h>

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

struct award_row {
	char *bidder;
	struct decimal totals[7];
	char *mean, *trimmed;
	unsigned rank;
	bool winner;
};

static void award_row_clear(void *p)
{
	struct award_row *row = p;

	g_free(row->bidder);
	g_free(row->mean);
	g_free(row->trimmed);
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
		row.trimmed = g_strdup(cells[10]);
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
	struct rank_case k;
	size_t order[23];
	const struct award_row *first, *second;

	for (guint i = 0; i < 23; i++) {
		struct award_row *row = &g_array_index(award, struct award_row, i);

		bids[i].scores = row->totals;
	}
	k = (struct rank_case){c, bids, 23, 7, 7, NULL, NULL, -1};
	assert_int_equal(rank_bids(&k, rows, NULL, NULL), 0);
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

/* Without the highest and the lowest total: the column trim5 of the same table. */
static void test_the_published_award_trimmed(void **state)
{
	g_autoptr(GArray) award = read_award();
	struct criteria *c = scheme("100", "in_total", "30");
	struct rank_bid bids[23] = {0};
	struct rank_row rows[23];
	const struct rank_case k = {c, bids, 23, 7, 7, NULL, NULL, -1};

	c->combine.method = COMBINE_TRIM_TOTALS;
	for (guint i = 0; i < 23; i++)
		bids[i].scores = g_array_index(award, struct award_row, i).totals;
	assert_int_equal(rank_bids(&k, rows, NULL, NULL), 0);
	for (guint i = 0; i < 23; i++)
		assert_decimal(rows[i].mean, 4, g_array_index(award, struct award_row, i).trimmed);
	criteria_free(c);
}

static void test_price_is_added(void **state)
{
	struct criteria *c = scheme("80", "gp_lowest", "20");
	const struct decimal a[] = {dec("70.01"), dec("70.02")}, b[] = {dec("71"), dec("71.5")};
	struct rank_bid bids[] = {
		{.has_price = true, .price = dec("1267500"), .scores = a},
		{.has_price = true, .price = dec("1345500"), .scores = b},
	};
	struct rank_case k = {c, bids, 2, 2, 2, NULL, NULL, -1};
	struct rank_outcome outcome;
	struct rank_row rows[2];
	size_t index = 9;

	assert_int_equal(rank_bids(&k, rows, &outcome, NULL), 0);
	assert_decimal(outcome.price.base, 2, "1267500.00");
	assert_int_equal(outcome.left_out, -1);
	assert_decimal(rows[0].mean, 4, "70.0150");
	assert_decimal(rows[0].price_score, 2, "20.00");
	assert_decimal(rows[0].total, 4, "90.0150");
	assert_decimal(rows[1].total, 4, "90.0900");
	assert_int_equal(rows[0].rank, 2);
	assert_int_equal(rows[1].rank, 1);

	bids[1].has_price = false;
	assert_int_equal(rank_bids(&k, rows, NULL, &index), RANK_E_PRICE);
	assert_int_equal(index, 1);
	bids[1].has_price = true;
	bids[1].price = dec("-1");
	assert_int_equal(rank_bids(&k, rows, NULL, &index), RANK_E_PRICE);
	k.n_members = 0;
	assert_int_equal(rank_bids(&k, rows, NULL, &index), RANK_E_NO_MEMBERS);
	criteria_free(c);
	assert_codes(rank_refusal_code, RANK_E_MEMBER_DRAW);
}

/* Nothing at all comes out while one sheet is missing. */
static void test_no_total_before_the_last_sheet(void **state)
{
	struct criteria *c = scheme("100", "in_total", "0");
	const struct decimal s[] = {dec("80"), dec("70"), dec("60")};
	struct rank_bid bid = {.scores = s};
	struct rank_row row, untouched;

	memset(&untouched, 0x5a, sizeof untouched);
	for (size_t sheets = 0; sheets < 3; sheets++) {
		const struct rank_case k = {c, &bid, 1, 3, sheets, NULL, NULL, -1};

		row = untouched;
		assert_int_equal(rank_bids(&k, &row, NULL, NULL), RANK_E_NOT_ALL_SUBMITTED);
		assert_memory_equal(&row, &untouched, sizeof row);
	}
	criteria_free(c);
}

static struct criteria *scheme_of(const char *text)
{
	json_t *json = json_of(text);
	struct criteria *c = NULL;
	const char *field = NULL;

	if (criteria_read(json, &c, &field))
		fail_msg("%s: %s", text, field ? field : "-");
	json_decref(json);
	return c;
}

#define TWO_ITEMS                                                                              \
	"{\"items\":[{\"id\":\"t\",\"name\":\"技术\",\"max\":\"60\",\"kind\":\"technical\"," \
	"\"objective\":false},{\"id\":\"c\",\"name\":\"商务\",\"max\":\"40\","               \
	"\"kind\":\"commercial\",\"objective\":false}],"                                       \
	"\"price\":{\"method\":\"in_total\",\"weight\":\"0\"}"

/* Equal totals: the lower price, then the better technical score, then a shared rank. */
static void test_ties(void **state)
{
	struct criteria *c = scheme_of(TWO_ITEMS "}"), *voted;
	const struct decimal a[] = {dec("40"), dec("40")}, b[] = {dec("50"), dec("30")},
			     high[] = {dec("50"), dec("40")};
	struct rank_bid bids[] = {
		{.has_price = true, .price = dec("9"), .scores = a},
		{.has_price = true, .price = dec("8"), .scores = a},
		{.has_price = true, .price = dec("8"), .scores = b},
		{.has_price = true, .price = dec("7"), .scores = high, .rejected = true},
		{.has_price = true, .price = dec("8"), .scores = b},
		{.has_price = true, .price = dec("99"), .scores = high},
	};
	static const unsigned want[] = {5, 4, 2, 0, 2, 1}, technical_first[] = {5, 4, 2, 0, 2, 1};
	static const size_t want_order[] = {5, 2, 4, 1, 0, 3};
	struct rank_case k = {c, bids, 6, 1, 1, NULL, NULL, -1};
	struct rank_row rows[6];
	size_t order[6];

	assert_int_equal(rank_bids(&k, rows, NULL, NULL), 0);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(rows[i].rank, want[i]);
		assert_int_equal(rows[i].tied, i == 2 || i == 4);
	}
	rank_order(rows, 6, order);
	assert_memory_equal(order, want_order, sizeof order);
	/* A draw or a vote decides between the two. */
	bids[2].decided = 2;
	bids[4].decided = 1;
	assert_int_equal(rank_bids(&k, rows, NULL, NULL), 0);
	assert_int_equal(rows[4].rank, 2);
	assert_int_equal(rows[2].rank, 3);
	assert_false(rows[2].tied);
	criteria_free(c);

	/* Another file, another order: the technical score before the price. */
	bids[2].decided = bids[4].decided = 0;
	bids[2].price = bids[4].price = dec("10");
	voted = scheme_of(TWO_ITEMS ",\"ties\":[\"technical\",\"price\",\"vote\"]}");
	k.criteria = voted;
	assert_int_equal(rank_bids(&k, rows, NULL, NULL), 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(rows[i].rank, technical_first[i]);
	criteria_free(voted);
}

/* 0.01 / 8 = 0.00125, a half at four decimals: up, once, from the exact sum. */
static void test_half_up(void **state)
{
	struct criteria *c = scheme("100", "in_total", "0");
	const struct decimal s[8] = {dec("0.01")};
	struct rank_bid bid = {.scores = s};
	const struct rank_case k = {c, &bid, 1, 8, 8, NULL, NULL, -1};
	struct rank_row row;

	assert_int_equal(rank_bids(&k, &row, NULL, NULL), 0);
	assert_decimal(row.mean, 4, "0.0013");
	criteria_free(c);
}

/* A bidder rejected after scoring: no rank, the others move up; whether it still counts in the
 * lowest price is the tender file's. */
static void test_rejected_after_scoring(void **state)
{
	static const char *const files[] = {
		"{\"items\":[{\"id\":\"t\",\"name\":\"技术\",\"max\":\"70\",\"kind\":\"technical\","
		"\"objective\":false}],\"price\":{\"method\":\"gp_lowest\",\"weight\":\"30\"}}",
		"{\"items\":[{\"id\":\"t\",\"name\":\"技术\",\"max\":\"70\",\"kind\":\"technical\","
		"\"objective\":false}],\"price\":{\"method\":\"gp_lowest\",\"weight\":\"30\","
		"\"base_stays\":true}}",
	};
	static const char *const scores[2][3] = {
		{"0.00", "30.00", "15.00"}, {"0.00", "15.00", "7.50"}};
	const struct decimal s[] = {dec("60")};
	struct rank_bid bids[] = {
		{.has_price = true,
			.price = dec("50"),
			.scores = s,
			.rejected = true,
			.was_valid = true},
		{.has_price = true, .price = dec("100"), .scores = s},
		{.has_price = true, .price = dec("200"), .scores = s},
	};

	for (int f = 0; f < 2; f++) {
		struct criteria *c = scheme_of(files[f]);
		const struct rank_case k = {c, bids, 3, 1, 1, NULL, NULL, -1};
		struct rank_row rows[3];

		assert_int_equal(rank_bids(&k, rows, NULL, NULL), 0);
		for (int i = 0; i < 3; i++)
			assert_decimal(rows[i].price_score, 2, scores[f][i]);
		assert_int_equal(rows[0].rank, 0);
		assert_decimal(rows[0].total, 2, "0.00");
		assert_int_equal(rows[1].rank, 1);
		assert_int_equal(rows[2].rank, 2);
		criteria_free(c);
	}
}

static void shuffle(GRand *rand, size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)g_rand_int_range(rand, 0, (gint32)i), t = order[i - 1];

		order[i - 1] = order[j];
		order[j] = t;
	}
}

#define N_BIDS 7
#define N_MEMBERS 5

static const char *const property_files[] = {
	TWO_ITEMS "}",
	TWO_ITEMS ",\"combine\":{\"method\":\"trim_totals\"}}",
	TWO_ITEMS ",\"combine\":{\"method\":\"trim_items\",\"places\":3,\"commercial_places\":2}}",
	TWO_ITEMS ",\"combine\":{\"method\":\"highway\",\"places\":3,\"commercial_places\":2}}",
	"{\"items\":[{\"id\":\"t\",\"name\":\"技术\",\"max\":\"40\",\"kind\":\"technical\","
	"\"objective\":false},{\"id\":\"c\",\"name\":\"商务\",\"max\":\"40\",\"kind\":\"commercial\","
	"\"objective\":false}],\"price\":{\"method\":\"gp_lowest\",\"weight\":\"20\"}}",
	"{\"items\":[{\"id\":\"t\",\"name\":\"技术\",\"max\":\"40\",\"kind\":\"technical\","
	"\"objective\":false},{\"id\":\"c\",\"name\":\"商务\",\"max\":\"30\",\"kind\":\"commercial\","
	"\"objective\":false}],\"price\":{\"method\":\"base_mean\",\"weight\":\"30\","
	"\"above\":\"1\",\"below\":\"0.5\",\"float\":\"-1\",\"drop\":[{\"from\":5,\"high\":1,"
	"\"low\":1}]}}",
};

/* Scores of a case again in another order of bids and members; rows come back in the first order.
 */
static void rank_shuffled(
	const struct rank_case *k, const size_t *bids, const size_t *members, struct rank_row *ret)
{
	struct decimal scores[N_BIDS][2 * N_MEMBERS];
	struct rank_bid moved[N_BIDS];
	struct rank_case m = *k;
	struct rank_row rows[N_BIDS];

	m.bids = moved;
	for (size_t b = 0; b < N_BIDS; b++) {
		moved[b] = k->bids[bids[b]];
		for (size_t i = 0; i < 2; i++)
			for (size_t j = 0; j < N_MEMBERS; j++)
				scores[b][i * N_MEMBERS + j] =
					moved[b].scores[i * N_MEMBERS + members[j]];
		moved[b].scores = scores[b];
	}
	assert_int_equal(rank_bids(&m, rows, NULL, NULL), 0);
	for (size_t b = 0; b < N_BIDS; b++)
		ret[bids[b]] = rows[b];
}

static void check_range(const struct rank_row *row)
{
	assert_true(decimal_sign(row->total) >= 0);
	assert_true(decimal_cmp(row->total, decimal_from_int(100)) <= 0);
	assert_true(row->rank >= 1 && row->rank <= N_BIDS);
}

/* The order of members and bids never matters, totals stay within 0 to 100. */
static void test_properties(void **state)
{
	GRand *rand = g_rand_new_with_seed(20260713);

	for (int round = 0; round < 600; round++) {
		struct criteria *c =
			scheme_of(property_files[round % G_N_ELEMENTS(property_files)]);
		struct decimal scores[N_BIDS][2 * N_MEMBERS];
		struct rank_bid bids[N_BIDS];
		const struct rank_case k = {c, bids, N_BIDS, N_MEMBERS, N_MEMBERS, NULL, NULL, -1};
		struct rank_row rows[N_BIDS], again[N_BIDS];
		size_t bid_order[N_BIDS], member_order[N_MEMBERS];
		int r;

		for (size_t b = 0; b < N_BIDS; b++) {
			for (size_t i = 0; i < 2 * N_MEMBERS; i++)
				scores[b][i].micro = 10000 * g_rand_int_range(rand, 0, 3001);
			bids[b] = (struct rank_bid){.has_price = true,
				.scores = scores[b],
				.price = {10000 * (gint64)g_rand_int_range(rand, 5000, 20000)}};
		}
		r = rank_bids(&k, rows, NULL, NULL);
		if (r != RANK_E_MEMBER_DRAW) {
			assert_int_equal(r, 0);
			shuffle(rand, bid_order, N_BIDS);
			shuffle(rand, member_order, N_MEMBERS);
			rank_shuffled(&k, bid_order, member_order, again);
			for (size_t b = 0; b < N_BIDS; b++) {
				check_range(&rows[b]);
				assert_true(rows[b].total.micro == again[b].total.micro);
				assert_int_equal(rows[b].rank, again[b].rank);
				assert_int_equal(rows[b].tied, again[b].tied);
			}
		}
		criteria_free(c);
	}
	g_rand_free(rand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_published_award),
		cmocka_unit_test(test_the_published_award_trimmed),
		cmocka_unit_test(test_price_is_added),
		cmocka_unit_test(test_no_total_before_the_last_sheet),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_half_up),
		cmocka_unit_test(test_rejected_after_scoring),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
