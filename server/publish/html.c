/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/html.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/clock.h"

const char html_style[] =
	"html{font:16px/1.7 system-ui,\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\","
	"sans-serif;color:#1f2328;background:#fff}\n"
	"body{max-width:60rem;margin:0 auto;padding:0 1rem 3rem}\n"
	"header{border-bottom:3px solid #0b5cad;margin-bottom:1.5rem}\n"
	"header p{margin:.8rem 0;font-weight:600}\n"
	"a{color:#0b5cad}a:focus-visible,input:focus-visible,select:focus-visible,"
	"button:focus-visible{outline:3px solid #b35900;outline-offset:2px}\n"
	".skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:#fff;"
	"padding:.3rem .8rem;z-index:1}\n"
	"h1{font-size:1.5rem;line-height:1.4;overflow-wrap:anywhere}"
	"h2{font-size:1.15rem;margin-top:2rem}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"th,td{border:1px solid #c8ced6;padding:.4rem .6rem;text-align:left;vertical-align:top;"
	"overflow-wrap:anywhere}\n"
	"th{background:#f2f5f9;font-weight:600}th[scope=row]{width:11rem}\n"
	".hash{font-family:monospace;overflow-wrap:anywhere;font-size:.85rem}\n"
	".demo{background:#7a1f1f;color:#fff;padding:.5rem 1rem;margin:0 -1rem}\n"
	".withdrawn{border:2px solid #7a1f1f;padding:.5rem 1rem;font-weight:600}\n"
	".quiet{color:#57606a;font-size:.9rem}.list,.links{padding-left:1.2rem}"
	".list li{margin:.5rem 0;overflow-wrap:anywhere}\n"
	".links li{display:inline-block;margin-right:1.2rem}\n"
	"form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:1rem 0}"
	"label{display:block;font-size:.9rem}\n"
	"input,select,button{font:inherit;padding:.35rem .6rem;border:1px solid #6e7781;"
	"border-radius:4px;background:#fff;color:inherit;max-width:100%;box-sizing:border-box}\n"
	"button{background:#0b5cad;color:#fff;border-color:#0b5cad;padding:.35rem 1.4rem}\n"
	"@media print{header nav,form,.skip,.screen{display:none}body{max-width:none;padding:0}"
	"a{color:inherit;text-decoration:none}thead{display:table-header-group}"
	"tr,li{break-inside:avoid}h1,h2{break-after:avoid}}\n"
	"@media(max-width:40rem){th[scope=row]{width:auto;min-width:6rem}table{font-size:.9rem}"
	"nav a{display:inline-block;padding:.2rem 0}form>*{flex:1 1 100%}"
	"form input,form select{width:100%}}\n";

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

static cmark_parser *markdown_parser(void)
{
	cmark_gfm_core_extensions_ensure_registered();
	cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	cmark_syntax_extension *table = cmark_find_syntax_extension("table");

	if (table)
		cmark_parser_attach_syntax_extension(parser, table);
	return parser;
}

/* The page has its title as h1 and its sections as h2: what an author begins with is below them. */
static void lower_headings(cmark_node *document)
{
	for (cmark_node *node = cmark_node_first_child(document); node;
		node = cmark_node_next(node))
		if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
			cmark_node_set_heading_level(
				node, MIN(6, cmark_node_get_heading_level(node) + 2));
}

void html_markdown(GString *out, const char *markdown)
{
	cmark_parser *parser = markdown_parser();

	cmark_parser_feed(parser, markdown, strlen(markdown));
	cmark_node *document = cmark_parser_finish(parser);
	lower_headings(document);
	char *html = cmark_render_html(
		document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser));
	g_string_append(out, html);
	free(html);
	cmark_node_free(document);
	cmark_parser_free(parser);
}

/* Words of one block follow each other as they are read; between blocks the line ends. */
static void append_words(GString *out, cmark_node *node, cmark_event_type event)
{
	cmark_node_type type = cmark_node_get_type(node);

	if (event == CMARK_EVENT_EXIT || type == CMARK_NODE_CODE_BLOCK) {
		if (type == CMARK_NODE_CODE_BLOCK)
			g_string_append(out, cmark_node_get_literal(node));
		if ((type & CMARK_NODE_TYPE_MASK) != CMARK_NODE_TYPE_INLINE)
			g_string_append_c(out, '\n');
	} else if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) {
		g_string_append(out, cmark_node_get_literal(node));
	} else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
		g_string_append_c(out, '\n');
	}
}

static void append_number(GString *out, cmark_node *item)
{
	cmark_node *list = cmark_node_parent(item);
	int no = cmark_node_get_list_start(list);

	if (cmark_node_get_list_type(list) != CMARK_ORDERED_LIST)
		return;
	for (cmark_node *before = cmark_node_previous(item); before;
		before = cmark_node_previous(before))
		no++;
	g_string_append_printf(
		out, "%d%c ", no, cmark_node_get_list_delim(list) == CMARK_PAREN_DELIM ? ')' : '.');
}

/* An address that stands there as the link's own words is not said twice. */
static void append_address(GString *out, cmark_node *link)
{
	const char *url = cmark_node_get_url(link);

	if (url && *url && !g_str_has_suffix(out->str, url))
		g_string_append_printf(out, "（%s）", url);
}

static void append_plain(GString *out, cmark_node *node, cmark_event_type event)
{
	cmark_node_type type = cmark_node_get_type(node);

	if (event == CMARK_EVENT_ENTER && type == CMARK_NODE_ITEM)
		append_number(out, node);
	append_words(out, node, event);
	if (event == CMARK_EVENT_EXIT && (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE))
		append_address(out, node);
}

static void walk(GString *out, const char *markdown,
	void (*append)(GString *out, cmark_node *node, cmark_event_type event))
{
	cmark_parser *parser = markdown_parser();
	cmark_event_type event;

	cmark_parser_feed(parser, markdown, strlen(markdown));
	cmark_node *document = cmark_parser_finish(parser);
	cmark_iter *iter = cmark_iter_new(document);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		append(out, cmark_iter_get_node(iter), event);
	cmark_iter_free(iter);
	cmark_node_free(document);
	cmark_parser_free(parser);
}

void html_markdown_text(GString *out, const char *markdown)
{
	walk(out, markdown, append_words);
}

void html_markdown_plain(GString *out, const char *markdown)
{
	walk(out, markdown, append_plain);
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
		"href=\"%s%s\">\n</head>\n<body>\n"
		"<a class=\"skip\" href=\"#main\">跳到正文</a>\n",
		page->root, page->root, page->feed ? page->feed : "atom.xml");
	g_string_append(out, "<header>");
	if (page->demo)
		g_string_append(out,
			"<p class=\"demo\" role=\"note\">演示环境：法定时间可以拨快，所列信息"
			"没有法律效力。 <span lang=\"en\">Demo: its legal time can be "
			"advanced.</span></p>\n");
	g_string_append(out, "<p>");
	html_text(out, page->centre);
	g_string_append_printf(out,
		"</p>\n<nav aria-label=\"主导航\"><p><a href=\"%sindex.html\">首页</a> · "
		"<a href=\"%snotices/index.html\">交易公告</a> · "
		"<a href=\"/search\">检索</a> · "
		"<a href=\"%srulebook.html\">交易规则</a> · "
		"<a href=\"%sopen-data.html\">开放数据</a> · "
		"<a href=\"%satom.xml\">订阅</a> · <a href=\"/console/\">登录</a></p></nav></header>\n"
		"<main id=\"main\">\n",
		page->root, page->root, page->root, page->root, page->root);
	html_element(out, "h1", page->title);
	g_string_append_c(out, '\n');
}

void html_end(GString *out, const struct html_page *page)
{
	g_string_append_printf(out,
		"</main>\n<footer><p class=\"quiet\">每项公开行为都记入可核验的账本："
		"<a href=\"%sledger/checkpoint\">检查点</a> · <a href=\"%sledger/key\">公钥</a></p>"
		"</footer>\n</body>\n</html>\n",
		page->root, page->root);
}

void html_search_form(GString *out, const char *typed)
{
	g_string_append(out,
		"<form action=\"/search\" method=\"get\" role=\"search\">\n"
		"<div><label for=\"q\">检索公告</label>"
		"<input id=\"q\" name=\"q\" type=\"search\" maxlength=\"100\" value=\"");
	html_text(out, typed);
	g_string_append(out, "\"></div>\n<button>检索</button>\n</form>\n");
}

void html_atom_begin(GString *out, const char *public_url, const char *path, const char *title,
	const char *author, int64_t updated_us)
{
	char time[CLOCK_TEXT_SIZE];

	g_string_append(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			     "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	html_element(out, "title", title);
	g_string_append(out, "\n<id>");
	html_text(out, public_url);
	html_text(out, path);
	g_string_append_printf(
		out, "</id>\n<updated>%s</updated>\n<author>", clock_format_utc(updated_us, time));
	html_element(out, "name", author);
	g_string_append(out, "</author>\n<link rel=\"self\" href=\"");
	html_text(out, public_url);
	html_text(out, path);
	g_string_append(out, "\"/>\n");
}

void html_atom_entry(GString *out, const char *public_url, const struct html_entry *entry)
{
	char time[CLOCK_TEXT_SIZE], updated[CLOCK_TEXT_SIZE];
	g_autofree char *title =
		g_strconcat(entry->title, entry->withdrawn_us ? "（已撤回）" : NULL, NULL);

	clock_format_utc(entry->published_us, time);
	clock_format_utc(MAX(entry->published_us, entry->withdrawn_us), updated);
	g_string_append(out, "<entry>\n");
	html_element(out, "title", title);
	g_string_append_printf(out,
		"\n<id>urn:bidroom:notice:%s</id>\n<updated>%s</updated>\n"
		"<published>%s</published>\n<link href=\"",
		entry->id, updated, time);
	html_text(out, public_url);
	g_string_append_printf(out, "/notices/%s.html\"/>\n<category term=\"", entry->id);
	html_text(out, entry->category);
	g_string_append(out, "\" label=\"");
	html_text(out, entry->category_label);
	g_string_append(out, "\"/>\n");
	html_element(out, "summary", entry->summary);
	g_string_append(out, "\n</entry>\n");
}
