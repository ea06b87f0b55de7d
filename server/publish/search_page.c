/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/search_page.h"

#include <string.h>

#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/publish/html.h"
#include "server/trade/notice.h"
#include "server/trade/regime.h"
#include "server/trade/region.h"

/* In the order of the form. */
static const char *const names[] = {"q", "kind", "regime", "region", "month", "buyer"};

char *search_query_text(const json_t *asked)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = in_text(asked, names[i]);
		if (!value)
			continue;
		g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);
		g_string_append_printf(out, "%s%s=%s", out->len ? "&" : "", names[i], escaped);
	}
	return g_string_free(out, FALSE);
}

static void input(
	GString *out, const json_t *asked, const char *name, const char *label, const char *more)
{
	g_string_append_printf(out,
		"<div><label for=\"%s\">%s</label><input id=\"%s\" name=\"%s\"%s value=\"", name,
		label, name, name, more);
	html_text(out, in_text(asked, name));
	g_string_append(out, "\"></div>\n");
}

/* "370400" for 3704: codes are searched by their beginning. */
static char *whole_code(const char *code)
{
	return g_strdup_printf("%s%s", code, &"000000"[MIN(strlen(code), 6)]);
}

/* A division is called by its name, where it has one; what was typed stays as it is. */
static void region_input(GString *out, const struct site *site, const json_t *asked)
{
	const char *typed = in_text(asked, "region");
	g_autofree char *code = whole_code(typed ? typed : "");
	g_autofree char *name = regions_name(site->regions, code);

	g_string_append(out,
		"<div><label for=\"region\">地区（名称，或代码前两位、四位、六位）</label>"
		"<input id=\"region\" name=\"region\" maxlength=\"40\" value=\"");
	html_text(out, name ? name : typed);
	g_string_append(out, "\"></div>\n");
}

static void option(GString *out, const char *value, const char *title, const char *chosen)
{
	g_string_append_printf(out, "<option value=\"%s\"%s>", value,
		chosen && !strcmp(chosen, value) ? " selected" : "");
	html_text(out, title);
	g_string_append(out, "</option>");
}

static void select_begin(GString *out, const char *name, const char *label)
{
	g_string_append_printf(out,
		"<div><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">"
		"<option value=\"\">全部</option>",
		name, label, name, name);
}

static void form(GString *out, const struct site *site, const json_t *asked)
{
	const char *kind = in_text(asked, "kind"), *regime = in_text(asked, "regime");

	g_string_append(out, "<form action=\"/search\" method=\"get\" role=\"search\">\n");
	input(out, asked, "q", "检索词", " type=\"search\" maxlength=\"100\"");
	select_begin(out, "kind", "公告类型");
	for (enum notice_kind k = 1; notice_kind_name(k); k++)
		option(out, notice_kind_name(k), notice_kind_title(k), kind);
	g_string_append(out, "</select></div>\n");
	select_begin(out, "regime", "交易类别");
	option(out, regime_name(REGIME_ZTB), "招标投标", regime);
	option(out, regime_name(REGIME_GP), "政府采购", regime);
	option(out, regime_name(REGIME_ASSET), "资产交易（土地、矿业权、产权）", regime);
	g_string_append(out, "</select></div>\n");
	region_input(out, site, asked);
	input(out, asked, "month", "发布月份（如 2026-03）",
		" pattern=\"[0-9]{4}-[0-9]{2}\" maxlength=\"7\"");
	input(out, asked, "buyer", "招标人、采购人、出让（转让）方", " maxlength=\"100\"");
	g_string_append(out, "<button>检索</button>\n</form>\n");
}

static const char *text_of(const json_t *item, const char *name)
{
	return json_string_value(json_object_get(item, name));
}

static void result(GString *out, const json_t *item)
{
	char date[CLOCK_TEXT_SIZE];
	int64_t published_us = in_time_us(item, "published_at", 0);

	clock_format_beijing_date(published_us, date);
	g_string_append_printf(
		out, "<li><a href=\"/notices/%s.html\">", text_of(item, "notice_id"));
	html_text(out, text_of(item, "title"));
	g_string_append(out, in_has(item, "withdrawn_at") ? "（已撤回）" : "");
	g_string_append(out, "</a><br><span class=\"quiet\">");
	html_text(out, text_of(item, "kind_title"));
	g_string_append_printf(out, " · <time datetime=\"%s\">%s</time> · ", date, date);
	html_text(out, text_of(item, "project_name"));
	g_string_append(out, " · ");
	html_text(out, text_of(item, "buyer_name"));
	g_string_append(out, "</span></li>\n");
}

static void results(GString *out, const json_t *asked, const json_t *found)
{
	const json_t *items = json_object_get(found, "items"), *item;
	const json_t *next = json_object_get(found, "next");
	g_autofree char *query = search_query_text(asked);
	size_t i;

	g_string_append(out, "<h2>结果</h2>\n");
	if (!json_is_true(json_object_get(found, "complete")))
		g_string_append(
			out, "<p role=\"status\">索引正在更新，结果可能不全，请稍后再试。</p>\n");
	if (!json_array_size(items))
		g_string_append(out, "<p>没有找到符合条件的公告。</p>\n");
	g_string_append(out, json_array_size(items) ? "<ul class=\"list\">\n" : "");
	json_array_foreach ((json_t *)items, i, item)
		result(out, item);
	g_string_append(out, json_array_size(items) ? "</ul>\n" : "");
	g_string_append(out, "<p>");
	if (json_is_integer(next)) {
		g_string_append(out, "<a href=\"/search?");
		html_text(out, query);
		g_string_append_printf(out, "%safter=%" JSON_INTEGER_FORMAT "\">更早的结果</a> · ",
			*query ? "&amp;" : "", json_integer_value(next));
	}
	g_string_append(out, "<a href=\"/search.atom?");
	html_text(out, query);
	g_string_append(out, "\">订阅此检索（Atom）</a></p>\n");
}

/* The same search, once for each division that may be meant. */
static void region_choice(
	GString *out, const struct site *site, const json_t *asked, const GPtrArray *regions)
{
	json_auto_t *one = json_copy((json_t *)asked);

	g_string_append(out, "<ul class=\"list\">\n");
	for (guint i = 0; i < regions->len; i++) {
		const char *code = g_ptr_array_index(regions, i);
		g_autofree char *label = regions_label(site->regions, code);

		json_object_set_new(one, "region", json_string(code));
		g_autofree char *query = search_query_text(one);
		g_string_append(out, "<li><a href=\"/search?");
		html_text(out, query);
		g_string_append(out, "\">");
		html_text(out, label);
		g_string_append(out, "</a></li>\n");
	}
	g_string_append(out, "</ul>\n");
}

GString *search_page(const struct site *site, const json_t *asked, const json_t *found,
	const char *message, const GPtrArray *regions)
{
	GString *out = g_string_new(NULL);
	const char *q = in_text(asked, "q");
	g_autofree char *title = q ? g_strdup_printf("检索：%s", q) : g_strdup("检索公告");
	struct html_page page = {
		.title = title, .centre = site->centre, .root = "", .demo = site->demo};

	html_begin(out, &page);
	form(out, site, asked);
	if (message) {
		g_string_append(out, "<p role=\"alert\">");
		html_text(out, message);
		g_string_append(out, "</p>\n");
	}
	if (regions)
		region_choice(out, site, asked, regions);
	if (found)
		results(out, asked, found);
	html_end(out, &page);
	return out;
}

GString *search_atom(const struct site *site, const json_t *asked, const json_t *found)
{
	GString *out = g_string_new(NULL);
	const json_t *items = json_object_get(found, "items"), *item;
	g_autofree char *query = search_query_text(asked);
	g_autofree char *path = g_strdup_printf("/search.atom?%s", query);
	const char *q = in_text(asked, "q");
	g_autofree char *title =
		g_strdup_printf("%s · 检索%s%s", site->centre, q ? "：" : "", q ? q : "");
	size_t i;

	html_atom_begin(out, site->public_url, path, title, site->centre,
		in_time_us(json_array_get(items, 0), "published_at", 0));
	json_array_foreach ((json_t *)items, i, item) {
		const struct html_entry entry = {.id = text_of(item, "notice_id"),
			.title = text_of(item, "title"),
			.summary = text_of(item, "project_name"),
			.category = text_of(item, "kind"),
			.category_label = text_of(item, "kind_title"),
			.published_us = in_time_us(item, "published_at", 0),
			.withdrawn_us = in_time_us(item, "withdrawn_at", 0)};
		html_atom_entry(out, site->public_url, &entry);
	}
	g_string_append(out, "</feed>\n");
	return out;
}
