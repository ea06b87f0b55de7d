/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of divisions: with what they lie in; an unknown code stays a code; bad tables are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "server/trade/region.h"

static const char table[] = "# source: npm package x 1.2 (MIT)\r\n# code,name\r\n"
			    "110000,北京市\n110105,朝阳区\n\n370000,山东省\n370400,枣庄市\n"
			    "370402,市中区\n410000,河南省\n419001,济源市\n";

static void test_names(void **state)
{
	static const struct {
		const char *code, *name, *label;
	} rows[] = {
		{"370000", "山东省", "山东省（370000）"},
		{"370400", "山东省枣庄市", "山东省枣庄市（370400）"},
		{"370402", "山东省枣庄市市中区", "山东省枣庄市市中区（370402）"},
		{"110105", "北京市朝阳区", "北京市朝阳区（110105）"},
		{"419001", "河南省济源市", "河南省济源市（419001）"},
		{"370499", NULL, "370499"},
		{"370403", NULL, "370403"},
		{"3704", NULL, "3704"},
		{"3704021", NULL, "3704021"},
		{"", NULL, ""},
	};
	struct regions *r = NULL;

	assert_int_equal(regions_parse(table, strlen(table), &r, NULL), 0);
	assert_string_equal(regions_source(r), "npm package x 1.2 (MIT)");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = regions_name(r, rows[i].code);
		g_autofree char *label = regions_label(r, rows[i].code);
		g_autofree char *bare = regions_label(NULL, rows[i].code);

		assert_int_equal(g_strcmp0(name, rows[i].name), 0);
		assert_string_equal(label, rows[i].label);
		assert_string_equal(bare, rows[i].code);
	}
	assert_string_equal(regions_source(NULL), "");
	regions_free(r);
}

static void test_found_by_name(void **state)
{
	static const struct {
		const char *name, *codes;
	} rows[] = {
		{"山东", "370000"}, /* what lies in it goes with it */
		{"枣庄", "370400"},
		{"枣庄市市中区", "370402"},
		{"市中区", "370402"},
		{"朝阳", "110105"},
		{"省", "370000,410000"},
		{"济源", "419001"},
		{"山东省枣庄市", "370400"},
		{"某地", ""},
		{"", ""},
	};
	struct regions *r = NULL;

	assert_int_equal(regions_parse(table, strlen(table), &r, NULL), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) found = regions_search(r, rows[i].name, 5);

		g_ptr_array_add(found, NULL);
		g_autofree char *codes = g_strjoinv(",", (char **)found->pdata);
		assert_string_equal(codes, rows[i].codes);
	}
	g_autoptr(GPtrArray) first = regions_search(r, "省", 1),
			     none = regions_search(NULL, "省", 1);
	assert_int_equal(first->len, 1);
	assert_string_equal(first->pdata[0], "370000");
	assert_int_equal(none->len, 0);
	regions_free(r);
}

static void test_bad_tables(void **state)
{
	static const struct {
		const char *text;
		int refusal;
		unsigned line;
	} rows[] = {
		{"370402,市中区\n37040,x\n", REGIONS_E_SYNTAX, 2},
		{"370402\n", REGIONS_E_SYNTAX, 1},
		{"370402,\n", REGIONS_E_SYNTAX, 1},
		{"37040x,x\n", REGIONS_E_SYNTAX, 1},
		{"# x\n370402,甲\n370402,乙\n", REGIONS_E_TWICE, 3},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct regions *r = NULL;
		unsigned line = 0;

		assert_int_equal(regions_parse(rows[i].text, strlen(rows[i].text), &r, &line),
			rows[i].refusal);
		assert_int_equal(line, rows[i].line);
		assert_null(r);
	}
	struct regions *r = NULL;
	assert_int_equal(regions_parse("370402,\xff\n", 9, &r, NULL), REGIONS_E_SYNTAX);
	assert_int_equal(regions_parse("370402,x\0y\n", 11, &r, NULL), REGIONS_E_SYNTAX);
	assert_int_equal(regions_parse(table, REGIONS_TEXT_MAX + 1, &r, NULL), REGIONS_E_TOO_LONG);
	assert_int_equal(regions_parse("", 0, &r, NULL), 0);
	g_autofree char *name = regions_name(r, "370402");
	assert_null(name);
	regions_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_found_by_name),
		cmocka_unit_test(test_bad_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
