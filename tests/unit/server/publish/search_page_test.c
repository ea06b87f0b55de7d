/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/publish/search_page.h"
#include "server/trade/region.h"

#define EVIL "\"><script>x</script>"

static const struct site site = {
	.centre = "某市公共资源交易中心", .public_url = "https://x.example"};

static json_t *example(void)
{
	return json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:s}], s:i, s:b}", "items",
		"notice_id", "01hzzzzzzzzzzzzzzzzzzzzzza", "title", "公告" EVIL, "kind",
		"gp_tender", "kind_title", "公开招标公告", "project_name", "项目" EVIL,
		"buyer_name", "某某局", "published_at", "2026-03-01T01:00:00Z", "next", 7,
		"complete", 0);
}

static void test_a_search_can_be_gone_on_with_and_subscribed_to(void **state)
{
	json_t *asked =
		json_pack("{s:s, s:s, s:i}", "q", "评标" EVIL, "kind", "gp_tender", "after", 9);
	json_t *found = example();
	GString *page = search_page(&site, asked, found, NULL, NULL);
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
	GString *page = search_page(&site, asked, NULL, "太短" EVIL, NULL);

	assert_null(strstr(page->str, "<script"));
	assert_non_null(strstr(page->str, "role=\"alert\">太短"));
	json_decref(asked);
	g_string_free(page, TRUE);
}

static void test_sales_can_be_searched_for(void **state)
{
	json_t *asked = json_pack("{s:s}", "regime", "asset");
	GString *page = search_page(&site, asked, NULL, NULL, NULL);

	assert_non_null(strstr(page->str, "<option value=\"asset\" selected>资产交易"));
	assert_non_null(strstr(page->str, "<option value=\"gp\">"));
	json_decref(asked);
	g_string_free(page, TRUE);
}

/* A code that was asked for is called by its name; a name of several is asked back, the rest kept.
 */
static void test_regions_have_names(void **state)
{
	static const char names[] = "370000,山东省\n370400,枣庄市\n370402,市中区\n";
	static const char *const rows[][2] = {{"370402", "value=\"山东省枣庄市市中区\""},
		{"3704", "value=\"山东省枣庄市\""}, {"37", "value=\"山东省\""},
		{"99", "value=\"99\""}, {"市中区\"", "value=\"市中区&quot;\""},
		{"3704020", "value=\"3704020\""}};
	g_autoptr(GPtrArray) two = g_ptr_array_new();
	struct regions *regions = NULL;
	struct site told = site;

	assert_int_equal(regions_parse(names, strlen(names), &regions, NULL), 0);
	told.regions = regions;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *asked = json_pack("{s:s}", "region", rows[i][0]);
		GString *page = search_page(&told, asked, NULL, NULL, NULL);

		assert_non_null(strstr(page->str, rows[i][1]));
		json_decref(asked);
		g_string_free(page, TRUE);
	}
	g_ptr_array_add(two, (char *)"370402");
	g_ptr_array_add(two, (char *)"370103");
	json_t *asked = json_pack("{s:s, s:s}", "q", "评标", "region", "市中区");
	GString *page = search_page(&told, asked, NULL, "请选择：", two);
	assert_non_null(
		strstr(page->str, "&amp;region=370402\">山东省枣庄市市中区（370402）</a></li>"));
	assert_non_null(strstr(page->str, "&amp;region=370103\">370103</a></li>"));
	assert_string_equal(json_string_value(json_object_get(asked, "region")), "市中区");
	json_decref(asked);
	g_string_free(page, TRUE);
	regions_free(regions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_search_can_be_gone_on_with_and_subscribed_to),
		cmocka_unit_test(test_without_an_answer_there_is_a_message),
		cmocka_unit_test(test_sales_can_be_searched_for),
		cmocka_unit_test(test_regions_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
