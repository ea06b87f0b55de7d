/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_page.h"

#include "proto/hex.h"
#include "server/core/clock.h"
#include "server/publish/html.h"

static void begin(GString *out, const struct site *site, const char *title, const char *root,
	struct html_page *ret)
{
	*ret = (struct html_page){
		.title = title, .centre = site->centre, .root = root, .demo = site->demo};
	html_begin(out, ret);
}

static void row(GString *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	g_string_append(out, "<tr>");
	html_element(out, "th scope=\"row\"", name);
	html_element(out, "td", value);
	g_string_append(out, "</tr>\n");
}

/* Beijing time to the minute: "2026-03-01 09:00（北京时间）". */
static void time_row(GString *out, const char *name, int64_t t_us)
{
	char text[CLOCK_TEXT_SIZE];

	if (!t_us)
		return;
	clock_format_beijing(t_us, text);
	text[10] = ' ';
	text[16] = '\0';
	g_autofree char *value = g_strdup_printf("%s（北京时间）", text);
	row(out, name, value);
}

static void facts(GString *out, const struct notice_row *n)
{
	const struct notice *t = &n->notice;
	size_t n_fields;
	const struct notice_field *fields = notice_fields(&n_fields);

	g_string_append(out, "<table>\n<tbody>\n");
	row(out, "公告类型", notice_kind_title(t->kind));
	row(out, "项目编号", n->project_code);
	row(out, "项目名称", n->project_name);
	time_row(out, "发布时间", n->published_us);
	time_row(out, "文件获取开始", t->offer_start_us);
	time_row(out, "文件获取截止", t->offer_end_us);
	time_row(out, "投标截止及开标", t->bid_deadline_us);
	time_row(out, "公示（公告）开始", t->publicity_start_us);
	time_row(out, "公示（公告）截止", t->publicity_end_us);
	for (size_t i = 0; i < n_fields; i++)
		if (fields[i].kind == t->kind)
			row(out, fields[i].label,
				json_string_value(json_object_get(n->fields, fields[i].name)));
	g_string_append(out, "</tbody>\n</table>\n");
}

GString *notice_page(const struct site *site, const struct notice_row *n)
{
	GString *out = g_string_new(NULL);
	struct html_page page;
	g_autofree char *hex = hex_encode(n->text_sha256, sizeof(n->text_sha256));

	begin(out, site, n->title, "../", &page);
	facts(out, n);
	g_string_append(out, "<h2>正文</h2>\n<article>\n");
	html_markdown(out, n->body_md);
	g_string_append(out, "</article>\n<h2>核验</h2>\n<p>公告全文（规范 JSON）的 SHA-256：</p>\n"
			     "<p class=\"hash\">");
	html_text(out, hex);
	g_string_append(out, "</p>\n<p class=\"quiet\">公告编号 ");
	html_text(out, n->notice_id);
	g_string_append(out, "；本页内容与台账中的发布事件一致。</p>\n");
	html_end(out, &page);
	return out;
}

static void list_item(GString *out, const struct notice_row *n, const char *prefix)
{
	char date[CLOCK_TEXT_SIZE];

	g_string_append_printf(out, "<li><a href=\"%s%s.html\">", prefix, n->notice_id);
	html_text(out, n->title);
	g_string_append(out, "</a><br><span class=\"quiet\">");
	html_text(out, notice_kind_title(n->notice.kind));
	g_string_append_printf(
		out, " · %s</span></li>\n", clock_format_beijing_date(n->published_us, date));
}

GString *notice_list_page(const struct site *site, const GPtrArray *notices, gboolean front)
{
	GString *out = g_string_new(NULL);
	struct html_page page;

	begin(out, site, front ? site->centre : "交易公告", front ? "" : "../", &page);
	if (front)
		html_element(out, "h2", "最新公告");
	if (!notices->len)
		g_string_append(out, "<p>还没有发布公告。</p>\n");
	g_string_append(out, "<ul class=\"list\">\n");
	for (guint i = 0; i < notices->len; i++)
		list_item(out, g_ptr_array_index(notices, i), front ? "notices/" : "");
	g_string_append(out, "</ul>\n");
	html_end(out, &page);
	return out;
}

static void atom_entry(GString *out, const struct site *site, const struct notice_row *n)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format_utc(n->published_us, time);
	g_string_append(out, "<entry>\n");
	html_element(out, "title", n->title);
	g_string_append_printf(out,
		"\n<id>urn:bidroom:notice:%s</id>\n<updated>%s</updated>\n<published>%s</published>\n",
		n->notice_id, time, time);
	g_string_append(out, "<link href=\"");
	html_text(out, site->public_url);
	g_string_append_printf(out, "/notices/%s.html\"/>\n<category term=\"%s\" label=\"%s\"/>\n",
		n->notice_id, notice_kind_name(n->notice.kind), notice_kind_title(n->notice.kind));
	html_element(out, "summary", n->project_name);
	g_string_append(out, "\n</entry>\n");
}

GString *notice_atom(const struct site *site, const GPtrArray *notices)
{
	GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
				    "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
	const struct notice_row *newest = notices->len ? g_ptr_array_index(notices, 0) : NULL;
	char time[CLOCK_TEXT_SIZE];

	html_element(out, "title", site->centre);
	g_string_append(out, "\n<id>");
	html_text(out, site->public_url);
	g_string_append_printf(out, "/atom.xml</id>\n<updated>%s</updated>\n<author>",
		clock_format_utc(newest ? newest->published_us : 0, time));
	html_element(out, "name", site->centre);
	g_string_append(out, "</author>\n<link rel=\"self\" href=\"");
	html_text(out, site->public_url);
	g_string_append(out, "/atom.xml\"/>\n");
	for (guint i = 0; i < notices->len; i++)
		atom_entry(out, site, g_ptr_array_index(notices, i));
	g_string_append(out, "</feed>\n");
	return out;
}

GString *rulebook_page(const struct site *site, const struct rulebook *book)
{
	GString *out = g_string_new(NULL);
	struct html_page page;

	begin(out, site, "交易规则", "", &page);
	g_string_append(out, "<p>版本 ");
	html_text(out, book->version);
	g_string_append(out, "。标有“未核实”的条目未见到原文，仅供参考。</p>\n<table>\n<thead><tr>"
			     "<th scope=\"col\">编号</th><th scope=\"col\">规则</th>"
			     "<th scope=\"col\">依据</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < book->n_rules; i++) {
		const struct rule *rule = &book->rules[i];
		g_string_append_printf(out, "<tr id=\"%s\">", rule->id);
		html_element(out, "th scope=\"row\"", rule->id);
		html_element(out, "td", rule->text);
		g_string_append(out, "<td>");
		html_text(out, rule->source);
		if (!rule->verified)
			g_string_append(out, "（未核实）");
		g_string_append(out, "</td></tr>\n");
	}
	g_string_append(out, "</tbody>\n</table>\n");
	html_end(out, &page);
	return out;
}
