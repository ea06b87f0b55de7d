/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_list.h"

#include <string.h>

#include "server/core/clock.h"
#include "server/publish/html.h"
#include "server/trade/region.h"

char *notice_list_dir(const struct notice_list *list)
{
	if (list->kind)
		return g_strdup_printf("notices/kind/%s", notice_kind_name(list->kind));
	return list->region[0] ? g_strdup_printf("notices/region/%s", list->region)
			       : g_strdup("notices");
}

char *notice_list_part_name(const char *month, unsigned part)
{
	return part > 1 ? g_strdup_printf("%s-%u.html", month, part)
			: g_strdup_printf("%s.html", month);
}

static char *list_title(const struct site *site, const struct notice_list *list)
{
	g_autofree char *name = regions_name(site->regions, list->region);

	if (list->kind)
		return g_strdup(notice_kind_title(list->kind));
	if (name)
		return g_strdup_printf("%s（%s）公告", name, list->region);
	return list->region[0] ? g_strdup_printf("%s 地区公告", list->region)
			       : g_strdup("交易公告");
}

/* From a page of the list to the first page of the house. */
static const char *root_of(const struct notice_list *list)
{
	return list->kind || list->region[0] ? "../../../" : "../";
}

static void begin(GString *out, const struct site *site, const struct notice_list *list,
	const char *title, struct html_page *ret)
{
	g_autofree char *dir = notice_list_dir(list);
	bool all = !list->kind && !list->region[0];
	g_autofree char *feed = all ? g_strdup("atom.xml") : g_strdup_printf("%s/atom.xml", dir);

	*ret = (struct html_page){.title = title,
		.centre = site->centre,
		.root = root_of(list),
		.feed = feed,
		.demo = site->demo};
	html_begin(out, ret);
	g_string_append_printf(out,
		"<p class=\"quiet\"><a href=\"%s%s\">订阅本列表（Atom）</a></p>\n", ret->root,
		feed);
	ret->feed = NULL;
}

static void list_item(GString *out, const struct notice_line *n, const char *root)
{
	char date[CLOCK_TEXT_SIZE];

	clock_format_beijing_date(n->published_us, date);
	g_string_append_printf(out, "<li><a href=\"%snotices/%s.html\">", root, n->notice_id);
	html_text(out, n->title);
	g_string_append(out, n->withdrawn_us ? "（已撤回）" : "");
	g_string_append(out, "</a><br><span class=\"quiet\">");
	html_text(out, notice_kind_title(n->kind));
	g_string_append_printf(out, " · <time datetime=\"%s\">%s</time> · ", date, date);
	html_text(out, n->project_name);
	g_string_append(out, "</span></li>\n");
}

static void items(GString *out, const GPtrArray *lines, const char *root, bool backwards)
{
	if (!lines->len) {
		g_string_append(out, "<p>还没有发布公告。</p>\n");
		return;
	}
	g_string_append(out, "<ul class=\"list\">\n");
	for (guint i = 0; i < lines->len; i++)
		list_item(out, g_ptr_array_index(lines, backwards ? lines->len - 1 - i : i), root);
	g_string_append(out, "</ul>\n");
}

static unsigned parts_of(const struct list_month *m)
{
	return MAX(1, (m->n + NOTICE_LIST_PART - 1) / NOTICE_LIST_PART);
}

/* "2026年3月" */
static void month_name(GString *out, const char *month)
{
	g_string_append_printf(out, "%.4s年%d月", month, (int)g_ascii_strtoll(month + 5, NULL, 10));
}

static void month_links(GString *out, const GArray *months)
{
	if (!months->len)
		return;
	g_string_append(
		out, "<nav aria-labelledby=\"months\">\n<h2 id=\"months\">按月查看</h2>\n<ul>\n");
	for (guint i = 0; i < months->len; i++) {
		const struct list_month *m = &g_array_index(months, struct list_month, i);
		g_autofree char *name = notice_list_part_name(m->month, parts_of(m));
		g_string_append_printf(out, "<li><a href=\"%s\">", name);
		month_name(out, m->month);
		g_string_append_printf(out, "</a>（%u 条）</li>\n", m->n);
	}
	g_string_append(out, "</ul>\n</nav>\n");
}

GString *notice_list_page(const struct site *site, const struct notice_list *list,
	const GPtrArray *newest, const GArray *months)
{
	GString *out = g_string_new(NULL);
	g_autofree char *title = list_title(site, list);
	struct html_page page;

	begin(out, site, list, title, &page);
	items(out, newest, page.root, false);
	month_links(out, months);
	html_end(out, &page);
	return out;
}

static void part_links(GString *out, const struct list_month *m, unsigned part)
{
	if (parts_of(m) == 1)
		return;
	g_string_append(out, "<nav aria-label=\"分页\"><p>");
	for (unsigned i = parts_of(m); i >= 1; i--) {
		g_autofree char *name = notice_list_part_name(m->month, i);
		if (i == part)
			g_string_append_printf(
				out, "<strong aria-current=\"page\">第 %u 页</strong> ", i);
		else
			g_string_append_printf(out, "<a href=\"%s\">第 %u 页</a> ", name, i);
	}
	g_string_append(out, "</p></nav>\n");
}

GString *notice_month_page(const struct site *site, const struct notice_list *list,
	const struct list_month *month, unsigned part, const GPtrArray *lines)
{
	GString *out = g_string_new(NULL);
	g_autofree char *name = list_title(site, list);
	g_autoptr(GString) title = g_string_new(name);
	struct html_page page;

	g_string_append(title, " · ");
	month_name(title, month->month);
	begin(out, site, list, title->str, &page);
	g_string_append(out, "<p><a href=\"index.html\">返回列表</a></p>\n");
	part_links(out, month, part);
	items(out, lines, page.root, true);
	html_end(out, &page);
	return out;
}

static void atom_entry(GString *out, const struct site *site, const struct notice_line *n)
{
	const struct html_entry entry = {.id = n->notice_id,
		.title = n->title,
		.summary = n->project_name,
		.category = notice_kind_name(n->kind),
		.category_label = notice_kind_title(n->kind),
		.published_us = n->published_us,
		.withdrawn_us = n->withdrawn_us};

	html_atom_entry(out, site->public_url, &entry);
}

/* A withdrawal changes the feed as much as a publication. */
static int64_t last_change(const GPtrArray *lines)
{
	int64_t last_us = 0;

	for (guint i = 0; i < lines->len; i++) {
		const struct notice_line *n = g_ptr_array_index(lines, i);
		last_us = MAX(last_us, MAX(n->published_us, n->withdrawn_us));
	}
	return last_us;
}

GString *notice_list_atom(
	const struct site *site, const struct notice_list *list, const GPtrArray *newest)
{
	GString *out = g_string_new(NULL);
	g_autofree char *dir = notice_list_dir(list), *title = list_title(site, list);
	bool all = !list->kind && !list->region[0];
	g_autofree char *path = all ? g_strdup("/atom.xml") : g_strdup_printf("/%s/atom.xml", dir);
	g_autofree char *feed_title =
		all ? g_strdup(site->centre) : g_strdup_printf("%s · %s", site->centre, title);

	html_atom_begin(out, site->public_url, path, feed_title, site->centre, last_change(newest));
	for (guint i = 0; i < newest->len; i++)
		atom_entry(out, site, g_ptr_array_index(newest, i));
	g_string_append(out, "</feed>\n");
	return out;
}

static void list_links(GString *out, const struct site *site, const char *id, const char *heading,
	const GArray *lists)
{
	if (!lists->len)
		return;
	g_string_append_printf(out,
		"<nav aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n<ul class=\"links\">\n", id,
		id, heading);
	for (guint i = 0; i < lists->len; i++) {
		const struct notice_list *list = &g_array_index(lists, struct notice_list, i);
		g_autofree char *dir = notice_list_dir(list), *title = list_title(site, list);
		g_string_append_printf(out, "<li><a href=\"%s/index.html\">", dir);
		html_text(out, title);
		g_string_append(out, "</a></li>\n");
	}
	g_string_append(out, "</ul>\n</nav>\n");
}

GString *front_page(const struct site *site, const GPtrArray *newest, const GArray *kinds,
	const GArray *regions)
{
	GString *out = g_string_new(NULL);
	struct html_page page = {
		.title = site->centre, .centre = site->centre, .root = "", .demo = site->demo};

	html_begin(out, &page);
	html_search_form(out, NULL);
	html_element(out, "h2", "最新公告");
	g_string_append_c(out, '\n');
	items(out, newest, "", false);
	list_links(out, site, "kinds", "按公告类型", kinds);
	list_links(out, site, "regions", "按地区", regions);
	html_end(out, &page);
	return out;
}

#define SITEMAP_NS "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""

GString *sitemap_index(const struct site *site, const GArray *months)
{
	GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
				    "<sitemapindex " SITEMAP_NS ">\n");

	for (guint i = 0; i < months->len; i++) {
		const struct list_month *m = &g_array_index(months, struct list_month, i);
		for (unsigned part = 1; part <= parts_of(m); part++) {
			g_string_append(out, "<sitemap><loc>");
			html_text(out, site->public_url);
			g_string_append_printf(
				out, "/sitemap/%s-%u.xml</loc></sitemap>\n", m->month, part);
		}
	}
	g_string_append(out, "</sitemapindex>\n");
	return out;
}

GString *sitemap_part(const struct site *site, const GPtrArray *lines)
{
	GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
				    "<urlset " SITEMAP_NS ">\n");

	for (guint i = 0; i < lines->len; i++) {
		const struct notice_line *n = g_ptr_array_index(lines, i);
		char time[CLOCK_TEXT_SIZE];
		g_string_append(out, "<url><loc>");
		html_text(out, site->public_url);
		g_string_append_printf(out, "/notices/%s.html</loc><lastmod>%s</lastmod></url>\n",
			n->notice_id, clock_format_utc(n->published_us, time));
	}
	g_string_append(out, "</urlset>\n");
	return out;
}
