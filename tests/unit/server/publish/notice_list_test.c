/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/publish/notice_list.h"
#include "server/trade/region.h"

/* What somebody with a grudge would call his project. */
#define EVIL "<script>x</script>\"'&"
#define EVIL_ESCAPED "&lt;script&gt;x&lt;/script&gt;&quot;&#39;&amp;"

/* 2026-03-01 09:00 in Beijing. */
#define NINE_US (INT64_C(1772326800) * 1000000)

static const struct site site = {.centre = "某市公共资源交易中心" EVIL,
	.public_url = "https://x.example/?a&b",
	.demo = FALSE};
static const struct notice_list all, kind = {.kind = NOTICE_GP_TENDER}, region = {.region = "370402"};

static struct notice_line line = {
	.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
	.project_id = "01hzzzzzzzzzzzzzzzzzzzzzzp",
	.kind = NOTICE_GP_TENDER,
	.title = (char *)"公告" EVIL,
	.project_name = (char *)"项目" EVIL,
	.region = "370402",
	.published_us = NINE_US,
};

static void expect(GString *page, const char *const *parts)
{
	assert_null(strstr(page->str, "<script"));
	for (; *parts; parts++)
		if (!strstr(page->str, *parts))
			fail_msg("no %s in\n%s", *parts, page->str);
	g_string_free(page, TRUE);
}
#define EXPECT(page, ...) expect(page, (const char *const[]){__VA_ARGS__, NULL})

static GArray *months_of(unsigned n)
{
	struct list_month month = {.month = "2026-03", .n = n};
	GArray *months = g_array_new(FALSE, FALSE, sizeof(month));

	g_array_append_val(months, month);
	return months;
}

static void test_lists_lead_to_the_notices(void **state)
{
	g_autoptr(GPtrArray) none = g_ptr_array_new(), one = g_ptr_array_new();
	g_autoptr(GArray) no_months = g_array_new(FALSE, FALSE, sizeof(struct list_month));
	g_autoptr(GArray) months = months_of(NOTICE_LIST_PART + 1);
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(struct notice_list));

	g_ptr_array_add(one, &line);
	g_array_append_val(lists, kind);
	EXPECT(notice_list_page(&site, &all, none, no_months), "还没有发布公告");
	EXPECT(notice_list_page(&site, &all, one, months), EVIL_ESCAPED, "href=\"2026-03-2.html\"",
		"2026年3月", "href=\"../style.css\"",
		"href=\"../notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\"");
	EXPECT(notice_list_page(&site, &kind, one, months), "<h1>公开招标公告</h1>",
		"href=\"../../../notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\"",
		"href=\"../../../notices/kind/gp_tender/atom.xml\"");
	EXPECT(notice_list_page(&site, &region, one, months), "<h1>370402 地区公告</h1>");
	EXPECT(front_page(&site, one, lists, lists), EVIL_ESCAPED, "href=\"style.css\"",
		"href=\"notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\"", "action=\"/search\"",
		"href=\"notices/kind/gp_tender/index.html\"");
}

static void test_a_region_has_its_name(void **state)
{
	static const char table[] = "370000,山东省\n370400,枣庄市\n370402,市中区" EVIL "\n";
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	g_autoptr(GArray) no_months = g_array_new(FALSE, FALSE, sizeof(struct list_month));
	g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(struct notice_list));
	struct regions *names = NULL;
	struct site named = site;

	assert_int_equal(regions_parse(table, strlen(table), &names, NULL), 0);
	named.regions = names;
	g_array_append_val(lists, region);
	EXPECT(notice_list_page(&named, &region, none, no_months),
		"<h1>山东省枣庄市市中区" EVIL_ESCAPED "（370402）公告</h1>");
	EXPECT(front_page(&named, none, lists, lists),
		"<a href=\"notices/region/370402/index.html\">山东省枣庄市市中区");
	EXPECT(notice_list_atom(&named, &region, none), "山东省枣庄市市中区");
	regions_free(names);
}

static void test_a_month_has_parts(void **state)
{
	struct notice_line second = line;
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	struct list_month month = {.month = "2026-03", .n = NOTICE_LIST_PART + 2};

	g_strlcpy(second.notice_id, "01hzzzzzzzzzzzzzzzzzzzzzzb", sizeof(second.notice_id));
	g_ptr_array_add(lines, &line);
	g_ptr_array_add(lines, &second);
	GString *page = notice_month_page(&site, &all, &month, 2, lines);
	/* The newest stands first. */
	assert_true(strstr(page->str, second.notice_id) < strstr(page->str, line.notice_id));
	EXPECT(page, "交易公告 · 2026年3月", "<a href=\"2026-03.html\">第 1 页</a>",
		"<strong aria-current=\"page\">第 2 页</strong>");
}

static void note_element(GMarkupParseContext *context, const char *name, const char **names,
	const char **values, void *data, GError **error)
{
	g_string_append_printf(data, "%s ", name);
}

static void expect_elements(GString *xml, const char *elements)
{
	static const GMarkupParser parser = {.start_element = note_element};
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, seen, NULL);
	g_autoptr(GError) error = NULL;

	if (!g_markup_parse_context_parse(context, xml->str, (gssize)xml->len, &error) ||
		!g_markup_parse_context_end_parse(context, &error))
		fail_msg("%s", error->message);
	assert_string_equal(seen->str, elements);
}

static void test_feeds_and_sitemaps_are_xml(void **state)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	g_autoptr(GArray) months = months_of(1);

	g_ptr_array_add(one, &line);
	GString *feed = notice_list_atom(&site, &kind, one);
	expect_elements(feed, "feed title id updated author name link entry title id "
			      "updated published link category summary ");
	EXPECT(feed, "<updated>2026-03-01T01:00:00Z</updated>",
		"https://x.example/?a&amp;b/notices/01h", "/notices/kind/gp_tender/atom.xml</id>");
	GString *index = sitemap_index(&site, months), *part = sitemap_part(&site, one);
	expect_elements(index, "sitemapindex sitemap loc ");
	EXPECT(index, "https://x.example/?a&amp;b/sitemap/2026-03-1.xml");
	expect_elements(part, "urlset url loc lastmod ");
	EXPECT(part, "/notices/01hzzzzzzzzzzzzzzzzzzzzzza.html");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_lead_to_the_notices),
		cmocka_unit_test(test_a_region_has_its_name),
		cmocka_unit_test(test_a_month_has_parts),
		cmocka_unit_test(test_feeds_and_sitemaps_are_xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
