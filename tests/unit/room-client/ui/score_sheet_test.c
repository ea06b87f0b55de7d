/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/score_sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct score_sheet *sheet_from(const char *state, const char *scores)
{
	json_auto_t *json = json_pack("{s:s, s:i, s:[{s:s, s:s}, {s:s, s:s}],"
				      " s:[{s:s, s:s, s:s, s:b}, {s:s, s:s, s:s, s:b}], s:o}",
		"state", state, "version", 3, "bids", "bid_id", "b1", "bidder_name", "甲公司",
		"bid_id", "b2", "bidder_name", "乙公司", "items", "id", "plan", "name", "技术方案",
		"max", "60", "objective", 0, "id", "cert", "name", "体系认证", "max", "7.5",
		"objective", 1, "scores", json_loads(scores, 0, NULL));

	return score_sheet_new(json);
}

static void what_came_is_there(void **state)
{
	struct score_sheet *s = sheet_from("draft", "{\"b2\":{\"cert\":\"5.25\"}}");
	struct score_item item = score_sheet_item(s, 1);
	unsigned of;

	assert_int_equal(score_sheet_n_bids(s), 2);
	assert_int_equal(score_sheet_n_items(s), 2);
	assert_string_equal(score_sheet_bidder(s, 1), "乙公司");
	assert_string_equal(item.name, "体系认证");
	assert_string_equal(item.max, "7.50");
	assert_true(item.objective);
	assert_string_equal(score_sheet_text(s, 1, 1), "5.25");
	assert_string_equal(score_sheet_text(s, 0, 0), "");
	assert_int_equal(score_sheet_filled(s, &of), 1);
	assert_int_equal(of, 4);
	assert_false(score_sheet_is_submitted(s));
	score_sheet_free(s);
	s = sheet_from("submitted", "{}");
	assert_true(score_sheet_is_submitted(s));
	score_sheet_free(s);
}

static void only_what_went_back_may_change(void **state)
{
	struct score_sheet *s = sheet_from("draft", "{\"b1\":{\"plan\":\"1\",\"cert\":\"2\"}}");
	json_auto_t *json = json_pack("{s:s, s:i, s:[{s:s, s:s}, {s:s, s:s}], s:[{s:s, s:s, s:s}, "
				      "{s:s, s:s, s:s}], s:{s:{s:s, s:s}}, s:[{s:s, s:s}]}",
		"state", "draft", "version", 5, "bids", "bid_id", "b1", "bidder_name", "甲",
		"bid_id", "b2", "bidder_name", "乙", "items", "id", "plan", "name", "方案", "max",
		"60", "id", "cert", "name", "认证", "max", "7.5", "scores", "b1", "plan", "1",
		"cert", "2", "returned", "bid_id", "b1", "item_id", "cert");

	assert_false(score_sheet_is_returned(s));
	assert_true(score_sheet_may_change(s, 0, 0));
	score_sheet_free(s);
	s = score_sheet_new(json);
	assert_true(score_sheet_is_returned(s));
	assert_false(score_sheet_may_change(s, 0, 0));
	assert_true(score_sheet_may_change(s, 0, 1));
	assert_true(score_sheet_may_change(s, 1, 0)); /* that bid was not on it */
	score_sheet_free(s);
	s = sheet_from("submitted", "{}");
	assert_false(score_sheet_may_change(s, 0, 1));
	score_sheet_free(s);
}

static void cells_are_checked_as_typed(void **state)
{
	static const struct {
		const char *typed;
		enum score_cell is;
	} cases[] = {
		{"", SCORE_EMPTY},
		{"  ", SCORE_EMPTY},
		{"60", SCORE_OK},
		{"60.00", SCORE_OK},
		{"60.01", SCORE_ABOVE},
		{"0", SCORE_OK},
		{"-0.5", SCORE_BELOW},
		{"5.", SCORE_OK},
		{".5", SCORE_OK},
		{"05.5", SCORE_OK},
		{"5.125", SCORE_PLACES},
		{"5.1234567", SCORE_PLACES},
		{"五", SCORE_MALFORMED},
		{"１２．５", SCORE_OK},
		{"12。5", SCORE_OK},
		{"1 2", SCORE_MALFORMED},
		{"1e1", SCORE_MALFORMED},
		{"99999999999999999999", SCORE_ABOVE},
	};
	struct score_sheet *s = sheet_from("draft", "{}");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		score_sheet_set(s, 0, 0, cases[i].typed);
		if (score_sheet_check(s, 0, 0) != cases[i].is)
			fail_msg("\"%s\" is %d", cases[i].typed, score_sheet_check(s, 0, 0));
	}
	score_sheet_free(s);
}

static void only_lawful_scores_leave(void **state)
{
	struct score_sheet *s = sheet_from("draft", "{}");
	json_auto_t *scores = NULL;
	json_auto_t *expected =
		json_pack("{s:{s:s}, s:{s:s}}", "b1", "plan", "45.5", "b2", "cert", "7");
	char total[48];

	assert_true(score_sheet_set(s, 0, 0, "４５．５０"));
	assert_false(score_sheet_set(s, 0, 0, "４５．５０"));
	assert_true(score_sheet_set(s, 0, 1, "8"));
	assert_true(score_sheet_set(s, 1, 1, "7."));
	scores = score_sheet_scores(s);
	assert_true(json_equal(scores, expected));
	assert_string_equal(score_sheet_total(s, 0, total), "45.50");
	score_sheet_free(s);
}

static void what_is_not_lawful_is_kept_alone(void **state)
{
	struct score_sheet *s = sheet_from("draft", "{}");
	struct score_sheet *later = sheet_from(
		"draft", "{\"b1\":{\"plan\":\"1\",\"cert\":\"2\"},\"b2\":{\"plan\":\"3\"}}");

	score_sheet_set(s, 0, 0, "45");
	score_sheet_set(s, 1, 0, "4 5");
	score_sheet_keep_unlawful(later, s);
	assert_string_equal(score_sheet_text(later, 0, 0), "1");
	assert_string_equal(score_sheet_text(later, 0, 1), "2"); /* an empty cell is no mistake */
	assert_string_equal(score_sheet_text(later, 1, 0), "4 5");
	assert_int_not_equal(score_sheet_serial(later), score_sheet_serial(s));
	score_sheet_free(s);
	score_sheet_free(later);
}

static void what_is_no_sheet_is_refused(void **state)
{
	static const char *const bad[] = {"null", "[]", "{}",
		"{\"bids\":[],\"items\":{},\"scores\":{}}",
		"{\"bids\":[],\"items\":[],\"scores\":[]}"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_auto_t *json = json_loads(bad[i], JSON_DECODE_ANY, NULL);

		assert_null(score_sheet_new(json));
	}
}

/* Whatever stands in the rows, nothing is read beyond them. */
static void odd_rows_are_empty_cells(void **state)
{
	json_auto_t *json = json_loads(
		"{\"bids\":[1,{\"bid_id\":\"b\"}],\"items\":[null,{\"id\":\"i\",\"max\":3}],"
		"\"scores\":{\"b\":{\"i\":5}}}",
		0, NULL);
	struct score_sheet *s = score_sheet_new(json);

	assert_non_null(s);
	assert_string_equal(score_sheet_text(s, 1, 1), "");
	assert_string_equal(score_sheet_bidder(s, 0), "");
	assert_string_equal(score_sheet_item(s, 1).max, "0.00");
	score_sheet_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_is_there),
		cmocka_unit_test(only_what_went_back_may_change),
		cmocka_unit_test(cells_are_checked_as_typed),
		cmocka_unit_test(only_lawful_scores_leave),
		cmocka_unit_test(what_is_not_lawful_is_kept_alone),
		cmocka_unit_test(what_is_no_sheet_is_refused),
		cmocka_unit_test(odd_rows_are_empty_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
