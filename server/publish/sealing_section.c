/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/sealing_section.h"

#include "server/publish/html.h"
#include "server/store/project_store.h"
#include "server/trade/rulebook.h"

static void row(GString *out, const char *name, const char *value)
{
	g_string_append(out, "<tr>");
	html_element(out, "th scope=\"row\"", name);
	html_element(out, "td", value);
	g_string_append(out, "</tr>\n");
}

static const char *rescue_text(enum opening_rescue rescue)
{
	switch (rescue) {
	case OPENING_RESCUE_NONE:
		return "不由密钥保管人解密";
	case OPENING_RESCUE_FAULT:
		return "因投标人之外的原因未能解密的，由密钥保管人解密";
	case OPENING_RESCUE_ANY:
		return "开标主持人提请的，或解密时限届满后，由密钥保管人解密";
	}
	return "";
}

static void mode(GString *out, const struct project *p, guint n_holders)
{
	g_autofree char *window = p->window_minutes > 0
					  ? g_strdup_printf("自开标起%d分钟内，由投标人自行解密",
						    (int)p->window_minutes)
					  : NULL;
	g_autofree char *threshold =
		g_strdup_printf("%u名密钥保管人中的%d名", n_holders, (int)p->holder_threshold);

	g_string_append(out, "<table>\n<tbody>\n");
	row(out, "开标方式", "网上开标");
	row(out, "解密", window ? window : "由投标人自行解密，时限见下列规则");
	row(out, "补救方案", rescue_text(p->rescue));
	if (p->rescue != OPENING_RESCUE_NONE)
		row(out, "共同解密", threshold);
	row(out, "未解密的处理",
		"因投标人原因的，视为撤销投标文件；因投标人之外原因的，视为撤回；其他投标文件继续开标");
	g_string_append(out, "</tbody>\n</table>\n");
}

/* Of the book the project is bound to, those its law knows. */
static void rules(GString *out, const struct project *p)
{
	static const char *const ids[] = {"E04", "E05", "E06"};
	const struct rulebook *book = rulebook_by_version(p->rulebook_version);

	g_string_append(out, "<ul>\n");
	for (size_t i = 0; book && i < G_N_ELEMENTS(ids); i++) {
		const struct rule *rule = rulebook_find(book, ids[i]);
		if (!rule || !(rule->regimes & REGIME_BIT(p->regime)))
			continue;
		g_string_append_printf(
			out, "<li><a href=\"../rules/%s.html\">%s</a> ", rule->id, rule->id);
		html_text(out, rule->text);
		g_string_append(out, "</li>\n");
	}
	g_string_append(out, "</ul>\n");
}

static void holder(GString *out, const struct project_holder *h)
{
	gsize len;
	const void *key = g_bytes_get_data(h->public_key, &len);
	g_autofree char *text = g_base64_encode(key, len);

	g_string_append_printf(out, "<tr><td>%d</td>", (int)h->no);
	html_element(out, "td", h->name);
	html_element(out, "td class=\"hash\"", h->key_id);
	html_element(out, "td class=\"hash\"", text);
	g_string_append(out, "</tr>\n");
}

void sealing_section(GString *out, const struct project *p, const GPtrArray *holders)
{
	if (!p || !holders || !holders->len)
		return;
	g_string_append(out, "<h2>投标文件的加密与开标</h2>\n");
	mode(out, p, holders->len);
	rules(out, p);
	g_string_append(out,
		"<h3>密钥保管人</h3>\n<p class=\"quiet\">现行的公钥；发布时的公钥载于公告全文，更换另有事件。</p>\n"
		"<table>\n<thead><tr><th scope=\"col\">编号</th><th scope=\"col\">保管人</th>"
		"<th scope=\"col\">公钥标识</th><th scope=\"col\">公钥（SPKI，Base64）</th></tr></thead>\n"
		"<tbody>\n");
	for (guint i = 0; i < holders->len; i++)
		holder(out, g_ptr_array_index(holders, i));
	g_string_append(out, "</tbody>\n</table>\n");
}
