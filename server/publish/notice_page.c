/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_page.h"

#include <stdbool.h>
#include <string.h>

#include "proto/hex.h"
#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/publish/html.h"
#include "server/publish/notice_plain.h"
#include "server/publish/notice_stage.h"
#include "server/publish/notice_withheld.h"
#include "server/publish/scheme_section.h"
#include "server/publish/sealing_section.h"
#include "server/trade/region.h"
#include "server/trade/rulebook.h"

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
	clock_format_beijing_plain(t_us, text)[CLOCK_MINUTE_LEN] = '\0';
	g_autofree char *value = g_strdup_printf("%s（北京时间）", text);
	row(out, name, value);
}

/* "（2026年3月1日前不予公开：涉及商业秘密）", and the digest the value can be checked against. */
static void withheld_row(GString *out, const char *label, const json_t *held)
{
	int64_t until_us = in_time_us(held, "until", 0);
	int64_t disclosed_us = in_time_us(held, "disclosed_at", 0);
	char date[CLOCK_TEXT_SIZE];

	g_string_append(out, "<tr>");
	html_element(out, "th scope=\"row\"", label);
	g_string_append(out, "<td>");
	html_text(out, in_text(held, "text"));
	g_string_append(
		out, disclosed_us ? "<br><span class=\"quiet\">" : "<span class=\"quiet\">");
	if (disclosed_us)
		g_string_append_printf(out, "发布时不予公开，%s 公开。",
			clock_format_beijing_date(disclosed_us, date));
	else if (until_us)
		g_string_append_printf(
			out, "%s 前不予公开。", clock_format_beijing_date(until_us, date));
	else
		g_string_append(out, "不予公开。");
	g_string_append(out, "原因：");
	html_text(out, in_text(held, "reason"));
	g_string_append(out, "。加盐摘要（SHA-256）：</span><span class=\"hash\">");
	html_text(out, in_text(held, "digest"));
	g_string_append(out, "</span></td></tr>\n");
}

static void field_row(GString *out, const struct notice_row *n, const struct notice_field *field)
{
	const json_t *held = notice_withheld_row(n, field->name);

	if (held)
		withheld_row(out, field->label, held);
	else
		row(out, field->label, notice_public_text(n, field->name));
}

/* The rules it was checked against: those of the project, whatever the current ones are. */
static void rulebook_row(GString *out, const struct notice_row *n, const char *root)
{
	const struct rulebook *book = rulebook_by_version(n->rulebook_version);

	if (book)
		g_string_append_printf(out,
			"<tr><th scope=\"row\">适用规则版本</th><td>"
			"<a href=\"%srulebooks/%s.html\">%s</a></td></tr>\n",
			root, book->version, book->version);
}

/* The notice that this one changes, makes clear, ends or concludes. */
static void predecessor_row(
	GString *out, const struct notice_row *n, const GPtrArray *chain, const char *root)
{
	const struct notice_row *before = notice_row_find(chain, n->follows);

	if (!before)
		return;
	g_string_append_printf(out,
		"<tr><th scope=\"row\">前序公告</th><td><a href=\"%snotices/%s.html\">", root,
		before->notice_id);
	html_text(out, before->title);
	g_string_append(out, before->withdrawn_us ? "</a>（已撤回）" : "</a>");
	g_string_append(out, "</td></tr>\n");
}

static void facts(
	GString *out, const struct notice_row *n, const GPtrArray *chain, const char *root)
{
	const struct notice *t = &n->notice;
	size_t n_fields;
	const struct notice_field *fields = notice_fields(&n_fields);
	g_autofree char *lots = notice_lots_text(n->lot_nos);

	g_string_append(out, "<table>\n<tbody>\n");
	row(out, "公告类型", notice_kind_title(t->kind));
	row(out, "项目编号", n->project_code);
	row(out, "项目名称", n->project_name);
	row(out, "标段（包）", lots);
	predecessor_row(out, n, chain, root);
	time_row(out, "发布时间", n->published_us);
	time_row(out, "文件获取开始", t->offer_start_us);
	time_row(out, "文件获取截止", t->offer_end_us);
	time_row(out, "投标截止及开标", t->bid_deadline_us);
	time_row(out, "公示（公告）开始", t->publicity_start_us);
	time_row(out, "公示（公告）截止", t->publicity_end_us);
	for (size_t i = 0; i < n_fields; i++)
		if (fields[i].kind == t->kind)
			field_row(out, n, &fields[i]);
	g_autofree char *media = notice_media_text(n->media);
	row(out, "同时发布的媒介", media);
	rulebook_row(out, n, root);
	g_string_append(out, "</tbody>\n</table>\n");
}

static void chain_item(GString *out, const struct notice_row *n, const char *here, const char *root)
{
	bool current = here && strcmp(n->notice_id, here) == 0;
	char date[CLOCK_TEXT_SIZE];

	clock_format_beijing_date(n->published_us, date);
	g_string_append_printf(out, "<li><time datetime=\"%s\">%s</time> ", date, date);
	html_text(out, notice_kind_title(n->notice.kind));
	g_string_append(out, "：");
	if (current)
		g_string_append(out, "<strong aria-current=\"page\">");
	else
		g_string_append_printf(out, "<a href=\"%snotices/%s.html\">", root, n->notice_id);
	html_text(out, n->title);
	g_string_append(out, current ? "</strong>" : "</a>");
	g_string_append(out, n->withdrawn_us ? "（已撤回）</li>\n" : "</li>\n");
}

static void chain_list(GString *out, const GPtrArray *chain, const char *here, const char *root)
{
	g_string_append(out, "<ol class=\"list\">\n");
	for (guint i = 0; i < chain->len; i++)
		chain_item(out, g_ptr_array_index(chain, i), here, root);
	g_string_append(out, "</ol>\n");
}

static void withdrawal(GString *out, const struct notice_row *n)
{
	char date[CLOCK_TEXT_SIZE];

	if (!n->withdrawn_us)
		return;
	clock_format_beijing_date(n->withdrawn_us, date);
	g_string_append_printf(out,
		"<p class=\"withdrawn\" role=\"note\">本公告已于 <time datetime=\"%s\">%s</time> "
		"撤回。原因：",
		date, date);
	html_text(out, n->withdraw_reason);
	g_string_append(out, "</p>\n");
}

/* The files lie in a folder of the notice beside its page, but for those bidders fetch by name. */
static void attachment_name(GString *out, const struct notice_row *n, const json_t *row)
{
	g_autofree char *file = notice_attachment_file(n, row);

	if (notice_attachment_is_offered(row)) {
		html_text(out, in_text(row, "name"));
		g_string_append(out, "（招标文件，投标人登录后获取）");
		return;
	}
	g_string_append_printf(out, "<a href=\"../%s\" download=\"", file);
	html_text(out, in_text(row, "name"));
	g_string_append(out, "\">");
	html_text(out, in_text(row, "name"));
	g_string_append(out, "</a>");
}

static void attachments(GString *out, const struct notice_row *n)
{
	size_t i;
	json_t *row;

	if (json_array_size(n->attachments) == 0)
		return;
	g_string_append(out,
		"<h2>附件</h2>\n<table>\n<thead><tr><th scope=\"col\">文件</th>"
		"<th scope=\"col\">大小（字节）</th><th scope=\"col\">SHA-256</th></tr>"
		"</thead>\n<tbody>\n");
	json_array_foreach (n->attachments, i, row) {
		g_string_append(out, "<tr><td>");
		attachment_name(out, n, row);
		g_string_append_printf(out,
			"</td><td>%" JSON_INTEGER_FORMAT "</td><td class=\"hash\">%s</td></tr>\n",
			json_integer_value(json_object_get(row, "size")), in_text(row, "sha256"));
	}
	g_string_append(out, "</tbody>\n</table>\n");
}

bool notice_attachment_is_offered(const json_t *attachment)
{
	return json_is_true(json_object_get(attachment, "offered"));
}

char *notice_attachment_file(const struct notice_row *n, const json_t *attachment)
{
	return g_strdup_printf("notices/%s/%s.%s", n->notice_id,
		in_text(attachment, "attachment_id"), in_text(attachment, "type"));
}

/* What anybody needs to check the text and who signed it. */
static void evidence(GString *out, const struct notice_row *n)
{
	g_autofree char *hex = hex_encode(n->text_sha256, sizeof(n->text_sha256));

	g_string_append(out, "<h2>核验</h2>\n<p>");
	if (n->has_text)
		g_string_append_printf(
			out, "<a href=\"%s.json\">公告全文（规范 JSON）</a>", n->notice_id);
	else
		g_string_append(out, "公告全文（规范 JSON）");
	g_string_append(out, "的 SHA-256：</p>\n<p class=\"hash\">");
	html_text(out, hex);
	g_string_append(out, "</p>\n");
	if (n->has_text)
		g_string_append_printf(out,
			"<p><a href=\"%s.txt\">纯文本全文</a>，供其他媒介全文转载。</p>\n",
			n->notice_id);
	if (n->has_signature)
		g_string_append_printf(out,
			"<p><a href=\"%s.p7s\">交易中心对全文的电子签名（CMS）</a>，"
			"<a href=\"../centre.crt\">签名证书</a>。核验："
			"<code class=\"hash\">openssl cms -verify -inform DER -in %s.p7s -content %s.json -binary "
			"-CAfile centre.crt -partial_chain -purpose any</code></p>\n",
			n->notice_id, n->notice_id, n->notice_id);
}

/* A result of a tender, its candidates, or a correction of either. */
static bool tells_result(const struct notice_row *n, const GPtrArray *chain)
{
	guint steps = 0;

	while (n && notice_stage_of(n) == STAGE_CHANGE && steps++ < chain->len)
		n = notice_row_find(chain, n->follows);
	if (!n || notice_kind_regime(n->notice.kind) == REGIME_ASSET)
		return false;
	return notice_stage_of(n) == STAGE_CANDIDATES || notice_stage_of(n) == STAGE_AWARD;
}

/* Anybody may compute it again from the open data of this notice. */
static void recomputation(GString *out, const struct notice_row *n, const GPtrArray *chain)
{
	if (!tells_result(n, chain))
		return;
	g_string_append_printf(out,
		"<p class=\"screen\"><a href=\"/console/recompute?notice=%s\">复算评审结果</a>："
		"在您的浏览器中用公开数据重新计算，逐项指出不一致之处。</p>\n",
		n->notice_id);
}

GString *notice_page(const struct site *site, const struct notice_row *n, const GPtrArray *chain,
	const struct notice_trade *trade)
{
	GString *out = g_string_new(NULL);
	struct html_page page = {
		.title = n->title, .centre = site->centre, .root = "../", .demo = site->demo};

	html_begin(out, &page);
	withdrawal(out, n);
	facts(out, n, chain, page.root);
	g_string_append(out, "<h2>正文</h2>\n<article>\n");
	html_markdown(out, n->body_md);
	g_string_append(out, "</article>\n");
	attachments(out, n);
	recomputation(out, n, chain);
	if (trade && notice_kind_row(n->notice.kind)->effect == EFFECT_ANNOUNCE) {
		scheme_section(out, trade->lots);
		sealing_section(out, trade->project, trade->holders);
	}
	evidence(out, n);
	g_string_append(out, "<p class=\"quiet\">公告编号 ");
	html_text(out, n->notice_id);
	g_string_append(out,
		"。发布公告的事件载有这一摘要，可在账本中核对；此后的撤回、公开另有事件。</p>\n"
		"<nav aria-labelledby=\"chain\">\n<h2 id=\"chain\">本项目的全部公告</h2>\n");
	chain_list(out, chain, n->notice_id, page.root);
	g_string_append_printf(out,
		"<p><a href=\"../projects/%s.html\">项目公告链</a> · "
		"<a href=\"../ocds/releases/%s.json\">本公告的开放数据（OCDS）</a></p>\n</nav>\n",
		n->project_id, n->notice_id);
	html_end(out, &page);
	return out;
}

/* What people call the trade and those behind it. */
struct trade_words {
	const char *category, *law, *buyer, *agency;
};

static const struct trade_words *words_of(const struct notice_row *n)
{
	static const struct trade_words words[] = {
		[REGIME_ZTB] = {"适用法律", "招标投标", "招标人", "招标代理机构"},
		[REGIME_GP] = {"适用法律", "政府采购", "采购人", "采购代理机构"},
		[REGIME_ASSET] = {"交易类别", "资产交易", "出让（转让）方", "代理机构"},
	};
	static const struct trade_words sales[] = {
		[LOT_LAND] = {"交易类别", "土地使用权出让", "出让人", "代理机构"},
		[LOT_MINING] = {"交易类别", "矿业权出让", "出让人", "代理机构"},
		[LOT_PROPERTY] = {"交易类别", "产权转让", "转让方", "代理机构"},
	};
	enum lot_category sold = notice_kind_row(n->notice.kind)->category;

	return sold ? &sales[sold] : &words[notice_kind_regime(n->notice.kind)];
}

GString *project_page(const struct site *site, const GPtrArray *chain)
{
	GString *out = g_string_new(NULL);
	const struct notice_row *first = g_ptr_array_index(chain, 0);
	const struct trade_words *words = words_of(first);
	g_autofree char *region = regions_label(site->regions, first->region);
	struct html_page page = {.title = first->project_name,
		.centre = site->centre,
		.root = "../",
		.demo = site->demo};

	html_begin(out, &page);
	g_string_append(out, "<table>\n<tbody>\n");
	row(out, "项目编号", first->project_code);
	row(out, words->category, words->law);
	row(out, "地区", region);
	row(out, words->buyer, first->buyer_name);
	row(out, words->agency, first->agency_name);
	rulebook_row(out, first, page.root);
	g_string_append(out, "</tbody>\n</table>\n<h2>全部公告</h2>\n");
	chain_list(out, chain, NULL, page.root);
	g_string_append_printf(out,
		"<p class=\"screen\"><a href=\"../ocds/records/%s.json\">本项目的开放数据（OCDS）</a></p>\n",
		first->project_id);
	html_end(out, &page);
	return out;
}
