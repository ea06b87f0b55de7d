/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/rulebook.h"

#include <string.h>

#include "tests/unit/server/trade/support.h"

static void test_every_row_is_there(void **state)
{
	static const struct {
		char letter;
		int n;
	} families[] = {{'T', 19}, {'G', 12}, {'C', 18}, {'E', 23}, {'M', 2}};
	const struct rulebook *book = rulebook_current();
	size_t n = 0;

	for (size_t f = 0; f < G_N_ELEMENTS(families); f++) {
		for (int i = 1; i <= families[f].n; i++, n++) {
			char id[8];
			const struct rule *rule;

			g_snprintf(id, sizeof id, "%c%02d", families[f].letter, i);
			rule = rulebook_find(book, id);
			if (!rule)
				fail_msg("%s is missing", id);
			assert_true(rule->kind >= RULE_REFUSE && rule->kind <= RULE_NOTE);
			assert_true(rule->regimes && !(rule->regimes & ~REGIME_BOTH));
			assert_true(g_utf8_validate(rule->text, -1, NULL) && *rule->text);
			assert_true(*rule->source);
		}
	}
	assert_int_equal(book->n_rules, n);
	assert_null(rulebook_find(book, "T20"));
	assert_null(rulebook_find(book, NULL));
}

static void test_values_and_marks(void **state)
{
	const struct rulebook *book = rulebook_current();

	assert_int_equal(rulebook_value(book, "T02"), 20);
	assert_int_equal(rulebook_value(book, "T10"), 3);
	assert_int_equal(rulebook_value(book, "G01"), 20);
	assert_int_equal(rulebook_value(book, "E06"), 60);
	assert_int_equal(rulebook_find(book, "G02")->unit, UNIT_WORKING_DAY);
	assert_true(rulebook_find(book, "T02")->verified);
	assert_true(rulebook_find(book, "C04")->verified);
	assert_false(rulebook_find(book, "T18")->verified);
	assert_false(rulebook_find(book, "C02")->verified);
	assert_false(rulebook_find(book, "E04")->verified);
}

static void test_versions(void **state)
{
	const struct rulebook *book = rulebook_current();

	assert_ptr_equal(rulebook_by_version(book->version), book);
	/* The book of before lacks what came later, and nothing else. */
	const struct rulebook *before = rulebook_by_version("cn-2026.1");
	assert_int_equal(before->n_rules, book->n_rules - 5);
	assert_non_null(rulebook_find(before, "E23"));
	assert_null(rulebook_find(before, "M01"));
	/* Whatever was bound to one stays bound to it. */
	assert_null(rulebook_find(rulebook_by_version("cn-2026.3"), "G12"));
	assert_false(rulebook_find(book, "G12")->verified);
	assert_null(rulebook_by_version("cn-1999.1"));
	assert_null(rulebook_by_version(NULL));
}

static void test_published_form(void **state)
{
	json_t *json = rulebook_to_json(rulebook_current());
	json_t *first = json_array_get(json_object_get(json, "rules"), 0);

	assert_int_equal(json_array_size(json_object_get(json, "rules")), 74);
	assert_string_equal(json_string_value(json_object_get(first, "id")), "T01");
	assert_string_equal(json_string_value(json_object_get(first, "kind")), "refuse");
	assert_string_equal(json_string_value(json_object_get(first, "unit")), "day");
	assert_true(json_is_true(json_object_get(first, "verified")));
	assert_int_equal(json_array_size(json_object_get(first, "regimes")), 1);
	assert_null(json_object_get(first, "valid_from"));
	json_decref(json);
}

/* The text of every test of this folder but this one. */
static char *text_of_the_tests(void)
{
	g_autofree char *folder = g_build_filename(TEST_DATA, "..", "unit/server/trade", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	GString *all = g_string_new(NULL);
	const char *name;

	assert_non_null(dir);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL), *text = NULL;

		if (!g_str_has_suffix(name, "_test.c") || g_str_equal(name, "rulebook_test.c"))
			continue;
		assert_true(g_file_get_contents(path, &text, NULL, NULL));
		g_string_append(all, text);
	}
	return g_string_free(all, FALSE);
}

/* Rules of time, bonds and media that refuse or run: each is quoted by a test, as those of
 * committee and evaluation are (eval/rules_test.c). */
static void test_none_is_left_out(void **state)
{
	const struct rulebook *book = rulebook_current();
	g_autofree char *tests = text_of_the_tests();

	for (size_t i = 0; i < book->n_rules; i++) {
		const struct rule *rule = &book->rules[i];
		g_autofree char *quoted = g_strdup_printf("\"%s\"", rule->id);

		if (strchr("CE", rule->id[0]) ||
			(rule->kind != RULE_REFUSE && rule->kind != RULE_CLOCK))
			continue;
		if (!strstr(tests, quoted))
			fail_msg("no test quotes %s", rule->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_there),
		cmocka_unit_test(test_values_and_marks),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_published_form),
		cmocka_unit_test(test_none_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
