/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/publish/rule_page.h"

static const struct site site = {.centre = "某市公共资源交易中心", .public_url = "https://x.example"};

static void test_the_rulebook_leads_to_every_rule(void **state)
{
	const struct rulebook *book = rulebook_current();
	GString *page = rulebook_page(&site, book);

	for (size_t i = 0; i < book->n_rules; i++) {
		const struct rule *rule = &book->rules[i];
		g_autofree char *link = g_strdup_printf(
			"<tr id=\"%s\"><th scope=\"row\"><a href=\"rules/%s.html\">", rule->id, rule->id);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_rulebook_leads_to_every_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
