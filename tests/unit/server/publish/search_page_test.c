/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/publish/search_page.h"

#define EVIL "\"><script>x</script>"

static const struct site site = {.centre = "某市公共资源交易中心", .public_url = "https://x.example"};

static json_t *example(void)
{
	return json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:s}], s:i, s:b}", "items", "notice_id",
		"01hzzzzzzzzzzzzzzzzzzzzzza", "title", "公告" EVIL, "kind", "gp_tender", "kind_title",
		"公开招标公告", "project_name", "项目" EVIL, "buyer_name", "某某局", "published_at",
		"2026-03-01T01:00:00Z", "next", 7, "complete", 0);
}

static void test_a_search_can_be_gone_on_with_and_subscribed_to(void **state)
{
	json_t *asked = json_pack("{s:s, s:s, s:i}", "q", "评标" EVIL, "kind", "gp_tender", "after", 9);
	json_t *found = example();
	GString *page = search_page(&site, asked, found, NULL);
	GString *feed = search_atom(&site, asked, found);

	assert_null(strstr(page->str, "<script"));
	assert_null(strstr(feed->str, "<script"));
	assert_non_null(strstr(page->str, "value=\"评标&quot;&gt;&lt;script&gt;"));
	assert_non_null(strstr(page->str, "<option value=\"gp_tender\" selected>"));
	assert_non_null(strstr(page->str, "script%3E&amp;kind=gp_tender&amp;after=7\">更早的结果"));
	assert_non_null(strstr(page->str, "href=\"/search.atom?q="));
	assert_non_null(strstr(page->str, "结果可能不全"));
	assert_non_null(strstr(page->str, "href=\"/notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\""));
	assert_non_null(strstr(feed->str, "<updated>2026-03-01T01:00:00Z</updated>"));
	json_decref(asked);
	json_decref(found);
	g_string_free(page, TRUE);
	g_string_free(feed, TRUE);
}

static void test_without_an_answer_there_is_a_message(void **state)
{
	json_t *asked = json_object();
	GString *page = search_page(&site, asked, NULL, "太短" EVIL);

	assert_null(strstr(page->str, "<script"));
	assert_non_null(strstr(page->str, "role=\"alert\">太短"));
	json_decref(asked);
	g_string_free(page, TRUE);
}

static void test_sales_can_be_searched_for(void **state)
{
	json_t *asked = json_pack("{s:s}", "regime", "asset");
	GString *page = search_page(&site, asked, NULL, NULL);

	assert_non_null(strstr(page->str, "<option value=\"asset\" selected>资产交易"));
	assert_non_null(strstr(page->str, "<option value=\"gp\">"));
	json_decref(asked);
	g_string_free(page, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_search_can_be_gone_on_with_and_subscribed_to),
		cmocka_unit_test(test_without_an_answer_there_is_a_message),
		cmocka_unit_test(test_sales_can_be_searched_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
