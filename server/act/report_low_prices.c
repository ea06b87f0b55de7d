/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/report_low_prices.h"

#include <errno.h>
#include <string.h>

#include "server/act/low_price_act.h"
#include "server/act/session_act.h"
#include "server/eval/report_model.h"
#include "server/store/bid_store.h"
#include "server/store/low_price_store.h"
#include "server/store/question_store.h"
#include "server/store/session_store.h"

/* "低于通过审查报价平均值的限值41.5；…", or whose judgement it was and why. */
static char *why(const struct low_price_row *row, const struct bid_row *bid)
{
	static const struct {
		const char *trigger, *limit, *words;
	} rows[] = {{"mean", "mean_limit", "平均报价的限值"},
		{"second_lowest", "second_limit", "次低报价的限值"},
		{"ceiling", "ceiling_limit", "最高限价的限值"}};
	g_autofree char *clause = low_price_clause(row->by), *alias = member_alias(row->member_no);
	GString *text = g_string_new(clause);
	char price[DECIMAL_TEXT_SIZE];
	json_t *trigger;
	size_t i;

	g_string_append_printf(text, "：报价%s", decimal_format(bid->price, 2, price));
	if (!row->finding)
		g_string_append_printf(text, "，%s：%s", alias, row->reason);
	json_array_foreach (json_object_get(row->finding, "triggers"), i, trigger)
		for (size_t k = 0; k < G_N_ELEMENTS(rows); k++)
			if (strcmp(json_string_value(trigger), rows[k].trigger) == 0)
				g_string_append_printf(text, "，低于%s%s", rows[k].words,
					in_text(row->finding, rows[k].limit));
	return g_string_free(text, FALSE);
}

static char *decided(const struct low_price_case *c)
{
	if (c->outcome == LOW_PRICE_KEPT)
		return g_strdup_printf("说明合理，予以采信（%u人）", c->votes.convinced);
	if (c->outcome != LOW_PRICE_REJECTED)
		return g_strdup("未处理");
	if (c->silent)
		return g_strdup("否决（逾期未提交书面说明）");
	return c->votes.against ? g_strdup_printf("否决（%u人不采信）", c->votes.against)
				: g_strdup("因其他情形被否决");
}

static int add_row(
	struct act *a, const struct eval_session *s, const struct low_price_row *row, json_t *model)
{
	LOW_PRICE_CASE_AUTO struct low_price_case c = {0};
	BID_AUTO struct bid_row *bid = NULL;
	int r = bid_store_get(a->txn, row->bid_id, &bid);

	if (!r)
		r = low_price_look(a, s, row, 0, &c);
	if (r)
		return r < 0 ? r : -EIO;
	g_autofree char *reason = why(row, bid), *outcome = decided(&c);
	const char *said = c.question && c.question->answer ? c.question->answer : "未提交";
	const char *cells[] = {bid->bidder_name, reason, said, outcome};
	report_add_row(model, REPORT_CLARIFICATIONS, cells, G_N_ELEMENTS(cells));
	return 0;
}

int report_add_low_prices(struct act *a, const struct eval_session *s, json_t *model)
{
	static const struct report_column columns[] = {{"投标人", REPORT_LEFT},
		{"情形", REPORT_LEFT}, {"书面说明", REPORT_LEFT}, {"认定", REPORT_LEFT}};
	g_autoptr(GPtrArray) rows = NULL;
	int r = low_price_store_of_session(a->txn, s->session_id, &rows);

	if (r || !rows->len)
		return r;
	report_add_table(
		model, REPORT_CLARIFICATIONS, "异常低价审查", columns, G_N_ELEMENTS(columns));
	for (guint i = 0; !r && i < rows->len; i++)
		r = add_row(a, s, g_ptr_array_index(rows, i), model);
	return r;
}
