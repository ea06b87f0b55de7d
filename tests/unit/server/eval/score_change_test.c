/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/score_change.h"

#include "tests/unit/server/eval/support.h"

static void check(const char *before, const char *after, const char *wanted)
{
	json_t *a = before ? json_of(before) : NULL, *b = json_of(after);
	json_t *changes = score_changes(a, b), *expected = json_of(wanted);

	assert_true(json_equal(changes, expected));
	json_decref(a);
	json_decref(b);
	json_decref(changes);
	json_decref(expected);
}

static void test_changes(void **state)
{
	check(NULL, "{}", "[]");
	check(NULL, "{\"b\":{\"y\":\"1\",\"x\":\"2\"},\"a\":{\"x\":\"3\"}}",
		"[{\"bid_id\":\"a\",\"item_id\":\"x\",\"new\":\"3\"},"
		"{\"bid_id\":\"b\",\"item_id\":\"x\",\"new\":\"2\"},"
		"{\"bid_id\":\"b\",\"item_id\":\"y\",\"new\":\"1\"}]");
	check("{\"a\":{\"x\":\"3\",\"y\":\"1\"}}", "{\"a\":{\"x\":\"3.50\",\"y\":\"1\"}}",
		"[{\"bid_id\":\"a\",\"item_id\":\"x\",\"old\":\"3\",\"new\":\"3.50\"}]");
	/* A score taken back, and a whole bid. */
	check("{\"a\":{\"x\":\"3\",\"y\":\"1\"},\"b\":{\"x\":\"2\"}}", "{\"a\":{\"y\":\"1\"}}",
		"[{\"bid_id\":\"a\",\"item_id\":\"x\",\"old\":\"3\"},"
		"{\"bid_id\":\"b\",\"item_id\":\"x\",\"old\":\"2\"}]");
	check("{\"a\":{\"x\":\"3\"}}", "{\"a\":{\"x\":\"3\"}}", "[]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_changes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
