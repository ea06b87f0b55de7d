/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/review.h"

#include <string.h>

#include "server/eval/criteria.h"
#include "tests/unit/server/eval/support.h"

#define ITEMS                                                                                             \
	"[{\"id\":\"licence\",\"stage\":\"qualification\",\"name\":\"营业执照\",\"clause\":\"3.1\"}," \
	"{\"id\":\"tax\",\"stage\":\"qualification\",\"name\":\"完税证明\",\"clause\":\"3.2\"},"      \
	"{\"id\":\"sealed\",\"stage\":\"responsiveness\",\"name\":\"签字盖章\",\"clause\":\"4.1\"}]"

static const char *const bids[] = {"a", "b"};

static GPtrArray *items_of(const char *text)
{
	json_t *json = json_of(text);
	GPtrArray *items = NULL;

	assert_true(review_items_read(json, &items));
	json_decref(json);
	return items;
}

static void test_reading(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[{\"id\":\"x\",\"stage\":\"beauty\",\"name\":\"n\",\"clause\":\"1\"}]",
		"[{\"id\":\"X\",\"stage\":\"preliminary\",\"name\":\"n\",\"clause\":\"1\"}]",
		"[{\"id\":\"x\",\"stage\":\"preliminary\",\"name\":\"\",\"clause\":\"1\"}]",
		"[{\"id\":\"x\",\"stage\":\"preliminary\",\"name\":\"n\"}]",
		"[{\"id\":\"x\",\"stage\":\"preliminary\",\"name\":\"n\",\"clause\":\"1\",\"y\":1}]",
		"[{\"id\":\"x\",\"stage\":\"preliminary\",\"name\":\"n\",\"clause\":\"1\"},"
		"{\"id\":\"x\",\"stage\":\"preliminary\",\"name\":\"n\",\"clause\":\"1\"}]",
		"[{\"id\":\"x\",\"stage\":\"preliminary\",\"name\":\"n\",\"clause\":\"1\"},"
		"{\"id\":\"y\",\"stage\":\"qualification\",\"name\":\"n\",\"clause\":\"1\"}]",
	};
	g_autoptr(GPtrArray) items = items_of(ITEMS), none = NULL;
	json_t *json = review_items_to_json(items), *again = json_of(ITEMS);

	assert_true(json_equal(json, again));
	json_decref(json);
	json_decref(again);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		json = json_of(bad[i]);
		assert_false(review_items_read(json, &none));
		json_decref(json);
	}
	assert_true(review_items_read(NULL, &none));
	assert_int_equal(none->len, 0);
	assert_null(review_items_to_json(none));
}

static void test_votes(void **state)
{
	static const struct {
		const char *votes;
		int draft, complete;
	} rows[] = {
		{"{}", 0, REVIEW_E_INCOMPLETE},
		{"{\"a\":{\"licence\":{\"pass\":true},\"tax\":{\"pass\":false,\"reason\":\"过期\"}},"
		 "\"b\":{\"licence\":{\"pass\":true},\"tax\":{\"pass\":true}}}",
			0, 0},
		{"{\"a\":{\"licence\":{\"pass\":false}}}", REVIEW_E_NO_REASON, REVIEW_E_NO_REASON},
		{"{\"a\":{\"licence\":{\"pass\":false,\"reason\":\"\"}}}", REVIEW_E_NO_REASON,
			REVIEW_E_NO_REASON},
		{"{\"a\":{\"licence\":{\"pass\":1}}}", REVIEW_E_FORM, REVIEW_E_FORM},
		{"{\"a\":{\"licence\":{\"pass\":true,\"x\":1}}}", REVIEW_E_FORM, REVIEW_E_FORM},
		{"{\"a\":{\"licence\":true}}", REVIEW_E_FORM, REVIEW_E_FORM},
		{"{\"c\":{}}", REVIEW_E_UNKNOWN_BID, REVIEW_E_UNKNOWN_BID},
		{"{\"a\":{\"beauty\":{\"pass\":true}}}", REVIEW_E_UNKNOWN_ITEM,
			REVIEW_E_UNKNOWN_ITEM},
		/* An item of another stage. */
		{"{\"a\":{\"sealed\":{\"pass\":true}}}", REVIEW_E_UNKNOWN_ITEM,
			REVIEW_E_UNKNOWN_ITEM},
		{"{\"a\":[]}", REVIEW_E_FORM, REVIEW_E_FORM},
		{"[]", REVIEW_E_FORM, REVIEW_E_FORM},
	};
	g_autoptr(GPtrArray) items = items_of(ITEMS);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *votes = json_of(rows[i].votes);
		struct review_place place = {0};

		if (review_check(items, REVIEW_QUALIFICATION, bids, 2, votes, false, &place) !=
				rows[i].draft ||
			review_check(items, REVIEW_QUALIFICATION, bids, 2, votes, true, &place) !=
				rows[i].complete)
			fail_msg("%s", rows[i].votes);
		json_decref(votes);
	}
	assert_codes(review_refusal_code, REVIEW_E_INCOMPLETE);
}

/* How many of n pass it, for every n and every number: more than half decide. */
static void test_majority(void **state)
{
	json_t *yes = json_of("{\"a\":{\"tax\":{\"pass\":true}}}");
	json_t *no = json_of("{\"a\":{\"tax\":{\"pass\":false,\"reason\":\"过期\"}}}");
	struct review_member members[11];
	bool dissent[11];

	for (size_t n = 1; n <= 11; n++) {
		for (size_t pass = 0; pass <= n; pass++) {
			enum review_state want = REVIEW_TIED;
			unsigned n_pass, n_fail;
			size_t n_dissent = 0;

			if (2 * pass != n)
				want = 2 * pass > n ? REVIEW_PASSED : REVIEW_FAILED;
			for (size_t m = 0; m < n; m++)
				members[m] =
					(struct review_member){(int)m + 1, m < pass ? yes : no};
			assert_int_equal(
				review_count("a", "tax", members, n, &n_pass, &n_fail, dissent),
				want);
			assert_int_equal(n_pass, pass);
			for (size_t m = 0; m < n; m++)
				n_dissent += dissent[m];
			assert_int_equal(n_dissent, want == REVIEW_TIED ? 0 : MIN(pass, n - pass));
			members[0].votes = NULL;
			assert_int_equal(
				review_count("a", "tax", members, n, &n_pass, &n_fail, dissent),
				REVIEW_OPEN);
		}
	}
	json_decref(yes);
	json_decref(no);
}

static void test_result(void **state)
{
	g_autoptr(GPtrArray) items = items_of(ITEMS);
	json_t *fine = json_of("{\"a\":{\"licence\":{\"pass\":true},\"tax\":{\"pass\":true}},"
			       "\"b\":{\"licence\":{\"pass\":true},\"tax\":{\"pass\":true}}}");
	json_t *strict = json_of(
		"{\"a\":{\"licence\":{\"pass\":true},\"tax\":{\"pass\":true}},\"b\":{"
		"\"licence\":{\"pass\":true},\"tax\":{\"pass\":false,\"reason\":\"缺页\"}}}");
	struct review_member members[] = {{1, strict}, {2, fine}, {5, strict}};
	size_t n_passed, n_open;
	json_t *list =
		review_result(items, REVIEW_QUALIFICATION, bids, 2, members, 3, &n_passed, &n_open);
	json_t *tax = json_array_get(json_object_get(json_array_get(list, 1), "items"), 1);
	json_t *dissent = json_array_get(json_object_get(tax, "dissent"), 0);

	assert_int_equal(n_passed, 1);
	assert_int_equal(n_open, 0);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(list, 1), "state")), "failed");
	assert_int_equal(json_integer_value(json_object_get(tax, "fail")), 2);
	assert_int_equal(json_integer_value(json_object_get(dissent, "member_no")), 2);
	assert_int_equal(json_array_size(json_object_get(tax, "reasons")), 2);
	json_decref(list);

	/* Failed already, though one has not voted on everything; the other bid is open. */
	members[1].votes = NULL;
	list = review_result(items, REVIEW_QUALIFICATION, bids, 2, members, 3, &n_passed, &n_open);
	assert_int_equal(n_passed, 0);
	assert_int_equal(n_open, 2);
	json_decref(list);
	/* A stage without items is passed by all. */
	list = review_result(items, REVIEW_PRELIMINARY, bids, 2, members, 3, &n_passed, &n_open);
	assert_int_equal(n_passed, 2);
	json_decref(list);
	json_decref(fine);
	json_decref(strict);
}

/* E16 and G10, and nothing under the other law; both sides live in d_11_review_test.mjs. */
static void test_enough_left(void **state)
{
	const struct rulebook *book = rulebook_current();
	const char *rule = NULL;

	assert_int_equal(review_bids_needed(book, REGIME_ZTB, REVIEW_QUALIFICATION, &rule), 0);
	assert_int_equal(review_bids_needed(book, REGIME_ZTB, 0, &rule), 0);
	assert_null(rule);
	assert_int_equal(review_bids_needed(book, REGIME_GP, REVIEW_RESPONSIVENESS, &rule), 3);
	assert_string_equal(rule, "G10");
	assert_int_equal(review_bids_needed(book, REGIME_GP, 0, &rule), 3);
	assert_int_equal(review_bids_needed(book, REGIME_GP, REVIEW_QUALIFICATION, &rule), 3);
	assert_string_equal(rule, "E16");
}

#define TREE(groups, group)                                                                       \
	"{\"items\":[{\"id\":\"plan\",\"name\":\"方案\",\"max\":\"30\",\"kind\":\"technical\"," \
	"\"objective\":false,\"group\":\"" group "\"},{\"id\":\"team\",\"name\":\"人员\","      \
	"\"max\":\"30\",\"kind\":\"technical\",\"objective\":true,\"group\":\"staff\"},"          \
	"{\"id\":\"record\",\"name\":\"业绩\",\"max\":\"10\",\"kind\":\"commercial\","          \
	"\"objective\":true}],\"price\":{\"method\":\"gp_lowest\",\"weight\":\"30\"},"            \
	"\"groups\":" groups ",\"review\":" ITEMS "}"

/* Groups hold items and groups, and their points are the sum of what they hold. */
static void test_tree(void **state)
{
	static const struct {
		const char *scheme;
		int refusal;
	} rows[] = {
		{TREE("[{\"id\":\"tech\",\"name\":\"技术\",\"max\":\"60\"},{\"id\":\"staff\",\"name\":"
		      "\"人员\",\"max\":\"30\",\"parent\":\"tech\"}]",
			 "tech"),
			0},
		{TREE("[{\"id\":\"tech\",\"name\":\"技术\",\"max\":\"59\"},{\"id\":\"staff\",\"name\":"
		      "\"人员\",\"max\":\"30\",\"parent\":\"tech\"}]",
			 "tech"),
			CRITERIA_E_SUM},
		{TREE("[{\"id\":\"staff\",\"name\":\"人员\",\"max\":\"30\",\"parent\":\"tech\"},"
		      "{\"id\":\"tech\",\"name\":\"技术\",\"max\":\"60\"}]",
			 "tech"),
			CRITERIA_E_GROUPS},
		{TREE("[{\"id\":\"staff\",\"name\":\"人员\",\"max\":\"30\"}]", "tech"),
			CRITERIA_E_GROUPS},
		{TREE("[{\"id\":\"tech\",\"name\":\"技术\",\"max\":\"60\",\"x\":1}]", "tech"),
			CRITERIA_E_GROUPS},
		{TREE("{}", "tech"), CRITERIA_E_GROUPS},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = json_of(rows[i].scheme), *normal;
		struct criteria *c = NULL, *again = NULL;
		const char *field = NULL;
		int r = criteria_read(json, &c, &field);

		if (r != rows[i].refusal)
			fail_msg("%zu: %d %s", i, r, field ? field : "-");
		json_decref(json);
		if (r)
			continue;
		assert_int_equal(c->groups->len, 2);
		assert_int_equal(c->review->len, 3);
		normal = criteria_to_json(c);
		assert_int_equal(criteria_read(normal, &again, NULL), 0);
		assert_memory_equal(c->digest, again->digest, 32);
		json_decref(normal);
		criteria_free(c);
		criteria_free(again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_votes),
		cmocka_unit_test(test_majority),
		cmocka_unit_test(test_result),
		cmocka_unit_test(test_enough_left),
		cmocka_unit_test(test_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
