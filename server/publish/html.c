/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/html.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>

const char html_style[] =
	"html{font:16px/1.7 system-ui,\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\","
	"sans-serif;color:#1f2328;background:#fff}\n"
	"body{max-width:60rem;margin:0 auto;padding:0 1rem 3rem}\n"
	"header{border-bottom:3px solid #0b5cad;margin-bottom:1.5rem}\n"
	"header p{margin:.8rem 0;font-weight:600}\n"
	"a{color:#0b5cad}a:focus-visible{outline:3px solid #f5a623}\n"
	"h1{font-size:1.5rem;line-height:1.4}h2{font-size:1.15rem;margin-top:2rem}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"th,td{border:1px solid #c8ced6;padding:.4rem .6rem;text-align:left;vertical-align:top}\n"
	"th{background:#f2f5f9;font-weight:600}th[scope=row]{width:11rem}\n"
	".hash{font-family:monospace;overflow-wrap:anywhere;font-size:.85rem}\n"
	".demo{background:#7a1f1f;color:#fff;padding:.5rem 1rem;margin:0 -1rem}\n"
	".quiet{color:#57606a;font-size:.9rem}.list li{margin:.5rem 0}\n"
	"@media print{header,nav{display:none}}\n"
	"@media(max-width:40rem){th[scope=row]{width:auto}table{font-size:.9rem}}\n";

void html_text(GString *out, const char *text)
{
	for (const char *p = text; p && *p; p++) {
		switch (*p) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '"':
			g_string_append(out, "&quot;");
			break;
		case '\'':
			g_string_append(out, "&#39;");
			break;
		default:
			g_string_append_c(out, *p);
		}
	}
}

void html_element(GString *out, const char *tag, const char *text)
{
	size_t name_len = strcspn(tag, " ");

	g_string_append_printf(out, "<%s>", tag);
	html_text(out, text);
	g_string_append_printf(out, "</%.*s>", (int)name_len, tag);
}

void html_markdown(GString *out, const char *markdown)
{
	cmark_gfm_core_extensions_ensure_registered();
	cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	cmark_syntax_extension *table = cmark_find_syntax_extension("table");

	if (table)
		cmark_parser_attach_syntax_extension(parser, table);
	cmark_parser_feed(parser, markdown, strlen(markdown));
	cmark_node *document = cmark_parser_finish(parser);
	char *html = cmark_render_html(
		document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser));
	g_string_append(out, html);
	free(html);
	cmark_node_free(document);
	cmark_parser_free(parser);
}

void html_begin(GString *out, const struct html_page *page)
{
	g_string_append(out,
		"<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
	html_element(out, "title", page->title);
	g_string_append_printf(out,
		"\n<link rel=\"stylesheet\" href=\"%sstyle.css\">\n"
		"<link rel=\"alternate\" type=\"application/atom+xml\" title=\"公告\" "
		"href=\"%satom.xml\">\n</head>\n<body>\n",
		page->root, page->root);
	if (page->demo)
		g_string_append(out,
			"<p class=\"demo\" role=\"note\">演示环境：法定时间可以拨快，所列信息"
			"没有法律效力。 Demo: its legal time can be advanced.</p>\n");
	g_string_append(out, "<header><p>");
	html_text(out, page->centre);
	g_string_append_printf(out,
		"</p>\n<nav aria-label=\"主导航\"><p><a href=\"%sindex.html\">首页</a> · "
		"<a href=\"%snotices/index.html\">交易公告</a> · "
		"<a href=\"%srulebook.html\">交易规则</a> · "
		"<a href=\"%satom.xml\">订阅</a> · <a href=\"/console/\">登录</a></p></nav></header>\n"
		"<main>\n",
		page->root, page->root, page->root, page->root);
	html_element(out, "h1", page->title);
	g_string_append_c(out, '\n');
}

void html_end(GString *out, const struct html_page *page)
{
	g_string_append_printf(out,
		"</main>\n<footer><p class=\"quiet\">每项公开行为都记入可核验的台账："
		"<a href=\"%sledger/checkpoint\">检查点</a> · <a href=\"%sledger/key\">公钥</a></p>"
		"</footer>\n</body>\n</html>\n",
		page->root, page->root);
}
