/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The evaluation report (评标报告, 评审报告) as data: what it says, before anybody prints it. The
 *ten sections are those that rule E17 asks for; one without content says 无 ("none"), so that a
 *reader sees it was not forgotten.
 *
 *	{"format": "bidroom.report.v1", "title", "made_at",
 *	 "sections": [{"id": "basics", "title", "blocks": [
 *		{"type": "pairs", "rows": [["label", "value"] …]},
 *		{"type": "text", "text"},
 *		{"type": "table", "caption", "columns": [{"title", "align":
 *"left"|"right"|"center"}], "rows": [["cell" …] …]}]}]}
 *
 * server/report prints whatever passes report_model_check(), always to the same bytes, with the
 * canonical digest on every page: who signs the printed file's digest signs the model's with it.
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "server/core/clock.h"
#include "server/eval/award.h"
#include "server/eval/criteria.h"
#include "server/eval/rank.h"
#include "server/trade/verdict.h"

#define REPORT_CANDIDATES_MAX 3 /* E11 */
#define REPORT_TEXT_MAX 20000   /* bytes of one text or cell */
#define REPORT_BLOCKS_MAX 200
#define REPORT_COLUMNS_MAX 40
#define REPORT_ROWS_MAX 5000

#define REPORT_REFUSALS(X) X(REPORT_E_FORM, "report.form")

enum report_refusal { REPORT_E_NONE = 0, REPORT_REFUSALS(REFUSAL_ENUM) };

enum report_section {
	REPORT_BASICS = 0,     /* 基本情况和数据表 */
	REPORT_COMMITTEE,      /* 评标委员会成员名单 */
	REPORT_OPENING,        /* 开标记录 */
	REPORT_QUALIFIED,      /* 符合要求的投标一览表 */
	REPORT_REJECTED,       /* 否决投标的情况说明 */
	REPORT_CRITERIA,       /* 评标标准、评标方法 */
	REPORT_COMPARISON,     /* 经评审的价格或者评分比较一览表 */
	REPORT_RANKING,        /* 投标人排序 */
	REPORT_RECOMMENDED,    /* 推荐的中标候选人与签订合同前要处理的事宜 */
	REPORT_CLARIFICATIONS, /* 澄清、说明、补正事项纪要 */
	N_REPORT_SECTIONS,
};

enum report_align { REPORT_LEFT, REPORT_CENTER, REPORT_RIGHT };

struct report_column {
	const char *title;
	enum report_align align;
};

/* One bid of a lot, for the tables of scores. */
struct report_bid {
	const char *bidder;
	bool has_price;
	struct decimal price;
	const char *rejected;         /* the reason; NULL: not rejected */
	const struct decimal *totals; /* one a member */
};

const char *report_refusal_code(int refusal);

struct report_heading {
	const char *id, *title;
};

/* made_us above 0. */
json_t *report_model_new(const char *title, int64_t made_us);
/*
 * Another document that server/report prints: the section of what is added to it is the number of
 * the heading.
 */
json_t *report_document_new(const char *format, const char *title, int64_t made_us,
	const struct report_heading *headings, size_t n_headings);
/* When it was made; 0 if it does not say. */
int64_t report_model_made_us(const json_t *model);
/* section: of the report an enum report_section. */
void report_add_pair(json_t *model, unsigned section, const char *label, const char *value);
void report_add_text(json_t *model, unsigned section, const char *text);
/* Begins a table; rows follow into it until something else is added to the section. */
void report_add_table(json_t *model, unsigned section, const char *caption,
	const struct report_column *columns, size_t n_columns);
void report_add_row(json_t *model, unsigned section, const char *const *cells, size_t n_cells);

/*
 * A lot's result: rejected bids with their reasons, the scheme, every member's totals, the ranking,
 * and the candidates: by awards, or the first three where it is NULL.
 */
void report_add_lot(json_t *model, const char *lot_name, const struct criteria *criteria,
	const struct report_bid *bids, const struct rank_row *rows, const struct award_row *awards,
	size_t n_bids, const char *const *member_names, size_t n_members);

/* "2026-03-01 08:00:00": the zone is Chinese standard time throughout; "" for 0. */
const char *report_time(int64_t us, char buf[static CLOCK_TEXT_SIZE]);

/* Says 无 in every section that has no content. */
void report_model_finish(json_t *model);

/* Whether it is a model that can be printed. */
int report_model_check(const json_t *model);

/* SHA-256 of its canonical text; REPORT_E_FORM when it has none. */
int report_model_digest(const json_t *model, uint8_t ret_digest[32]);
