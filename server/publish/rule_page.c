/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/rule_page.h"

#include <stdbool.h>

#include "server/publish/html.h"
#include "server/trade/calendar.h"
#include "server/trade/region.h"

static const char *kind_title(enum rule_kind kind)
{
	switch (kind) {
	case RULE_REFUSE:
		return "不符合的，系统不予办理";
	case RULE_CLOCK:
		return "期限，系统计时并提醒";
	case RULE_WARN:
		return "提示，不阻止办理";
	case RULE_NOTE:
		return "法律要求，由流程落实";
	}
	return "";
}

static const char *unit_title(enum rule_unit unit)
{
	static const char *const titles[] = {
		[UNIT_NONE] = "",
		[UNIT_DAY] = "日",
		[UNIT_WORKING_DAY] = "个工作日",
		[UNIT_HOUR] = "小时",
		[UNIT_MINUTE] = "分钟",
		[UNIT_YEAR] = "年",
		[UNIT_PERCENT] = "%",
		[UNIT_COUNT] = "",
	};

	return unit < G_N_ELEMENTS(titles) ? titles[unit] : "";
}

static const char *regimes_title(unsigned regimes)
{
	if (regimes == REGIME_BOTH)
		return "招标投标、政府采购";
	return regimes & REGIME_BIT(REGIME_GP) ? "政府采购" : "招标投标";
}

static void source_text(GString *out, const struct rule *rule)
{
	html_text(out, rule->source);
	if (!rule->verified)
		g_string_append(out, "（未核实）");
}

static void data_row(GString *out, const char *what, const char *source)
{
	if (!*source)
		return;
	g_string_append_printf(out, "<li>%s：", what);
	html_text(out, source);
	g_string_append(out, "</li>\n");
}

/* What working days and the names of divisions are taken from, and of which version. */
static void data_sources(GString *out, const struct site *site)
{
	const char *days = site->calendar ? calendar_source(site->calendar) : "";
	const char *regions = regions_source(site->regions);

	if (!*days && !*regions)
		return;
	g_string_append(out, "<h2>数据来源</h2>\n<ul>\n");
	data_row(out, "节假日与调休", days);
	data_row(out, "行政区划名称", regions);
	g_string_append(out, "</ul>\n");
}

/* The books, this one without a link. */
static void versions(GString *out, const struct rulebook *here, const char *root)
{
	size_t n;
	const struct rulebook *books = rulebook_all(&n);

	g_string_append(out, "<h2>各版本</h2>\n<ul>\n");
	for (size_t i = 0; i < n; i++) {
		bool linked = &books[i] != here;

		g_string_append(out, "<li>");
		if (linked)
			g_string_append_printf(
				out, "<a href=\"%srulebooks/%s.html\">", root, books[i].version);
		html_text(out, books[i].version);
		g_string_append_printf(out, "%s%s</li>\n", linked ? "</a>" : "",
			&books[i] == rulebook_current() ? "（现行）" : "");
	}
	g_string_append(out, "</ul>\n");
}

/* "2025-01-01 起施行"; "": the source that was read does not say since when. */
static char *validity_title(const struct rule *rule)
{
	const struct rule_validity *valid = rule_validity(rule);
	GString *text = g_string_new("");

	if (valid && valid->from)
		g_string_append_printf(text, "%s 起施行", valid->from);
	if (valid && valid->until)
		g_string_append_printf(text, "%s%s 起失效", text->len ? "，" : "", valid->until);
	return g_string_free(text, FALSE);
}

static char *value_title(const struct rule *rule)
{
	return rule->value ? g_strdup_printf("%d%s", rule->value, unit_title(rule->unit))
			   : g_strdup("");
}

GString *rulebook_page(const struct site *site, const struct rulebook *book)
{
	GString *out = g_string_new(NULL);
	struct html_page page = {
		.title = "交易规则", .centre = site->centre, .root = "", .demo = site->demo};

	html_begin(out, &page);
	g_string_append(out, "<p>版本 ");
	html_text(out, book->version);
	g_string_append(out, "。标有“未核实”的条目未见到原文，仅供参考。</p>\n<table>\n"
			     "<caption>规则目录</caption>\n<thead><tr>"
			     "<th scope=\"col\">编号</th><th scope=\"col\">规则</th>"
			     "<th scope=\"col\">依据</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < book->n_rules; i++) {
		const struct rule *rule = &book->rules[i];
		g_string_append_printf(out,
			"<tr id=\"%s\"><th scope=\"row\"><a href=\"rules/%s.html\">%s</a></th>",
			rule->id, rule->id, rule->id);
		html_element(out, "td", rule->text);
		g_string_append(out, "<td>");
		source_text(out, rule);
		g_string_append(out, "</td></tr>\n");
	}
	g_string_append(out, "</tbody>\n</table>\n");
	versions(out, NULL, page.root);
	data_sources(out, site);
	html_end(out, &page);
	return out;
}

/* Three columns: a telephone has no room for more. */
static void whole_rule(GString *out, const struct rule *rule)
{
	g_autofree char *value = value_title(rule), *valid = validity_title(rule);

	g_string_append_printf(
		out, "<tr id=\"%s\"><th scope=\"row\">%s</th><td>", rule->id, rule->id);
	html_text(out, rule->text);
	g_string_append_printf(out, "<br><span class=\"quiet\">%s · %s%s%s</span></td><td>",
		regimes_title(rule->regimes), kind_title(rule->kind), *value ? " · " : "", value);
	source_text(out, rule);
	g_string_append(out, *valid ? "<br>" : "");
	html_text(out, valid);
	g_string_append(out, "</td></tr>\n");
}

GString *rulebook_version_page(const struct site *site, const struct rulebook *book)
{
	GString *out = g_string_new(NULL);
	g_autofree char *title = g_strdup_printf("交易规则 %s", book->version);
	struct html_page page = {
		.title = title, .centre = site->centre, .root = "../", .demo = site->demo};

	html_begin(out, &page);
	g_string_append(out, book == rulebook_current()
				     ? "<p>本版本为现行版本。"
				     : "<p>本版本已不是现行版本，登记时适用它的项目仍适用它。");
	g_string_append(out,
		"标有“未核实”的条目未见到原文，仅供参考；施行日期只在出处载明时列出。</p>\n"
		"<table>\n<caption>规则目录</caption>\n<thead><tr>"
		"<th scope=\"col\">编号</th><th scope=\"col\">规则</th>"
		"<th scope=\"col\">依据</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < book->n_rules; i++)
		whole_rule(out, &book->rules[i]);
	g_string_append(out, "</tbody>\n</table>\n");
	versions(out, book, page.root);
	html_end(out, &page);
	return out;
}

static void row(GString *out, const char *name, const char *value)
{
	g_string_append(out, "<tr>");
	html_element(out, "th scope=\"row\"", name);
	html_element(out, "td", value);
	g_string_append(out, "</tr>\n");
}

/* The books it stands in. */
static void versions_row(GString *out, const struct rule *rule)
{
	size_t n;
	const struct rulebook *books = rulebook_all(&n);
	const char *between = "";

	g_string_append(out, "<tr><th scope=\"row\">规则版本</th><td>");
	for (size_t i = 0; i < n; i++) {
		if (!rulebook_find(&books[i], rule->id))
			continue;
		g_string_append_printf(out, "%s<a href=\"../rulebooks/%s.html#%s\">%s</a>", between,
			books[i].version, rule->id, books[i].version);
		between = "、";
	}
	g_string_append(out, "</td></tr>\n");
}

GString *rule_page(const struct site *site, const struct rule *rule)
{
	GString *out = g_string_new(NULL);
	g_autofree char *title = g_strdup_printf("规则 %s", rule->id);
	g_autofree char *value = value_title(rule), *valid = validity_title(rule);
	g_autoptr(GString) source = g_string_new(rule->source);
	struct html_page page = {
		.title = title, .centre = site->centre, .root = "../", .demo = site->demo};

	if (!rule->verified)
		g_string_append(source, "（未核实：未见到原文，仅供参考）");
	html_begin(out, &page);
	g_string_append(out, "<p>");
	html_text(out, rule->text);
	g_string_append(out, "</p>\n<table>\n<tbody>\n");
	row(out, "适用", regimes_title(rule->regimes));
	row(out, "性质", kind_title(rule->kind));
	if (*value)
		row(out, "数值", value);
	row(out, "依据", source->str);
	if (*valid)
		row(out, "施行", valid);
	versions_row(out, rule);
	g_string_append(
		out, "</tbody>\n</table>\n<p><a href=\"../rulebook.html\">返回规则目录</a></p>\n");
	html_end(out, &page);
	return out;
}
