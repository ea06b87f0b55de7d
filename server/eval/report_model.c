/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/report_model.h"

#include <stdio.h>
#include <string.h>

#include "proto/canon.h"
#include "server/eval/criteria_text.h"

#define FORMAT "bidroom.report.v1"
#define NOTHING "无"

static const struct report_heading sections[N_REPORT_SECTIONS] = {
	[REPORT_BASICS] = {"basics", "基本情况和数据表"},
	[REPORT_COMMITTEE] = {"committee", "评标委员会成员名单"},
	[REPORT_OPENING] = {"opening", "开标记录"},
	[REPORT_QUALIFIED] = {"qualified", "符合要求的投标一览表"},
	[REPORT_REJECTED] = {"rejected", "否决投标的情况说明"},
	[REPORT_CRITERIA] = {"criteria", "评标标准、评标方法"},
	[REPORT_COMPARISON] = {"comparison", "经评审的价格或者评分比较一览表"},
	[REPORT_RANKING] = {"ranking", "经评审的投标人排序"},
	[REPORT_RECOMMENDED] = {"recommended", "推荐的中标候选人名单与签订合同前要处理的事宜"},
	[REPORT_CLARIFICATIONS] = {"clarifications", "澄清、说明、补正事项纪要"},
};

static const char *const aligns[] = {
	[REPORT_LEFT] = "left",
	[REPORT_CENTER] = "center",
	[REPORT_RIGHT] = "right",
};

const char *report_refusal_code(int refusal)
{
	switch (refusal) {
		REPORT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

json_t *report_document_new(const char *format, const char *title, int64_t made_us,
	const struct report_heading *headings, size_t n_headings)
{
	char made_at[CLOCK_TEXT_SIZE];
	json_t *list = json_array();

	for (size_t i = 0; i < n_headings; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:[]}", "id", headings[i].id,
						    "title", headings[i].title, "blocks"));
	return json_pack("{s:s, s:s, s:s, s:o}", "format", format, "title", title, "made_at",
		clock_format_utc(made_us, made_at), "sections", list);
}

json_t *report_model_new(const char *title, int64_t made_us)
{
	return report_document_new(FORMAT, title, made_us, sections, N_REPORT_SECTIONS);
}

static json_t *blocks_of(json_t *model, unsigned section)
{
	json_t *list = json_object_get(model, "sections");

	return json_object_get(json_array_get(list, section), "blocks");
}

/* The last block of the section if it has this type, else NULL. */
static json_t *open_block(json_t *model, unsigned section, const char *type)
{
	json_t *blocks = blocks_of(model, section);
	json_t *last = json_array_get(blocks, json_array_size(blocks) - 1);

	return last && strcmp(json_string_value(json_object_get(last, "type")), type) == 0 ? last
											   : NULL;
}

void report_add_pair(json_t *model, unsigned section, const char *label, const char *value)
{
	json_t *block = open_block(model, section, "pairs");

	if (!block) {
		block = json_pack("{s:s, s:[]}", "type", "pairs", "rows");
		json_array_append_new(blocks_of(model, section), block);
	}
	json_array_append_new(json_object_get(block, "rows"),
		json_pack("[s, s]", label, value ? value : NOTHING));
}

void report_add_text(json_t *model, unsigned section, const char *text)
{
	json_array_append_new(
		blocks_of(model, section), json_pack("{s:s, s:s}", "type", "text", "text", text));
}

void report_add_table(json_t *model, unsigned section, const char *caption,
	const struct report_column *columns, size_t n_columns)
{
	json_t *heads = json_array();

	for (size_t i = 0; i < n_columns; i++)
		json_array_append_new(heads, json_pack("{s:s, s:s}", "title", columns[i].title,
						     "align", aligns[columns[i].align]));
	json_array_append_new(
		blocks_of(model, section), json_pack("{s:s, s:s, s:o, s:[]}", "type", "table",
						   "caption", caption, "columns", heads, "rows"));
}

void report_add_row(json_t *model, unsigned section, const char *const *cells, size_t n_cells)
{
	json_t *block = open_block(model, section, "table");
	json_t *row = json_array();

	g_assert(block && json_array_size(json_object_get(block, "columns")) == n_cells);
	for (size_t i = 0; i < n_cells; i++)
		json_array_append_new(row, json_string(cells[i] ? cells[i] : ""));
	json_array_append_new(json_object_get(block, "rows"), row);
}

static void add_items(json_t *model, const char *lot_name, const struct criteria *criteria)
{
	static const struct report_column columns[] = {
		{"评分项", REPORT_LEFT}, {"分值", REPORT_RIGHT}, {"类别", REPORT_CENTER}};
	char max[DECIMAL_TEXT_SIZE];

	report_add_table(model, REPORT_CRITERIA, lot_name, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < criteria->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(criteria->items, i);
		const char *cells[] = {item->name, decimal_format(item->max, CRITERIA_PLACES, max),
			item->objective ? "客观分" : "主观分"};

		report_add_row(model, REPORT_CRITERIA, cells, G_N_ELEMENTS(cells));
	}
	if (price_method_scores(criteria->price.method)) {
		const char *cells[] = {price_method_label(criteria->price.method),
			decimal_format(criteria->price.weight, CRITERIA_PLACES, max), "计算"};

		report_add_row(model, REPORT_CRITERIA, cells, G_N_ELEMENTS(cells));
	}
}

/* One block for all sentences: there may be many lots. */
static void add_scheme(json_t *model, const char *lot_name, const struct criteria *criteria)
{
	g_autoptr(GPtrArray) sentences = criteria_text(criteria);
	g_autoptr(GString) text = g_string_new(NULL);

	if (criteria->items->len)
		add_items(model, lot_name, criteria);
	else
		g_string_append_printf(text, "%s　", lot_name);
	for (guint i = 0; i < sentences->len; i++)
		g_string_append(text, g_ptr_array_index(sentences, i));
	report_add_text(model, REPORT_CRITERIA, text->str);
}

static const char *price_text(const struct report_bid *bid, char buf[DECIMAL_TEXT_SIZE])
{
	return bid->has_price ? decimal_format(bid->price, 2, buf) : "—";
}

static void add_comparison(json_t *model, const char *lot_name, enum price_method method,
	const struct report_bid *bids, const struct rank_row *rows, size_t n_bids,
	const char *const *member_names, size_t n_members)
{
	size_t n = n_members + 5;
	g_autofree struct report_column *columns = g_new0(struct report_column, n);
	g_autofree const char **cells = g_new0(const char *, n);
	g_autofree char(*texts)[DECIMAL_TEXT_SIZE] = g_malloc0_n(n, DECIMAL_TEXT_SIZE);

	columns[0] = (struct report_column){"投标人", REPORT_LEFT};
	for (size_t m = 0; m < n_members; m++)
		columns[1 + m] = (struct report_column){member_names[m], REPORT_RIGHT};
	columns[n - 4] = (struct report_column){"平均分", REPORT_RIGHT};
	columns[n - 3] = (struct report_column){"报价", REPORT_RIGHT};
	columns[n - 2] = (struct report_column){"价格分", REPORT_RIGHT};
	columns[n - 1] = (struct report_column){"总分", REPORT_RIGHT};
	report_add_table(model, REPORT_COMPARISON, lot_name, columns, n);
	for (size_t b = 0; b < n_bids; b++) {
		if (bids[b].rejected)
			continue;
		cells[0] = bids[b].bidder;
		for (size_t m = 0; m < n_members; m++)
			cells[1 + m] =
				decimal_format(bids[b].totals[m], CRITERIA_PLACES, texts[1 + m]);
		cells[n - 4] = decimal_format(rows[b].mean, RANK_PLACES, texts[n - 4]);
		cells[n - 3] = price_text(&bids[b], texts[n - 3]);
		cells[n - 2] = decimal_format(rows[b].price_score, 2, texts[n - 2]);
		if (method == PRICE_IN_TOTAL)
			cells[n - 2] = "已含";
		else if (price_method_chooses(method))
			cells[n - 2] = "—";
		cells[n - 1] = decimal_format(rows[b].total, RANK_PLACES, texts[n - 1]);
		report_add_row(model, REPORT_COMPARISON, cells, n);
	}
}

/* The bids by rank, at most `most` of them. */
static void add_ranking(json_t *model, unsigned section, const char *lot_name,
	const struct report_bid *bids, const struct rank_row *rows, size_t n_bids, unsigned most)
{
	static const struct report_column columns[] = {{"名次", REPORT_CENTER},
		{"投标人", REPORT_LEFT}, {"报价", REPORT_RIGHT}, {"总分", REPORT_RIGHT}};
	g_autofree size_t *order = g_new0(size_t, n_bids + 1);
	char rank[16], price[DECIMAL_TEXT_SIZE], total[DECIMAL_TEXT_SIZE];

	report_add_table(model, section, lot_name, columns, G_N_ELEMENTS(columns));
	rank_order(rows, n_bids, order);
	for (size_t i = 0; i < n_bids; i++) {
		const struct rank_row *row = &rows[order[i]];
		const char *cells[] = {rank, bids[order[i]].bidder,
			price_text(&bids[order[i]], price), decimal_format(row->total, 2, total)};

		if (!row->rank || row->rank > most)
			break;
		snprintf(rank, sizeof rank, row->tied ? "%u（并列）" : "%u", row->rank);
		report_add_row(model, section, cells, G_N_ELEMENTS(cells));
	}
}

/* Who has won his share of the lots is named, with the one that comes up in his place. */
static void add_passed(json_t *model, const char *lot_name, const struct report_bid *bids,
	const struct award_row *awards, size_t n_bids)
{
	for (size_t i = 0; i < n_bids; i++) {
		g_autofree char *text = NULL;

		if (awards[i].mark != AWARD_PASSED)
			continue;
		text = g_strdup_printf(
			"%s　%s已按兼投不兼中的规定在编号在前的标段（包）排名第一，不再推荐。",
			lot_name, bids[i].bidder);
		report_add_text(model, REPORT_RECOMMENDED, text);
	}
}

/* The ranks as the awards give them: who is no candidate has none. */
static void add_recommended(json_t *model, const char *lot_name, const struct report_bid *bids,
	const struct rank_row *rows, const struct award_row *awards, size_t n_bids)
{
	g_autofree struct rank_row *placed = g_memdup2(rows, n_bids * sizeof *rows);

	for (size_t i = 0; awards && i < n_bids; i++) {
		placed[i].rank = awards[i].place;
		placed[i].tied = false;
	}
	add_ranking(
		model, REPORT_RECOMMENDED, lot_name, bids, placed, n_bids, REPORT_CANDIDATES_MAX);
	if (awards)
		add_passed(model, lot_name, bids, awards, n_bids);
}

static void add_rejected(
	json_t *model, const char *lot_name, const struct report_bid *bids, size_t n_bids)
{
	for (size_t i = 0; i < n_bids; i++) {
		g_autofree char *label = NULL;

		if (!bids[i].rejected)
			continue;
		label = g_strdup_printf("%s　%s", lot_name, bids[i].bidder);
		report_add_pair(model, REPORT_REJECTED, label, bids[i].rejected);
	}
}

void report_add_lot(json_t *model, const char *lot_name, const struct criteria *criteria,
	const struct report_bid *bids, const struct rank_row *rows, const struct award_row *awards,
	size_t n_bids, const char *const *member_names, size_t n_members)
{
	add_rejected(model, lot_name, bids, n_bids);
	add_scheme(model, lot_name, criteria);
	add_comparison(model, lot_name, criteria->price.method, bids, rows, n_bids, member_names,
		n_members);
	add_ranking(model, REPORT_RANKING, lot_name, bids, rows, n_bids, (unsigned)n_bids);
	add_recommended(model, lot_name, bids, rows, awards, n_bids);
}

const char *report_time(int64_t us, char buf[static CLOCK_TEXT_SIZE])
{
	*buf = '\0';
	return us ? clock_format_beijing_plain(us, buf) : buf;
}

void report_model_finish(json_t *model)
{
	size_t n = json_array_size(json_object_get(model, "sections"));

	for (size_t i = 0; i < n; i++)
		if (!json_array_size(blocks_of(model, (unsigned)i)))
			report_add_text(model, (unsigned)i, NOTHING);
}

static bool is_text(const json_t *value)
{
	return json_is_string(value) && json_string_length(value) <= REPORT_TEXT_MAX &&
	       strlen(json_string_value(value)) == json_string_length(value);
}

static bool are_rows(const json_t *rows, size_t n_cells)
{
	if (!json_is_array(rows) || json_array_size(rows) > REPORT_ROWS_MAX)
		return false;
	for (size_t r = 0; r < json_array_size(rows); r++) {
		const json_t *row = json_array_get(rows, r);

		if (!json_is_array(row) || json_array_size(row) != n_cells)
			return false;
		for (size_t c = 0; c < n_cells; c++)
			if (!is_text(json_array_get(row, c)))
				return false;
	}
	return true;
}

static bool is_align(const json_t *value)
{
	for (size_t i = 0; json_is_string(value) && i < G_N_ELEMENTS(aligns); i++)
		if (strcmp(aligns[i], json_string_value(value)) == 0)
			return true;
	return false;
}

static bool is_table(const json_t *block)
{
	const json_t *columns = json_object_get(block, "columns");
	size_t n = json_array_size(columns);

	if (n < 1 || n > REPORT_COLUMNS_MAX || !is_text(json_object_get(block, "caption")))
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *column = json_array_get(columns, i);

		if (!is_text(json_object_get(column, "title")) ||
			!is_align(json_object_get(column, "align")))
			return false;
	}
	return are_rows(json_object_get(block, "rows"), n);
}

static bool is_block(const json_t *block)
{
	const char *type = json_string_value(json_object_get(block, "type"));

	if (g_strcmp0(type, "text") == 0)
		return is_text(json_object_get(block, "text"));
	if (g_strcmp0(type, "pairs") == 0)
		return are_rows(json_object_get(block, "rows"), 2);
	return g_strcmp0(type, "table") == 0 && is_table(block);
}

static bool is_section(const json_t *section, const char *id)
{
	const json_t *blocks = json_object_get(section, "blocks");
	size_t n = json_array_size(blocks);

	if (g_strcmp0(json_string_value(json_object_get(section, "id")), id) != 0 ||
		!is_text(json_object_get(section, "title")) || n < 1 || n > REPORT_BLOCKS_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_block(json_array_get(blocks, i)))
			return false;
	return true;
}

int64_t report_model_made_us(const json_t *model)
{
	const char *text = json_string_value(json_object_get(model, "made_at"));
	int64_t us = 0;

	return text && clock_parse(text, &us) == 0 ? us : 0;
}

int report_model_check(const json_t *model)
{
	const json_t *list = json_object_get(model, "sections");

	if (!report_model_made_us(model) ||
		g_strcmp0(json_string_value(json_object_get(model, "format")), FORMAT) != 0 ||
		!is_text(json_object_get(model, "title")) ||
		json_array_size(list) != N_REPORT_SECTIONS)
		return REPORT_E_FORM;
	for (size_t i = 0; i < N_REPORT_SECTIONS; i++)
		if (!is_section(json_array_get(list, i), sections[i].id))
			return REPORT_E_FORM;
	return 0;
}

int report_model_digest(const json_t *model, uint8_t ret_digest[32])
{
	return canon_digest(model, ret_digest) ? REPORT_E_FORM : 0;
}
