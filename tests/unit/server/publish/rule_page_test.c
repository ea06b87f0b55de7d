/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/publish/rule_page.h"
#include "server/trade/calendar.h"
#include "server/trade/region.h"

static const struct site site = {
	.centre = "某市公共资源交易中心", .public_url = "https://x.example"};

static void test_the_rulebook_leads_to_every_rule(void **state)
{
	const struct rulebook *book = rulebook_current();
	GString *page = rulebook_page(&site, book);

	for (size_t i = 0; i < book->n_rules; i++) {
		const struct rule *rule = &book->rules[i];
		g_autofree char *link = g_strdup_printf(
			"<tr id=\"%s\"><th scope=\"row\"><a href=\"rules/%s.html\">", rule->id,
			rule->id);
		assert_non_null(strstr(page->str, link));
		GString *own = rule_page(&site, rule);
		assert_non_null(strstr(own->str, rule->source));
		assert_non_null(strstr(own->str, book->version));
		/* What nobody has read in the law says so. */
		assert_int_equal(strstr(own->str, "未核实") != NULL, !rule->verified);
		g_string_free(own, TRUE);
	}
	g_string_free(page, TRUE);
}

/* What a project was bound to stays readable, with the rules it had and no others. */
static void test_every_version_stays(void **state)
{
	size_t n;
	const struct rulebook *books = rulebook_all(&n);
	GString *current = rulebook_page(&site, rulebook_current());

	assert_true(n >= 4);
	for (size_t i = 0; i < n; i++) {
		g_autofree char *link =
			g_strdup_printf("href=\"rulebooks/%s.html\"", books[i].version);
		GString *page = rulebook_version_page(&site, &books[i]);

		assert_non_null(strstr(current->str, link));
		assert_int_equal(strstr(page->str, "本版本为现行版本") != NULL,
			&books[i] == rulebook_current());
		for (size_t k = 0; k < books[0].n_rules; k++) {
			const struct rule *rule = &books[0].rules[k];
			g_autofree char *row = g_strdup_printf("<tr id=\"%s\">", rule->id);
			g_autofree char *here = g_strdup_printf(
				"../rulebooks/%s.html#%s", books[i].version, rule->id);
			GString *own = rule_page(&site, rule);
			bool has = rulebook_find(&books[i], rule->id) != NULL;

			assert_int_equal(strstr(page->str, row) != NULL, has);
			assert_int_equal(strstr(own->str, here) != NULL, has);
			g_string_free(own, TRUE);
		}
		g_string_free(page, TRUE);
	}
	g_string_free(current, TRUE);
}

/* Only what a source says: nobody is told a day that was made up. */
static void test_validity_is_told_where_it_is_known(void **state)
{
	const struct rulebook *book = rulebook_current();
	GString *known = rule_page(&site, rulebook_find(book, "C17"));
	GString *unknown = rule_page(&site, rulebook_find(book, "T02"));
	GString *whole = rulebook_version_page(&site, book);

	assert_non_null(
		strstr(known->str, "<th scope=\"row\">施行</th><td>2025-01-01 起施行</td>"));
	assert_null(strstr(unknown->str, "施行</th>"));
	assert_non_null(strstr(whole->str, "（未核实）<br>2025-01-01 起施行</td>"));
	g_string_free(known, TRUE);
	g_string_free(unknown, TRUE);
	g_string_free(whole, TRUE);
}

static void test_the_rulebook_tells_where_its_data_are_from(void **state)
{
	static const char days[] = "# source: npm package d 1.2 (MIT)\n2026-01-01,off,元旦\n";
	static const char names[] = "# source: npm package r 3.4 <MIT>\n370000,山东省\n";
	struct calendar *calendar = NULL;
	struct regions *regions = NULL;
	struct site told = site;
	GString *page = rulebook_page(&told, rulebook_current());

	assert_null(strstr(page->str, "数据来源"));
	g_string_free(page, TRUE);
	assert_int_equal(calendar_parse(days, strlen(days), &calendar, NULL), 0);
	assert_int_equal(regions_parse(names, strlen(names), &regions, NULL), 0);
	told.calendar = calendar;
	told.regions = regions;
	page = rulebook_page(&told, rulebook_current());
	assert_non_null(strstr(page->str, "<li>节假日与调休：npm package d 1.2 (MIT)</li>"));
	assert_non_null(strstr(page->str, "<li>行政区划名称：npm package r 3.4 &lt;MIT&gt;</li>"));
	g_string_free(page, TRUE);
	calendar_free(calendar);
	regions_free(regions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_rulebook_leads_to_every_rule),
		cmocka_unit_test(test_every_version_stays),
		cmocka_unit_test(test_validity_is_told_where_it_is_known),
		cmocka_unit_test(test_the_rulebook_tells_where_its_data_are_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
