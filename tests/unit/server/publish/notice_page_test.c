/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/publish/notice_page.h"

/* What somebody with a grudge would call his project. */
#define EVIL "<script>x</script>\"'&"
#define EVIL_ESCAPED "&lt;script&gt;x&lt;/script&gt;&quot;&#39;&amp;"

/* 2026-03-01 09:00 in Beijing. */
#define NINE_US (INT64_C(1772326800) * 1000000)
#define DAY_US (INT64_C(86400) * 1000000)

static const struct site site = {.centre = "某市公共资源交易中心" EVIL,
	.public_url = "https://x.example/?a&b",
	.demo = FALSE};

static struct notice_row example(void)
{
	struct notice_row n = {
		.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
		.title = (char *)"公告" EVIL,
		.body_md = (char *)"# 范围\n\n" EVIL,
		.project_code = (char *)"P-2026" EVIL,
		.project_name = (char *)"项目" EVIL,
		.published_us = NINE_US,
		.text_sha256 = {0xab, 0xcd},
		.notice = {.kind = NOTICE_ZTB_TENDER,
			.offer_start_us = NINE_US,
			.bid_deadline_us = NINE_US + 20 * DAY_US + 1},
	};

	n.fields = json_pack("{s:s, s:s}", "scope", "范围" EVIL, "unknown", "never shown");
	return n;
}

static void expect_whole(const char *page)
{
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, EVIL));
	assert_non_null(strstr(page, EVIL_ESCAPED));
}

static void test_notice_shows_what_was_published(void **state)
{
	struct notice_row n = example();
	GString *page = notice_page(&site, &n);

	expect_whole(page->str);
	assert_non_null(strstr(page->str, "<h1>公告" EVIL_ESCAPED "</h1>"));
	assert_non_null(strstr(page->str, "2026-03-01 09:00（北京时间）"));
	assert_non_null(strstr(page->str, "2026-03-21 09:00（北京时间）"));
	assert_non_null(strstr(page->str, "范围" EVIL_ESCAPED));
	assert_non_null(strstr(page->str, "abcd0000"));
	assert_non_null(strstr(page->str, n.notice_id));
	/* Times a kind does not have and fields the table does not know have no row. */
	assert_null(strstr(page->str, "公示（公告）开始"));
	assert_null(strstr(page->str, "never shown"));
	json_decref(n.fields);
	g_string_free(page, TRUE);
}

static void test_lists_lead_to_the_notices(void **state)
{
	struct notice_row n = example();
	g_autoptr(GPtrArray) none = g_ptr_array_new(), one = g_ptr_array_new();
	GString *empty = notice_list_page(&site, none, TRUE);
	GString *front, *list;

	g_ptr_array_add(one, &n);
	front = notice_list_page(&site, one, TRUE);
	list = notice_list_page(&site, one, FALSE);
	assert_non_null(strstr(empty->str, "还没有发布公告"));
	expect_whole(front->str);
	expect_whole(list->str);
	assert_non_null(strstr(front->str, "href=\"notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\""));
	assert_non_null(strstr(front->str, "href=\"style.css\""));
	assert_non_null(strstr(list->str, "href=\"01hzzzzzzzzzzzzzzzzzzzzzza.html\""));
	assert_non_null(strstr(list->str, "href=\"../style.css\""));
	assert_non_null(strstr(list->str, "· 2026-03-01<"));
	json_decref(n.fields);
	g_string_free(empty, TRUE);
	g_string_free(front, TRUE);
	g_string_free(list, TRUE);
}

static void note_element(GMarkupParseContext *context, const char *name, const char **names,
	const char **values, void *data, GError **error)
{
	g_string_append_printf(data, "%s ", name);
}

static void test_atom_is_xml(void **state)
{
	static const GMarkupParser parser = {.start_element = note_element};
	struct notice_row n = example();
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	g_autoptr(GString) elements = g_string_new(NULL);
	g_autoptr(GMarkupParseContext) context =
		g_markup_parse_context_new(&parser, 0, elements, NULL);
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(one, &n);
	GString *feed = notice_atom(&site, one);
	if (!g_markup_parse_context_parse(context, feed->str, (gssize)feed->len, &error) ||
		!g_markup_parse_context_end_parse(context, &error))
		fail_msg("%s", error->message);
	assert_string_equal(elements->str, "feed title id updated author name link entry title id "
					   "updated published link category summary ");
	assert_non_null(strstr(feed->str, "<updated>2026-03-01T01:00:00Z</updated>"));
	assert_non_null(strstr(feed->str, "https://x.example/?a&amp;b/notices/01h"));
	expect_whole(feed->str);
	json_decref(n.fields);
	g_string_free(feed, TRUE);
}

static void test_rulebook_has_every_rule(void **state)
{
	GString *page = rulebook_page(&site, rulebook_current());
	const struct rulebook *book = rulebook_current();

	for (size_t i = 0; i < book->n_rules; i++) {
		g_autofree char *anchor = g_strdup_printf("<tr id=\"%s\">", book->rules[i].id);
		assert_non_null(strstr(page->str, anchor));
	}
	g_string_free(page, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notice_shows_what_was_published),
		cmocka_unit_test(test_lists_lead_to_the_notices),
		cmocka_unit_test(test_atom_is_xml),
		cmocka_unit_test(test_rulebook_has_every_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
