/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/score.h"

#include <string.h>

#include <openssl/sha.h>

#include "tests/unit/server/eval/support.h"

#define SCHEME                                                                              \
	"{\"items\":["                                                                      \
	"{\"id\":\"plan\",\"name\":\"技术方案\",\"max\":\"50\",\"kind\":\"technical\"," \
	"\"objective\":false},"                                                             \
	"{\"id\":\"record\",\"name\":\"业绩\",\"max\":\"30\",\"kind\":\"commercial\","    \
	"\"objective\":true}],"                                                             \
	"\"price\":{\"method\":\"gp_lowest\",\"weight\":\"20\"}}"

static const char *const bids[] = {"bid_a", "bid_b"};

static struct criteria *scheme(void)
{
	json_t *json = json_of(SCHEME);
	struct criteria *c = NULL;

	assert_int_equal(criteria_read(json, &c, NULL), 0);
	json_decref(json);
	return c;
}

static void test_reading_a_scheme(void **state)
{
	struct criteria *c = scheme();
	json_t *json = criteria_to_json(c);
	struct criteria *again = NULL;

	assert_int_equal(c->items->len, 2);
	assert_int_equal(c->price.method, PRICE_GP_LOWEST);
	assert_decimal(criteria_weights_sum(c), 2, "100.00");
	assert_true(criteria_find(c, "record")->objective);
	assert_null(criteria_find(c, "x"));
	assert_int_equal(criteria_read(json, &again, NULL), 0);
	assert_memory_equal(c->digest, again->digest, 32);
	json_decref(json);
	criteria_free(c);
	criteria_free(again);
}

/* The version changes with every number, not with the spelling of one. */
static void test_the_digest_is_of_the_meaning(void **state)
{
	struct criteria *c = scheme(), *d = NULL;
	json_t *json = json_of(SCHEME);
	json_t *items = json_object_get(json, "items");

	json_object_set_new(json_array_get(items, 0), "max", json_string("50.00"));
	assert_int_equal(criteria_read(json, &d, NULL), 0);
	assert_memory_equal(c->digest, d->digest, 32);
	criteria_free(d);
	json_object_set_new(json_array_get(items, 0), "max", json_string("49.99"));
	json_object_set_new(json_array_get(items, 1), "max", json_string("30.01"));
	assert_int_equal(criteria_read(json, &d, NULL), 0);
	assert_memory_not_equal(c->digest, d->digest, 32);
	criteria_free(d);
	criteria_free(c);
	json_decref(json);
}

static void test_bad_schemes(void **state)
{
	static const struct {
		const char *member, *value; /* of item 0, or "price.…" */
		int refusal;
	} rows[] = {
		{"id", "\"record\"", CRITERIA_E_ID},
		{"id", "\"\"", CRITERIA_E_ID},
		{"id", "\"Plan 1\"", CRITERIA_E_ID},
		{"id", "7", CRITERIA_E_ID},
		{"name", "\"\"", CRITERIA_E_NAME},
		{"name", "null", CRITERIA_E_NAME},
		{"kind", "\"magic\"", CRITERIA_E_KIND},
		{"max", "50", CRITERIA_E_MAX},
		{"max", "\"0\"", CRITERIA_E_MAX},
		{"max", "\"-1\"", CRITERIA_E_MAX},
		{"max", "\"100.01\"", CRITERIA_E_MAX},
		{"max", "\"49.999\"", CRITERIA_E_MAX},
		{"max", "\"49.99\"", CRITERIA_E_SUM},
		{"max", "\"50.01\"", CRITERIA_E_SUM},
		{"objective", "1", CRITERIA_E_FORM},
		{"extra", "1", CRITERIA_E_FORM},
		{"price.weight", "\"0\"", CRITERIA_E_WEIGHT},
		{"price.weight", "20", CRITERIA_E_WEIGHT},
		{"price.weight", "\"19\"", CRITERIA_E_SUM},
		{"price.method", "\"lottery\"", CRITERIA_E_METHOD},
		{"price.extra", "1", CRITERIA_E_FORM},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = json_of(SCHEME);
		json_t *value = json_loads(rows[i].value, JSON_DECODE_ANY, NULL);
		bool price = g_str_has_prefix(rows[i].member, "price.");
		json_t *where = price ? json_object_get(json, "price")
				      : json_array_get(json_object_get(json, "items"), 0);
		struct criteria *c = NULL;
		const char *field = NULL;
		int r;

		json_object_set_new(where, rows[i].member + (price ? 6 : 0), value);
		r = criteria_read(json, &c, &field);
		if (r != rows[i].refusal)
			fail_msg("%s = %s: %d", rows[i].member, rows[i].value, r);
		assert_null(c);
		assert_non_null(field);
		json_decref(json);
	}
	assert_codes(criteria_refusal_code, CRITERIA_E_WINS);
}

/* How many lots one may win (兼投不兼中): equals must be decided by a draw. */
static void test_wins(void **state)
{
	static const struct {
		const char *wins, *ties;
		unsigned right;
	} rows[] = {
		{"1", "[\"price\", \"draw\"]", 1},
		{"99", "[\"draw\"]", 99},
		{"0", "[\"draw\"]", 0},
		{"100", "[\"draw\"]", 0},
		{"\"1\"", "[\"draw\"]", 0},
		{"1", "[\"price\", \"technical\"]", 0},
		{"1", "[\"vote\"]", 0},
		{"1", "[]", 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = json_of(SCHEME), *normal;
		struct criteria *c = NULL;
		const char *field = NULL;

		json_object_set_new(json, "wins", json_loads(rows[i].wins, JSON_DECODE_ANY, NULL));
		json_object_set_new(json, "ties", json_of(rows[i].ties));
		int r = criteria_read(json, &c, &field);
		json_decref(json);
		if (r != (rows[i].right ? 0 : CRITERIA_E_WINS))
			fail_msg("%s, %s: %d", rows[i].wins, rows[i].ties, r);
		if (r) {
			assert_string_equal(field, "wins");
			continue;
		}
		assert_int_equal(c->wins, rows[i].right);
		normal = criteria_to_json(c);
		assert_int_equal(json_integer_value(json_object_get(normal, "wins")), c->wins);
		json_decref(normal);
		criteria_free(c);
	}
}

/* in_total: the items alone make 100. */
static void test_price_in_total(void **state)
{
	json_t *json = json_of("{\"items\":[{\"id\":\"total\",\"name\":\"总分\",\"max\":\"100\","
			       "\"kind\":\"total\",\"objective\":false}],"
			       "\"price\":{\"method\":\"in_total\",\"weight\":\"30\"}}");
	struct criteria *c = NULL;

	assert_int_equal(criteria_read(json, &c, NULL), 0);
	assert_decimal(criteria_weights_sum(c), 2, "100.00");
	assert_decimal(c->price.weight, 2, "30.00");
	criteria_free(c);
	json_decref(json);
}

static void test_checking_scores(void **state)
{
	static const struct {
		const char *scores;
		int draft, complete; /* refusals */
	} rows[] = {
		{"{}", 0, SCORE_E_INCOMPLETE},
		{"{\"bid_a\":{\"plan\":\"50\",\"record\":\"30.00\"},"
		 "\"bid_b\":{\"plan\":\"0\",\"record\":\"12.5\"}}",
			0, 0},
		{"{\"bid_a\":{\"plan\":\"50\",\"record\":\"30\"}}", 0, SCORE_E_INCOMPLETE},
		{"{\"bid_a\":{\"plan\":\"50\"},\"bid_b\":{}}", 0, SCORE_E_INCOMPLETE},
		{"{\"bid_c\":{}}", SCORE_E_UNKNOWN_BID, SCORE_E_UNKNOWN_BID},
		{"{\"bid_a\":{\"beauty\":\"1\"}}", SCORE_E_UNKNOWN_ITEM, SCORE_E_UNKNOWN_ITEM},
		{"{\"bid_a\":{\"plan\":50}}", SCORE_E_NOT_DECIMAL, SCORE_E_NOT_DECIMAL},
		{"{\"bid_a\":{\"plan\":\"5O\"}}", SCORE_E_NOT_DECIMAL, SCORE_E_NOT_DECIMAL},
		{"{\"bid_a\":{\"plan\":\" 5\"}}", SCORE_E_NOT_DECIMAL, SCORE_E_NOT_DECIMAL},
		{"{\"bid_a\":{\"plan\":\"50.01\"}}", SCORE_E_RANGE, SCORE_E_RANGE},
		{"{\"bid_a\":{\"plan\":\"-0.01\"}}", SCORE_E_RANGE, SCORE_E_RANGE},
		{"{\"bid_a\":{\"plan\":\"99999999999999999999\"}}", SCORE_E_RANGE, SCORE_E_RANGE},
		{"{\"bid_a\":{\"plan\":\"1.005\"}}", SCORE_E_PRECISION, SCORE_E_PRECISION},
		{"{\"bid_a\":{\"plan\":\"1.00000001\"}}", SCORE_E_PRECISION, SCORE_E_PRECISION},
		{"{\"bid_a\":\"1\"}", SCORE_E_FORM, SCORE_E_FORM},
		{"[]", SCORE_E_FORM, SCORE_E_FORM},
	};
	struct criteria *c = scheme();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = json_of(rows[i].scores);
		struct score_place place = {0};

		if (score_check(c, bids, 2, json, false, &place) != rows[i].draft ||
			score_check(c, bids, 2, json, true, &place) != rows[i].complete)
			fail_msg("%s", rows[i].scores);
		if (rows[i].complete == SCORE_E_INCOMPLETE)
			assert_true(place.bid_id && place.item_id);
		json_decref(json);
	}
	criteria_free(c);
	assert_codes(score_refusal_code, SCORE_E_INCOMPLETE);
}

static void test_commitment(void **state)
{
	struct criteria *c = scheme();
	json_t *a = json_of("{\"bid_b\":{\"plan\":\"0\",\"record\":\"12.5\"},"
			    "\"bid_a\":{\"plan\":\"50\",\"record\":\"30.00\"}}");
	json_t *b = json_of("{\"bid_a\":{\"record\":\"30\",\"plan\":\"50.0\"},"
			    "\"bid_b\":{\"record\":\"12.50\",\"plan\":\"0.00\"}}");
	struct score_sheet_head head = {"session", "lot", 3};
	const uint8_t salt[SCORE_SALT_LEN] = "0123456789abcdef";
	uint8_t one[32], two[32], want[32];
	GString *text = NULL, *same = NULL;
	g_autofree char *joined = NULL;

	assert_int_equal(score_canonical(c, &head, a, &text), 0);
	assert_int_equal(score_canonical(c, &head, b, &same), 0);
	assert_string_equal(text->str, same->str);
	assert_non_null(strstr(text->str, "\"scores\":{\"bid_a\":{\"plan\":\"50.00\","
					  "\"record\":\"30.00\"},\"bid_b\":{\"plan\":\"0.00\","
					  "\"record\":\"12.50\"}}"));
	assert_non_null(strstr(text->str, "\"member\":3"));
	score_commitment(salt, text, one);
	joined = g_strdup_printf("%.16s%s", (const char *)salt, text->str);
	SHA256((const unsigned char *)joined, strlen(joined), want);
	assert_memory_equal(one, want, 32);

	/* Another member with the same scores commits to something else. */
	g_string_free(same, TRUE);
	head.member_no = 4;
	assert_int_equal(score_canonical(c, &head, a, &same), 0);
	score_commitment(salt, same, two);
	assert_memory_not_equal(one, two, 32);
	assert_int_equal(score_count(a), 4);
	g_string_free(text, TRUE);
	g_string_free(same, TRUE);
	json_decref(a);
	json_decref(b);
	criteria_free(c);
}

static void test_sums(void **state)
{
	struct criteria *c = scheme();
	json_t *json = json_of("{\"bid_a\":{\"plan\":\"42.55\",\"record\":\"29.9\"}}");
	struct decimal total, technical;

	score_sums(c, json, "bid_a", &total, &technical);
	assert_decimal(total, 2, "72.45");
	assert_decimal(technical, 2, "42.55");
	json_decref(json);
	criteria_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading_a_scheme),
		cmocka_unit_test(test_the_digest_is_of_the_meaning),
		cmocka_unit_test(test_bad_schemes),
		cmocka_unit_test(test_wins),
		cmocka_unit_test(test_price_in_total),
		cmocka_unit_test(test_checking_scores),
		cmocka_unit_test(test_commitment),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
