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
		GString *own = rule_page(&site, book, rule);
		assert_non_null(strstr(own->str, rule->source));
		assert_non_null(strstr(own->str, book->version));
		/* What nobody has read in the law says so. */
		assert_int_equal(strstr(own->str, "未核实") != NULL, !rule->verified);
		g_string_free(own, TRUE);
	}
	g_string_free(page, TRUE);
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
		cmocka_unit_test(test_the_rulebook_tells_where_its_data_are_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
