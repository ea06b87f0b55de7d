/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/publish/html.h"

static char *text_of(void (*add)(GString *out, const char *text), const char *text)
{
	GString *out = g_string_new(NULL);

	add(out, text);
	return g_string_free(out, FALSE);
}

static void test_text_is_escaped(void **state)
{
	g_autofree char *html = text_of(html_text, "<a href=\"x\" title='y'>&amp; 招标</a>");
	g_autofree char *nothing = text_of(html_text, NULL);

	assert_string_equal(
		html, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp; 招标&lt;/a&gt;");
	assert_string_equal(nothing, "");
}

static void test_element_closes_by_its_name(void **state)
{
	GString *out = g_string_new(NULL);

	html_element(out, "th scope=\"row\"", "a<b");
	assert_string_equal(out->str, "<th scope=\"row\">a&lt;b</th>");
	g_string_free(out, TRUE);
}

static void test_markdown_becomes_markup(void **state)
{
	static const struct {
		const char *markdown, *html;
	} cases[] = {
		{"# 一、范围", "<h3>一、范围</h3>\n"},
		{"##### 五", "<h6>五</h6>\n"},
		{"a **b**", "<p>a <strong>b</strong></p>\n"},
		{"1. x\n2. y", "<ol>\n<li>x</li>\n<li>y</li>\n</ol>\n"},
		{"[文件](https://a.example/x)",
			"<p><a href=\"https://a.example/x\">文件</a></p>\n"},
		{"", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *html = text_of(html_markdown, cases[i].markdown);
		assert_string_equal(html, cases[i].html);
	}
	g_autofree char *table = text_of(html_markdown, "| 包 | 价 |\n|---|---|\n| 1 | 2 |\n");
	assert_non_null(strstr(table, "<td>1</td>"));
}

/* Whatever an author writes, no script and no markup of his own reaches a reader. */
static void test_markdown_is_safe(void **state)
{
	static const char *const attacks[] = {
		"<script>alert(1)</script>",
		"a <img src=x onerror=alert(1)> b",
		"<iframe src=\"https://evil.example\"></iframe>",
		"[x](javascript:alert(1))",
		"[x](JaVaScRiPt:alert(1))",
		"[x](java&#115;cript:alert(1))",
		"[x](vbscript:x)",
		"[x](data:text/html;base64,PHNjcmlwdD4=)",
		"[x](file:///etc/passwd)",
		"![x](javascript:alert(1))",
		"<javascript:alert(1)>",
		"[x]: javascript:alert(1)\n\n[x]",
		"<a href=\"javascript:alert(1)\">x</a>",
		"| a |\n|---|\n| <script>alert(1)</script> |\n",
		"```html\"><script>alert(1)</script>\nx\n```",
		"[a](https://x.example/ \"t\\\" onclick=\\\"alert(1)\")",
		"![a\" onerror=\"alert(1)](https://x.example/a.png)",
	};
	static const char *const dangers[] = {"<script", "<iframe", "<img src=x",
		"href=\"javascript", "href=\"JaVa", "href=\"vbscript",
		"href=\"data:", "href=\"file:", "src=\"javascript", "\" onclick", "\" onerror",
		"href='"};

	for (size_t i = 0; i < G_N_ELEMENTS(attacks); i++) {
		g_autofree char *html = text_of(html_markdown, attacks[i]);
		for (size_t j = 0; j < G_N_ELEMENTS(dangers); j++)
			if (strstr(html, dangers[j]))
				fail_msg("%s became %s", attacks[i], html);
	}
}

static void test_page_has_a_frame(void **state)
{
	struct html_page page = {.title = "a<b>", .centre = "x & y", .root = "../", .demo = FALSE};
	GString *plain = g_string_new(NULL), *demo = g_string_new(NULL);

	html_begin(plain, &page);
	html_end(plain, &page);
	page.demo = TRUE;
	html_begin(demo, &page);
	html_end(demo, &page);
	assert_true(g_str_has_prefix(plain->str, "<!DOCTYPE html>"));
	assert_non_null(strstr(plain->str, "<title>a&lt;b&gt;</title>"));
	assert_non_null(strstr(plain->str, "<h1>a&lt;b&gt;</h1>"));
	assert_non_null(strstr(plain->str, "x &amp; y"));
	assert_non_null(strstr(plain->str, "href=\"../style.css\""));
	assert_null(strstr(plain->str, "演示"));
	assert_non_null(strstr(demo->str, "演示"));
	assert_null(strstr(demo->str, "<script"));
	assert_null(strstr(demo->str, " style="));
	g_string_free(plain, TRUE);
	g_string_free(demo, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_escaped),
		cmocka_unit_test(test_element_closes_by_its_name),
		cmocka_unit_test(test_markdown_becomes_markup),
		cmocka_unit_test(test_markdown_is_safe),
		cmocka_unit_test(test_page_has_a_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
