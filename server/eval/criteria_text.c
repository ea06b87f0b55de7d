/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/criteria_text.h"

static const char *const combine_labels[] = {
	[COMBINE_MEAN] = "取评委总分的平均值",
	[COMBINE_TRIM_TOTALS] = "去掉一个最高总分和一个最低总分后取平均值",
	[COMBINE_TRIM_ITEMS] = "各评分项去掉一个最高分和一个最低分后取平均值，再求和",
	[COMBINE_HIGHWAY] =
		"先去掉评分离散最大的一名评委，各评分项再去掉一个最高分和一个最低分后取平均值，然后求和",
};

static const char *const tie_labels[] = {
	[CRITERIA_TIE_PRICE] = "报价低者优先",
	[CRITERIA_TIE_TECHNICAL] = "技术分高者优先",
	[CRITERIA_TIE_DRAW] = "抽签",
	[CRITERIA_TIE_VOTE] = "评标委员会投票",
};

G_GNUC_PRINTF(2, 3) static void say(GPtrArray *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(out, g_strdup_vprintf(format, args));
	va_end(args);
}

static void say_number(GPtrArray *out, const char *label, struct decimal d)
{
	char text[DECIMAL_TEXT_SIZE];

	if (decimal_sign(d))
		say(out, "%s：%s。", label, decimal_format_exact(d, text));
}

static void say_param(GPtrArray *out, const char *label, const struct price_param *p)
{
	g_autoptr(GString) list = g_string_new(NULL);
	char text[DECIMAL_TEXT_SIZE];

	if (!p->given)
		return;
	if (!p->choices) {
		say(out, "%s：%s。", label, decimal_format_exact(p->value, text));
		return;
	}
	for (guint i = 0; i < p->choices->len; i++)
		g_string_append_printf(list, "%s%s", i ? "、" : "",
			decimal_format_exact(g_array_index(p->choices, struct decimal, i), text));
	say(out, "%s：%s，公开抽取其一。", label, list->str);
}

static void say_price(GPtrArray *out, const struct price_rule *p)
{
	char text[DECIMAL_TEXT_SIZE];

	say(out, "%s。", price_method_label(p->method));
	if (!price_method_chooses(p->method))
		say(out, "价格权重：%s。", decimal_format(p->weight, 2, text));
	say_number(out, "小微企业价格扣除（%）", p->sme_discount);
	say_number(out, "报价每高于评标基准价1%扣分", p->above);
	say_number(out, "报价每低于评标基准价1%扣分", p->below);
	for (guint i = 0; i < p->drops->len; i++) {
		const struct price_drop *d = &g_array_index(p->drops, struct price_drop, i);

		say(out, "有效报价达到%u家时，计算评标基准价去掉%u个最高价和%u个最低价。", d->from,
			d->high, d->low);
	}
	say_param(out, "评标基准价浮动（%）", &p->floating);
	say_param(out, "最高限价在评标基准价中的权重（%）", &p->ceiling_share);
	say_param(out, "有效范围（±%）", &p->band);
	say_number(out, "价格分最低", p->floor);
	for (guint i = 0; i < p->lines->len; i++) {
		const struct price_line *l = &g_array_index(p->lines, struct price_line, i);

		say(out, "报价低于最高限价%s%%的，应提交%s。",
			decimal_format_exact(l->percent, text), l->name);
	}
	if (p->method == PRICE_BALLS)
		say(out, "公开抽取%u家入围，其中%u家依次为候选人。", p->shortlist, p->candidates);
	if (p->base_stays)
		say(out, "价格评审后被否决的投标仍计入评标基准价。");
}

static void say_ties(GPtrArray *out, const struct criteria *c)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (size_t i = 0; i < c->n_ties; i++)
		g_string_append_printf(list, "%s%s", i ? "，" : "", tie_labels[c->ties[i]]);
	if (list->len)
		say(out, "相同时：%s。", list->str);
}

GPtrArray *criteria_text(const struct criteria *c)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	say_price(out, &c->price);
	if (c->items->len)
		say(out, "评委评分汇总：%s。", combine_labels[c->combine.method]);
	say_ties(out, c);
	if (c->low_price.kind != LOW_PRICE_OFF)
		say(out, "异常低价审查：按%s，书面说明时限%u分钟。",
			low_price_kind_name(c->low_price.kind), c->low_price.minutes);
	if (c->wins)
		say(out,
			"兼投不兼中：各标段（包）按编号顺序推荐，同一投标人最多在%u个标段（包）排名第一；已达到的，在其后的标段（包）不再推荐，由名次在后的递补。",
			c->wins);
	return out;
}
