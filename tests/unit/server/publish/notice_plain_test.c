/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

static void expect(const char *published, const char *want)
{
	json_auto_t *text = json_loads(published, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(text);
	g_autofree char *plain = notice_plain(text);
	assert_string_equal(plain, want);
}

static void test_everything_the_page_says(void **state)
{
	expect("{\"kind\":\"gp_tender\",\"title\":\"公开招标公告\",\"project_code\":\"P-1\","
	       "\"project_name\":\"运维\",\"published_at\":\"2026-03-01T01:00:00.5Z\","
	       "\"follows\":\"01hz\",\"follows_title\":\"前一公告\","
	       "\"lot_nos\":[1,3],\"offer_start\":\"2026-03-02T01:00:00Z\","
	       "\"deadline\":\"2026-03-30T01:30:00Z\","
	       "\"fields\":{\"scope\":\"运维一年\",\"remark\":\"不是栏目\"},"
	       "\"withheld\":[{\"field\":\"bond\",\"reason\":\"涉密\"}],"
	       "\"media\":[{\"name\":\"某网\",\"address\":\"https://a.example\"}],"
	       "\"attachments\":[{\"name\":\"清单.pdf\"}],\"body_md\":\"正文\"}",
		"公开招标公告\n公告类型：公开招标公告\n项目编号：P-1\n项目名称：运维\n"
		"标段（包）：1、3\n前序公告：前一公告\n发布时间：2026-03-01 09:00（北京时间）\n"
		"文件获取开始：2026-03-02 09:00（北京时间）\n"
		"投标截止及开标：2026-03-30 09:30（北京时间）\n采购需求：运维一年\n"
		"投标保证金：不予公开。原因：涉密\n"
		"同时发布的媒介：某网（https://a.example）\n附件：清单.pdf\n正文\n正文\n\n");
}

static void test_what_is_not_said_has_no_line(void **state)
{
	expect("{\"kind\":\"gp_result\",\"title\":\"结果\",\"fields\":{},\"body_md\":\"完\"}",
		"结果\n公告类型：中标结果公告\n正文\n完\n\n");
}

/* What was published before the title of its predecessor stood in the text is compared as it was. */
static void test_an_older_text_stays_what_it_was(void **state)
{
	expect("{\"kind\":\"gp_change\",\"title\":\"更正\",\"follows\":\"01hz\",\"fields\":{},\"body_md\":\"完\"}",
		"更正\n公告类型：更正公告\n正文\n完\n\n");
}

/* Who reads "see item 2" or "here" finds it. */
static void test_lists_and_links(void **state)
{
	expect("{\"kind\":\"gp_result\",\"title\":\"结果\",\"fields\":{},\"body_md\":"
	       "\"3. 甲\\n4. 乙\\n\\n- 丙\\n\\n1) 见[网页](https://a.example/x)和<https://b.example>\"}",
		"结果\n公告类型：中标结果公告\n正文\n3. 甲\n\n4. 乙\n\n\n丙\n\n\n"
		"1) 见网页（https://a.example/x）和https://b.example\n\n\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_the_page_says),
		cmocka_unit_test(test_what_is_not_said_has_no_line),
		cmocka_unit_test(test_an_older_text_stays_what_it_was),
		cmocka_unit_test(test_lists_and_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
