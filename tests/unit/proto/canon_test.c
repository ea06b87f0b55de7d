/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int load(const char *text, json_t **ret)
{
	return canon_load(text, strlen(text), 4096, ret, NULL);
}

static void test_dump(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"{}", "{}"},
		{" [ ] ", "[]"},
		{"[true,false,null,-0,0,-1]", "[true,false,null,0,0,-1]"},
		{"[9007199254740991,-9007199254740991]", "[9007199254740991,-9007199254740991]"},
		{"{\"b\":1, \"a\":{\"d\":[],\"c\":2}}", "{\"a\":{\"c\":2,\"d\":[]},\"b\":1}"},
		{"{\"aa\":1,\"a\":2,\"\":3,\"B\":4}", "{\"\":3,\"B\":4,\"a\":2,\"aa\":1}"},
		/* RFC 8785 §3.2.2: the text part of the example */
		{"[\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"]",
			"[\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"]"},
		{"[\"\\b\\t\\n\\f\\r\\u000b\\u001f\\u007f\"]",
			"[\"\\b\\t\\n\\f\\r\\u000b\\u001f\x7f\"]"},
		/* RFC 8785 §3.2.3: order by UTF-16 code units */
		{"{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
		 "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
		 "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
		 "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
			"\"\u00f6\":\"Latin Small Letter O With Diaeresis\","
			"\"\u20ac\":\"Euro Sign\",\"\U0001f600\":\"Emoji: Grinning Face\","
			"\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"},
		/* keys that share lead bytes, and a prefix of several bytes */
		{"{\"评标室\":1,\"评标\":2,\"评审\":3,\"评\":4}",
			"{\"评\":4,\"评审\":3,\"评标\":2,\"评标室\":1}"},
		{"{\"a\\uffff\":1,\"a\\ud800\\udc00\":2,\"a\\ud7ff\":3,\"a\\udbff\\udfff\":4}",
			"{\"a\ud7ff\":3,\"a\U00010000\":2,\"a\U0010ffff\":4,\"a\uffff\":1}"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_auto_t *value = NULL, *again = NULL;
		g_autoptr(GString) out = NULL;

		assert_int_equal(load(cases[i].in, &value), 0);
		assert_int_equal(canon_dump(value, &out), 0);
		assert_string_equal(out->str, cases[i].out);
		assert_int_equal(canon_load_exact(out->str, out->len, 4096, &again), 0);
		assert_true(json_equal(value, again));
	}
}

static void test_refused_texts(void **state)
{
	static const struct {
		const char *text;
		int code;
	} cases[] = {
		{"", CANON_E_SYNTAX},
		{"1", CANON_E_SYNTAX},
		{"\"a\"", CANON_E_SYNTAX},
		{"{", CANON_E_SYNTAX},
		{"[1]]", CANON_E_SYNTAX},
		{"[1] x", CANON_E_SYNTAX},
		{"[1,]", CANON_E_SYNTAX},
		{"[01]", CANON_E_SYNTAX},
		{"[\"\\ud800\"]", CANON_E_SYNTAX},
		{"{a:1}", CANON_E_SYNTAX},
		{"[1/**/]", CANON_E_SYNTAX},
		{"\xef\xbb\xbf[]", CANON_E_SYNTAX},
		{"[\"\xff\"]", CANON_E_TEXT},
		{"[\"\xc0\x80\"]", CANON_E_TEXT},
		{"[\"\xed\xa0\x80\"]", CANON_E_TEXT},
		{"[\"\\u0000\"]", CANON_E_TEXT},
		{"{\"\\u0000\":1}", CANON_E_TEXT},
		{"{\"a\":1,\"a\":1}", CANON_E_DUPLICATE},
		{"{\"a\":1,\"\\u0061\":2}", CANON_E_DUPLICATE},
		{"[{\"x\":{\"a\":1,\"a\":1}}]", CANON_E_DUPLICATE},
		{"[1.0]", CANON_E_NUMBER},
		{"[1e2]", CANON_E_NUMBER},
		{"{\"a\":[{\"b\":0.5}]}", CANON_E_NUMBER},
		{"[9007199254740992]", CANON_E_NUMBER},
		{"[-9007199254740992]", CANON_E_NUMBER},
		{"[-9223372036854775808]", CANON_E_NUMBER},
		{"[99999999999999999999]", CANON_E_NUMBER},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *value = NULL;

		assert_int_equal(load(cases[i].text, &value), cases[i].code);
		assert_null(value);
	}
	json_t *value = NULL;
	assert_int_equal(canon_load("[]\0", 3, 10, &value, NULL), CANON_E_SYNTAX);
	assert_int_equal(canon_load("[ ]", 3, 2, &value, NULL), CANON_E_SIZE);
	assert_int_equal(canon_load_exact("[ ]", 3, 10, &value), CANON_E_FORM);
	assert_int_equal(canon_load_exact("{\"b\":1,\"a\":1}", 13, 99, &value), CANON_E_FORM);
	assert_null(value);
}

static void test_where(void **state)
{
	json_error_t where;
	json_t *value = NULL;

	assert_int_equal(canon_load("[1,\n x]", 7, 99, &value, &where), CANON_E_SYNTAX);
	assert_int_equal(where.line, 2);
}

static void test_depth(void **state)
{
	g_autoptr(GString) deep = g_string_new(NULL);
	json_t *value = NULL;

	for (int i = 0; i < CANON_DEPTH_MAX; i++)
		g_string_append_c(deep, '[');
	g_string_append(deep, "\"[[[{{{\\\"[\"");
	for (int i = 0; i < CANON_DEPTH_MAX; i++)
		g_string_append_c(deep, ']');
	assert_int_equal(canon_load_exact(deep->str, deep->len, 4096, &value), 0);

	json_auto_t *outer = json_pack("[o]", value);
	g_autoptr(GString) out = NULL;
	assert_int_equal(canon_dump(outer, &out), CANON_E_DEPTH);
	g_string_prepend_c(deep, '{');
	value = NULL;
	assert_int_equal(load(deep->str, &value), CANON_E_DEPTH);
	assert_null(value);
}

static void test_refused_values(void **state)
{
	json_auto_t *real = json_pack("{sf}", "a", 1.0);
	json_auto_t *big = json_pack("[I]", CANON_INTEGER_MAX + 1);
	json_auto_t *bytes = json_array();
	g_autoptr(GString) out = NULL;

	json_array_append_new(bytes, json_string_nocheck("\xff"));
	assert_int_equal(canon_dump(real, &out), CANON_E_NUMBER);
	assert_int_equal(canon_dump(big, &out), CANON_E_NUMBER);
	assert_int_equal(canon_dump(bytes, &out), CANON_E_TEXT);
	json_array_set_new(bytes, 0, json_stringn("a\0b", 3));
	assert_int_equal(canon_dump(bytes, &out), CANON_E_TEXT);
	assert_null(out);
	assert_string_equal(canon_refusal_code(CANON_E_FORM), "canon_form");
}

static void test_digest(void **state)
{
	/* printf '{"a":1}' | sha256sum */
	static const char *const want =
		"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
	json_auto_t *value = json_pack("{si}", "a", 1);
	uint8_t digest[32];

	assert_int_equal(canon_digest(value, digest), 0);
	for (size_t i = 0; i < 32; i++) {
		char hex[3];

		g_snprintf(hex, sizeof hex, "%02x", digest[i]);
		assert_memory_equal(hex, want + 2 * i, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_refused_texts),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_refused_values),
		cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
