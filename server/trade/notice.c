/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice.h"

#include <string.h>

struct kind_row {
	const char *name;
	const char *title;
	enum regime regime;
	bool is_tender;
	const char *period_rule; /* of the bid period or the publicity */
	const char *offer_rule;
};

static const struct kind_row kinds[] = {
	[NOTICE_ZTB_TENDER] = {"ztb_tender", "招标公告", REGIME_ZTB, true, "T02", "T01"},
	[NOTICE_ZTB_CANDIDATES] = {"ztb_candidates", "中标候选人公示", REGIME_ZTB, false, "T10",
		NULL},
	[NOTICE_GP_TENDER] = {"gp_tender", "公开招标公告", REGIME_GP, true, "G01", "G02"},
	[NOTICE_GP_RESULT] = {"gp_result", "中标结果公告", REGIME_GP, false, "G05", NULL},
};

static const char *const states[] = {
	[NOTICE_DRAFT] = "draft",
	[NOTICE_SUBMITTED] = "submitted",
	[NOTICE_RETURNED] = "returned",
	[NOTICE_APPROVED] = "approved",
	[NOTICE_PUBLISHED] = "published",
};

enum who { AUTHOR, OTHER };

static const struct {
	enum notice_step step;
	enum notice_state from, to;
	enum who who;
} steps[] = {
	{NOTICE_STEP_EDIT, NOTICE_DRAFT, NOTICE_DRAFT, AUTHOR},
	{NOTICE_STEP_EDIT, NOTICE_RETURNED, NOTICE_RETURNED, AUTHOR},
	{NOTICE_STEP_SUBMIT, NOTICE_DRAFT, NOTICE_SUBMITTED, AUTHOR},
	{NOTICE_STEP_SUBMIT, NOTICE_RETURNED, NOTICE_SUBMITTED, AUTHOR},
	{NOTICE_STEP_RETURN, NOTICE_SUBMITTED, NOTICE_RETURNED, OTHER},
	{NOTICE_STEP_RETURN, NOTICE_APPROVED, NOTICE_RETURNED, OTHER},
	{NOTICE_STEP_APPROVE, NOTICE_SUBMITTED, NOTICE_APPROVED, OTHER},
	{NOTICE_STEP_PUBLISH, NOTICE_APPROVED, NOTICE_PUBLISHED, OTHER},
};

/* 招标投标法 16, 10号令 and the result notices of government purchase. */
static const struct notice_field fields[] = {
	{NOTICE_ZTB_TENDER, "name", "项目名称"},
	{NOTICE_ZTB_TENDER, "scope", "招标内容"},
	{NOTICE_ZTB_TENDER, "scale", "规模"},
	{NOTICE_ZTB_TENDER, "funds", "资金来源"},
	{NOTICE_ZTB_TENDER, "place", "实施地点"},
	{NOTICE_ZTB_TENDER, "duration", "工期或交货期"},
	{NOTICE_ZTB_TENDER, "qualification", "投标人资格要求"},
	{NOTICE_ZTB_TENDER, "file_access", "招标文件的获取"},
	{NOTICE_ZTB_TENDER, "submission", "投标文件的递交"},
	{NOTICE_ZTB_TENDER, "buyer_contact", "招标人及联系方式"},
	{NOTICE_ZTB_TENDER, "agency_contact", "招标代理机构及联系方式"},
	{NOTICE_ZTB_TENDER, "electronic", "电子招标投标方式"},

	{NOTICE_ZTB_CANDIDATES, "candidates", "中标候选人名称及排序"},
	{NOTICE_ZTB_CANDIDATES, "prices", "投标报价"},
	{NOTICE_ZTB_CANDIDATES, "quality", "质量"},
	{NOTICE_ZTB_CANDIDATES, "duration", "工期或交货期"},
	{NOTICE_ZTB_CANDIDATES, "evaluation", "评标情况"},
	{NOTICE_ZTB_CANDIDATES, "manager", "项目负责人及其证书"},
	{NOTICE_ZTB_CANDIDATES, "qualification", "资格能力响应情况"},
	{NOTICE_ZTB_CANDIDATES, "objection", "提出异议的渠道和方式"},

	{NOTICE_GP_TENDER, "number", "项目编号"},
	{NOTICE_GP_TENDER, "name", "项目名称"},
	{NOTICE_GP_TENDER, "budget", "预算金额"},
	{NOTICE_GP_TENDER, "scope", "采购需求"},
	{NOTICE_GP_TENDER, "duration", "合同履行期限"},
	{NOTICE_GP_TENDER, "qualification", "供应商资格要求"},
	{NOTICE_GP_TENDER, "file_access", "招标文件的获取"},
	{NOTICE_GP_TENDER, "submission", "投标文件的递交"},
	{NOTICE_GP_TENDER, "buyer_contact", "采购人及联系方式"},
	{NOTICE_GP_TENDER, "agency_contact", "采购代理机构及联系方式"},

	{NOTICE_GP_RESULT, "number", "项目编号"},
	{NOTICE_GP_RESULT, "name", "项目名称"},
	{NOTICE_GP_RESULT, "winner", "中标供应商名称"},
	{NOTICE_GP_RESULT, "winner_address", "中标供应商地址"},
	{NOTICE_GP_RESULT, "winner_price", "中标金额"},
	{NOTICE_GP_RESULT, "items", "主要标的信息"},
	{NOTICE_GP_RESULT, "judges", "评审专家名单"},
	{NOTICE_GP_RESULT, "agency_fee", "代理服务收费标准及金额"},
	{NOTICE_GP_RESULT, "period", "公告期限"},
	{NOTICE_GP_RESULT, "contact", "联系方式"},
};

const char *notice_refusal_code(int refusal)
{
	switch (refusal) {
		NOTICE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static const struct kind_row *kind_row(enum notice_kind k)
{
	return k >= NOTICE_ZTB_TENDER && k <= NOTICE_GP_RESULT ? &kinds[k] : NULL;
}

const char *notice_kind_name(enum notice_kind k)
{
	return kind_row(k) ? kind_row(k)->name : NULL;
}

const char *notice_kind_title(enum notice_kind k)
{
	return kind_row(k) ? kind_row(k)->title : NULL;
}

enum notice_kind notice_kind_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return (enum notice_kind)i;
	return 0;
}

enum regime notice_kind_regime(enum notice_kind k)
{
	return kind_row(k) ? kind_row(k)->regime : 0;
}

bool notice_kind_is_tender(enum notice_kind k)
{
	return kind_row(k) && kind_row(k)->is_tender;
}

const char *notice_state_name(enum notice_state s)
{
	return s >= NOTICE_DRAFT && s <= NOTICE_PUBLISHED ? states[s] : NULL;
}

enum notice_state notice_state_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], name) == 0)
			return (enum notice_state)i;
	return 0;
}

const struct notice_field *notice_fields(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(fields);
	return fields;
}

int notice_step(
	enum notice_state state, enum notice_step step, bool is_author, enum notice_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].step != step || steps[i].from != state)
			continue;
		if (steps[i].who == AUTHOR && !is_author)
			return NOTICE_E_NOT_AUTHOR;
		if (steps[i].who == OTHER && is_author)
			return NOTICE_E_SAME_PERSON;
		*ret = steps[i].to;
		return 0;
	}
	return NOTICE_E_STATE;
}

static void find(GArray *list, enum verdict_kind kind, int refusal, const char *rule,
	const char *field, int64_t earliest_us)
{
	struct rule_verdict v = {
		kind, refusal, notice_refusal_code(refusal), rule, field, earliest_us};

	verdicts_add(list, &v);
}

static bool text_is_blank(const char *text)
{
	for (; *text; text = g_utf8_next_char(text))
		if (!g_unichar_isspace(g_utf8_get_char(text)))
			return false;
	return true;
}

/* 0 when the text is there and not too long. */
static int check_text(const char *text, glong max)
{
	if (!text || !g_utf8_validate(text, -1, NULL) || text_is_blank(text))
		return NOTICE_E_MISSING;
	return g_utf8_strlen(text, -1) > max ? NOTICE_E_TOO_LONG : 0;
}

static void check_content(const struct notice *notice, GArray *list)
{
	int r = check_text(notice->title, NOTICE_TITLE_MAX);

	if (r)
		find(list, VERDICT_REFUSE, r, NULL, "title", 0);
	r = check_text(notice->body_md, NOTICE_BODY_MAX);
	if (r)
		find(list, VERDICT_REFUSE, r, NULL, "body_md", 0);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (fields[i].kind != notice->kind)
			continue;
		r = check_text(json_string_value(json_object_get(notice->fields, fields[i].name)),
			NOTICE_TEXT_MAX);
		if (r)
			find(list, VERDICT_REFUSE, r, NULL, fields[i].name, 0);
	}
}

/* The end of the period that the rule demands, counted in the unit of its row. */
static int64_t rule_end(
	const struct rulebook *book, const struct calendar *cal, const char *id, int64_t start_us)
{
	const struct rule *rule = rulebook_find(book, id);

	g_assert(rule);
	if (rule->unit == UNIT_WORKING_DAY)
		return calendar_after_working_days(
			cal, start_us, (unsigned)rule->value, book->day_count);
	return calendar_after_days(start_us, (unsigned)rule->value, book->day_count);
}

int64_t notice_earliest_deadline(enum regime regime, const struct rulebook *book,
	const struct calendar *cal, int64_t start_us)
{
	const char *rule = regime == REGIME_GP ? "G01" : "T02";

	return calendar_roll_forward_us(cal, rule_end(book, cal, rule, start_us));
}

int64_t notice_earliest_publicity_end(enum notice_kind kind, const struct rulebook *book,
	const struct calendar *cal, int64_t start_us)
{
	g_assert(!notice_kind_is_tender(kind));
	return calendar_roll_forward_us(
		cal, rule_end(book, cal, kinds[kind].period_rule, start_us));
}

/* The end of a period: long enough by its rule, and on a working day. */
static void check_end(const struct rulebook *book, const struct calendar *cal, const char *rule,
	int refusal, int64_t start_us, int64_t end_us, const char *field, GArray *list)
{
	int64_t least = rule_end(book, cal, rule, start_us);
	int year;

	if (end_us < least)
		find(list, VERDICT_REFUSE, refusal, rule, field,
			calendar_roll_forward_us(cal, least));
	else if (!calendar_is_working_day(cal, day_of(end_us)))
		find(list, VERDICT_REFUSE, NOTICE_E_HOLIDAY, "T18", field,
			calendar_roll_forward_us(cal, end_us));
	year = calendar_missing_year(cal, start_us, MAX(end_us, least));
	if (year)
		find(list, VERDICT_WARN, NOTICE_E_HOLIDAY_DATA, "T18", field, 0);
}

static void check_tender_times(const struct notice *notice, const struct rulebook *book,
	const struct calendar *cal, int64_t now_us, GArray *list)
{
	const struct kind_row *row = kind_row(notice->kind);
	/* Nobody can fetch the file before the notice is out. */
	int64_t start_us = MAX(notice->offer_start_us, now_us);
	int64_t offer_least;

	if (!time_is_plausible(notice->offer_start_us) ||
		!time_is_plausible(notice->offer_end_us) ||
		!time_is_plausible(notice->bid_deadline_us) ||
		!time_is_plausible(notice->opening_us)) {
		find(list, VERDICT_REFUSE, NOTICE_E_TIME, NULL, "times", 0);
		return;
	}
	if (notice->offer_end_us <= notice->offer_start_us ||
		notice->bid_deadline_us < notice->offer_end_us)
		find(list, VERDICT_REFUSE, NOTICE_E_ORDER, NULL, "offer_end", 0);
	offer_least = rule_end(book, cal, row->offer_rule, start_us);
	if (notice->offer_end_us < offer_least)
		find(list, VERDICT_REFUSE, NOTICE_E_OFFER_TOO_SHORT, row->offer_rule, "offer_end",
			offer_least);
	check_end(book, cal, row->period_rule, NOTICE_E_PERIOD_TOO_SHORT, start_us,
		notice->bid_deadline_us, "deadline", list);
	if (notice->opening_us != notice->bid_deadline_us)
		find(list, VERDICT_REFUSE, NOTICE_E_OPENING_TIME,
			row->regime == REGIME_ZTB ? "T07" : NULL, "opening",
			notice->bid_deadline_us);
}

static void check_publicity(const struct notice *notice, const struct rulebook *book,
	const struct calendar *cal, int64_t now_us, GArray *list)
{
	int64_t start_us = MAX(notice->publicity_start_us, now_us);

	if (!time_is_plausible(notice->publicity_start_us) ||
		!time_is_plausible(notice->publicity_end_us)) {
		find(list, VERDICT_REFUSE, NOTICE_E_TIME, NULL, "publicity", 0);
		return;
	}
	if (notice->publicity_end_us <= notice->publicity_start_us)
		find(list, VERDICT_REFUSE, NOTICE_E_ORDER, NULL, "publicity_end", 0);
	check_end(book, cal, kind_row(notice->kind)->period_rule, NOTICE_E_PUBLICITY_TOO_SHORT,
		start_us, notice->publicity_end_us, "publicity_end", list);
}

void notice_check(const struct notice *notice, const struct rulebook *book,
	const struct calendar *cal, int64_t now_us, GArray *verdicts)
{
	if (!kind_row(notice->kind)) {
		find(verdicts, VERDICT_REFUSE, NOTICE_E_KIND, NULL, "kind", 0);
		return;
	}
	check_content(notice, verdicts);
	if (notice_kind_is_tender(notice->kind))
		check_tender_times(notice, book, cal, now_us, verdicts);
	else
		check_publicity(notice, book, cal, now_us, verdicts);
}
