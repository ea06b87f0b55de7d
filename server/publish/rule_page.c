/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/rule_page.h"

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
	data_sources(out, site);
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

GString *rule_page(const struct site *site, const struct rulebook *book, const struct rule *rule)
{
	GString *out = g_string_new(NULL);
	g_autofree char *title = g_strdup_printf("规则 %s", rule->id);
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
	if (rule->value) {
		g_autofree char *value =
			g_strdup_printf("%d%s", rule->value, unit_title(rule->unit));
		row(out, "数值", value);
	}
	row(out, "依据", source->str);
	row(out, "规则版本", book->version);
	g_string_append(
		out, "</tbody>\n</table>\n<p><a href=\"../rulebook.html\">返回规则目录</a></p>\n");
	html_end(out, &page);
	return out;
}
