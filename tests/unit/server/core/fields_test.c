/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/fields.h"

static const struct field table[] = {
	{"text", FIELD_TEXT, false, 2, 4},
	{"needed", FIELD_BOOL, true},
	{"free", FIELD_TEXT, false},
	{"id", FIELD_ID, false},
	{"name", FIELD_NAME, false, 1, 8},
	{"count", FIELD_INT, false, -1, 5},
	{"any", FIELD_INT, false},
	{"money", FIELD_DECIMAL, false},
	{"time", FIELD_TIME, false},
	{"hex", FIELD_HEX, false, 2, 3},
	{"base64", FIELD_BASE64, false, 3, 4},
	{"object", FIELD_OBJECT, false},
	{"list", FIELD_LIST, false, 1, 2},
	{NULL},
};

static void expect(const char *text, const char *code, const char *field)
{
	json_t *in = json_loads(text, JSON_DECODE_ANY, NULL);
	struct refusal r = {0};

	assert_non_null(in);
	int result = fields_check(table, in, &r);
	if (!code && result)
		fail_msg("%s: %s %s (%s)", text, r.code, r.detail, r.field);
	if (code) {
		if (result != REFUSED || strcmp(r.code, code) != 0 || strcmp(r.field, field) != 0)
			fail_msg("%s: %s %s (%s)", text, result ? r.code : "taken", r.detail,
				r.field);
		/* Only the yes or no is asked for. */
		assert_int_equal(fields_check(table, in, NULL), REFUSED);
	}
	json_decref(in);
}

static void test_what_each_type_takes(void **state)
{
	static const struct {
		const char *field;
		const char *good[6], *bad[10];
	} cases[] = {
		/* Characters are counted, not bytes. */
		{"text", {"\"ab\"", "\"四个汉字\"", "\"a\\n\\tb\"", "null"},
			{"\"a\"", "\"abcde\"", "\"五个汉字了\"", "\"a\\u0001b\"", "\"a\\rb\"",
				"\"a\\u007fb\"", "1", "[\"ab\"]", "true"}},
		{"free", {"\"\"", "\"x\""}, {"{}"}},
		{"id", {"\"01hzzzzzzzzzzzzzzzzzzzzzza\""},
			{"\"01HZZZZZZZZZZZZZZZZZZZZZZA\"", "\"\"", "\"01hzzzzzzzzzzzzzzzzzzzzzz\"",
				"\"01hzzzzzzzzzzzzzzzzzzzzzzaa\"",
				"\"01hzzzzzzzzzzzzzzzzzzzzzzu\""}},
		{"name", {"\"a_1.b:-\""}, {"\"\"", "\"A\"", "\"a b\"", "\"abcdefghi\"", "\"é\""}},
		{"count", {"-1", "0", "5"}, {"-2", "6", "1.0", "\"1\"", "9223372036854775807"}},
		{"any", {"-9223372036854775808", "9223372036854775807"}, {"0.5"}},
		{"money", {"\"1267500.00\"", "\"-0.5\"", "\"0\""},
			{"\"\"", "\"1,5\"", "\"1e3\"", "\" 1\"", "1", "\"1.0000001\"", "\"NaN\""}},
		{"time", {"\"2026-03-01T00:00:00Z\"", "\"2026-03-01T08:00:00+08:00\""},
			{"\"2026-03-01\"", "\"2026-02-30T00:00:00Z\"", "1", "\"\""}},
		{"hex", {"\"0aff\"", "\"0aff00\""},
			{"\"0a\"", "\"0aff0000\"", "\"0AFF\"", "\"0af\"", "\"0xff\""}},
		{"base64", {"\"AAAA\"", "\"AAAAAA==\""},
			{"\"AAA=\"", "\"AAAAAAA=\"", "\"AAAA\\n\"", "\"AA AA\"", "\"____\"",
				"\"AAAAA===\"", "\"AAAAAB==\""}},
		{"object", {"{}", "{\"a\":1}"}, {"[]", "\"{}\""}},
		{"list", {"[1]", "[1,2]"}, {"[]", "[1,2,3]", "{}"}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (size_t j = 0; j < 6 && cases[i].good[j]; j++) {
			g_autofree char *text = g_strdup_printf(
				"{\"needed\":true,\"%s\":%s}", cases[i].field, cases[i].good[j]);
			expect(text, NULL, NULL);
		}
		for (size_t j = 0; j < 10 && cases[i].bad[j]; j++) {
			g_autofree char *text = g_strdup_printf(
				"{\"needed\":true,\"%s\":%s}", cases[i].field, cases[i].bad[j]);
			expect(text, "input.invalid", cases[i].field);
		}
	}
}

static void test_what_is_missing_or_unknown(void **state)
{
	expect("{}", "input.missing", "needed");
	expect("{\"needed\":null}", "input.missing", "needed");
	expect("{\"needed\":true,\"moon\":1}", "input.unknown_field", "moon");
	/* A name nobody knows may be long. */
	g_autofree char *name = g_strnfill(500, 'x');
	g_autofree char *text = g_strdup_printf("{\"needed\":true,\"%s\":1}", name);
	json_t *in = json_loads(text, 0, NULL);
	struct refusal r = {0};
	assert_int_equal(fields_check(table, in, &r), REFUSED);
	assert_string_equal(r.code, "input.unknown_field");
	json_decref(in);
	expect("[]", "input.malformed", "");
	expect("1", "input.malformed", "");
}

static void test_a_needed_text_is_not_empty(void **state)
{
	static const struct field needed[] = {{"text", FIELD_TEXT, true}, {NULL}};
	json_t *in = json_pack("{s:s}", "text", "");
	struct refusal r = {0};

	assert_int_equal(fields_check(needed, in, &r), REFUSED);
	assert_string_equal(r.code, "input.missing");
	json_decref(in);
}

/* Whatever the table does not bound has a bound all the same. */
static void test_texts_have_an_end(void **state)
{
	g_autofree char *fits = g_strnfill(10000, 'x'), *long_one = g_strnfill(10001, 'x');
	json_t *in = json_pack("{s:b, s:s}", "needed", 1, "free", fits);
	struct refusal r = {0};

	assert_int_equal(fields_check(table, in, &r), 0);
	json_object_set_new(in, "free", json_string(long_one));
	assert_int_equal(fields_check(table, in, &r), REFUSED);
	json_decref(in);
}

static void test_readers(void **state)
{
	json_t *in =
		json_loads("{\"needed\":false,\"free\":\"x\",\"count\":-1,\"hex\":\"0aff\","
			   "\"base64\":\"AQID\",\"time\":\"1970-01-01T00:00:01.5Z\",\"id\":null}",
			0, NULL);
	g_autoptr(GBytes) hex = in_hex(in, "hex"), base64 = in_base64(in, "base64");

	assert_int_equal(fields_check(table, in, NULL), 0);
	assert_string_equal(in_text(in, "free"), "x");
	assert_null(in_text(in, "id"));
	assert_null(in_text(in, "text"));
	assert_int_equal(in_int(in, "count", 3), -1);
	assert_int_equal(in_int(in, "any", 3), 3);
	assert_false(in_bool(in, "needed", true));
	assert_true(in_bool(in, "absent", true));
	assert_true(in_has(in, "free"));
	assert_false(in_has(in, "id"));
	assert_int_equal(in_time_us(in, "time", 7), 1500000);
	assert_int_equal(in_time_us(in, "absent", 7), 7);
	assert_memory_equal(g_bytes_get_data(hex, NULL), "\x0a\xff", 2);
	assert_memory_equal(g_bytes_get_data(base64, NULL), "\1\2\3", 3);
	assert_null(in_hex(in, "absent"));
	assert_null(in_base64(in, "absent"));
	json_decref(in);
}

static void test_every_type_has_a_name(void **state)
{
	for (const struct field *f = table; f->name; f++)
		assert_true(strlen(field_type_name(f->type)) > 1);
	assert_string_equal(field_type_name(FIELD_LIST), "list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_each_type_takes),
		cmocka_unit_test(test_what_is_missing_or_unknown),
		cmocka_unit_test(test_a_needed_text_is_not_empty),
		cmocka_unit_test(test_texts_have_an_end),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_every_type_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
