/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every text is brought to one form first (written.h), then each detector looks for its own
 * pattern. The patterns are bounded and have no nested repetition, so that a long text costs linear
 * time.
 */
#include "server/trade/notice_precheck.h"

#include <stdarg.h>
#include <string.h>

#include "proto/decimal.h"
#include "server/trade/written.h"

#define NUMBER WRITTEN_NUMBER
#define MONEY NUMBER "\\s?" WRITTEN_UNIT
/* Possessive, so that the day of a date is never taken for a number of days. */
#define DATE                                                               \
	"([0-9]{4})[-年/.]([0-9]{1,2})[-月/.]([0-9]{1,2})(?![0-9])日?+" \
	"(?:\\s?[0-9]{1,2}[:时][0-9]{0,2}分?)?+"
#define SPAN DATE "\\s?(?:起)?(?:至|到|~|—|--|-)\\s?" DATE
#define DAYS "([0-9]{1,4})\\s?个?(工作日|日历天|日历日|天|日)"
/* What may stand between two things that belong together. */
#define NEAR(n) "[^。;\\n0-9]{0," #n "}"

struct scan {
	const char *field;
	const struct calendar *calendar;
	GArray *list;
};

const char *precheck_refusal_code(int refusal)
{
	switch (refusal) {
		PRECHECK_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static G_GNUC_PRINTF(3, 4) void odd(struct scan *s, int refusal, const char *format, ...)
{
	struct rule_verdict v = {
		VERDICT_WARN, refusal, precheck_refusal_code(refusal), NULL, s->field, 0, ""};
	va_list args;
	g_autofree char *text = NULL;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_strlcpy(v.detail, text, sizeof(v.detail));
	/* Cut between two characters. */
	char *end;
	if (!g_utf8_validate(v.detail, -1, (const char **)&end))
		*end = '\0';
	verdicts_add(s->list, &v);
}

static char *group(const GMatchInfo *info, int i)
{
	return g_match_info_fetch(info, i);
}

/* Digits behind the point of a group. */
static unsigned group_places(const GMatchInfo *info, int i)
{
	g_autofree char *text = group(info, i);
	const char *point = text ? strchr(text, '.') : NULL;

	return point ? (unsigned)strlen(point + 1) : 0;
}

/* Half of the last printed digit of a number that stands for `unit`. */
static struct decimal half_digit(unsigned places, int64_t unit)
{
	struct decimal half = {.micro = (__int128)unit * 500000};

	for (unsigned i = 0; i < places && i < 6; i++)
		half.micro /= 10;
	return half;
}

static bool differ(struct decimal a, struct decimal b, struct decimal tolerance)
{
	return decimal_cmp(decimal_abs(decimal_sub(a, b)), tolerance) > 0;
}

static const char *show(struct decimal d, char buf[DECIMAL_TEXT_SIZE])
{
	return decimal_format_exact(decimal_round(d, 4), buf);
}

/* ---- dates and days ---- */

/* Both ways of counting are in use: with the first day and without it. */
static bool days_fit(
	const struct calendar *cal, int32_t from, int32_t to, int stated, const char *unit)
{
	int days = to - from;

	if (strcmp(unit, "工作日") == 0) {
		days = calendar_working_days_between(cal, from, to);
		return stated == days || (stated == days + 1 && calendar_is_working_day(cal, from));
	}
	return stated == days || stated == days + 1;
}

static void check_span(struct scan *s, const GMatchInfo *info, int dates, int stated)
{
	int32_t from, to;

	if (!written_day(info, dates, &from) || !written_day(info, dates + 3, &to))
		return;
	if (to < from) {
		g_autofree char *span = group(info, 0);
		odd(s, PRECHECK_DATES, "%s", span);
		return;
	}
	if (!stated)
		return;
	g_autofree char *unit = group(info, stated + 1);
	int n = written_int(info, stated);
	if (!days_fit(s->calendar, from, to, n, unit))
		odd(s, PRECHECK_DAYS, "%d%s ≠ %d%s", n, unit,
			strcmp(unit, "工作日") == 0
				? calendar_working_days_between(s->calendar, from, to)
				: to - from + 1,
			unit);
}

static void find_spans(struct scan *s, const char *text, const char *pattern, int dates, int stated)
{
	g_autoptr(GMatchInfo) info = written_match(pattern, text);

	for (; g_match_info_matches(info); g_match_info_next(info, NULL))
		check_span(s, info, dates, stated);
}

static void check_days(struct scan *s, const char *text)
{
	guint before = s->list->len;

	find_spans(s, text, SPAN NEAR(12) DAYS, 1, 7);
	if (s->list->len == before)
		find_spans(s, text, DAYS NEAR(12) SPAN, 3, 1);
	if (s->list->len == before)
		find_spans(s, text, SPAN, 1, 0);
}

/* ---- money ---- */

/* The total is the sum of what stands before it. */
static void check_sum(struct scan *s, const char *text)
{
	g_autoptr(GMatchInfo) info =
		written_match("(合计|总计|共计|总额)?(?:人民币)?[:为约\\s]{0,4}" MONEY, text);
	struct decimal sum = decimal_from_int(0), value;
	unsigned n = 0;

	for (; g_match_info_matches(info); g_match_info_next(info, NULL)) {
		g_autofree char *total = group(info, 1);
		char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE];

		if (!written_money(info, 2, &value))
			return;
		if (!total || !*total) {
			sum = decimal_add(sum, value);
			n++;
			continue;
		}
		if (n >= 2 && decimal_cmp(sum, value) != 0)
			odd(s, PRECHECK_SUM, "%s ≠ %s", show(value, a), show(sum, b));
		sum = decimal_from_int(0);
		n = 0;
	}
}

/* "1000000元的1.5%计取，共15000元": the product, to the last printed digit. */
static void check_fee(struct scan *s, const char *text)
{
	g_autoptr(GMatchInfo) info = written_match(
		MONEY "([^。;\\n0-9]{0,16})" NUMBER "\\s?%([^。;\\n0-9]{0,16})" MONEY, text);

	for (; g_match_info_matches(info); g_match_info_next(info, NULL)) {
		g_autofree char *before = group(info, 3), *after = group(info, 5),
				*unit = group(info, 7);
		struct decimal whole, percent, fee, expected;
		char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE];

		/* A discount, or only an upper bound: nothing to compare. */
		if (strstr(after, "下浮") || strstr(after, "优惠") || strstr(before, "下浮") ||
			strstr(before, "超过") || strstr(after, "超过"))
			continue;
		if (!written_money(info, 1, &whole) || !written_decimal(info, 4, &percent) ||
			!written_money(info, 6, &fee) ||
			decimal_mul_div(whole, percent, decimal_from_int(100), 6, &expected))
			continue;
		if (differ(fee, expected, half_digit(group_places(info, 6), written_unit(unit))))
			odd(s, PRECHECK_FEE, "%s ≠ %s", show(fee, a), show(expected, b));
	}
}

/* ---- weights ---- */

/* Points that are given or taken inside an item are none of the weights. */
static bool is_weight_label(const char *label)
{
	static const char *const not_weights[] = {
		"扣", "加", "得", "每", "高于", "低于", "不少于", "以上", "满足", "最高", "最低"};

	for (size_t i = 0; i < G_N_ELEMENTS(not_weights); i++)
		if (strstr(label, not_weights[i]))
			return false;
	return true;
}

static bool is_total_label(const char *label)
{
	return strstr(label, "满分") || strstr(label, "总分") || strstr(label, "合计") ||
	       strstr(label, "共");
}

static void check_weights(struct scan *s, const char *text)
{
	g_autoptr(GRegex) brackets = g_regex_new("\\([^()]{0,400}\\)", 0, 0, NULL);
	g_autofree char *bare = g_regex_replace_literal(brackets, text, -1, 0, "", 0, NULL);
	g_autoptr(GMatchInfo) info =
		written_match("([^0-9\\s,;:。、()]{2,16})[:\\s]{0,2}" NUMBER "\\s?(分|%)", bare);
	struct decimal sum = decimal_from_int(0), value;
	unsigned n = 0;
	char a[DECIMAL_TEXT_SIZE];

	for (; g_match_info_matches(info); g_match_info_next(info, NULL)) {
		g_autofree char *label = group(info, 1);

		if (!written_decimal(info, 2, &value) || !is_weight_label(label))
			continue;
		if (is_total_label(label)) {
			if (decimal_cmp(value, decimal_from_int(100)) != 0)
				odd(s, PRECHECK_WEIGHTS, "%s %s ≠ 100", label, show(value, a));
			continue;
		}
		sum = decimal_add(sum, value);
		n++;
	}
	if (n >= 2 && decimal_cmp(sum, decimal_from_int(100)) != 0)
		odd(s, PRECHECK_WEIGHTS, "%s ≠ 100", show(sum, a));
}

/* ---- names ---- */

/* A name without its number in the list and what is said about it. */
static char *bare_name(const char *part)
{
	g_autoptr(GRegex) ordinal = g_regex_new(
		"^\\s*(?:\\(?(?:第?[0-9一二三四五六七八九十]{1,3}(?:名|中标候选人)?)\\)?[.、:)\\s]\\s*|"
		"第[一二三四五六七八九十](?:名|中标候选人)[:\\s]?)",
		0, 0, NULL);
	g_autoptr(GRegex) rest = g_regex_new("[:(].*$", G_REGEX_DOTALL, 0, NULL);
	g_autofree char *without = g_regex_replace_literal(ordinal, part, -1, 0, "", 0, NULL);

	return g_strstrip(g_regex_replace_literal(rest, without, -1, 0, "", 0, NULL));
}

static void check_names(struct scan *s, const char *text)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) parts = g_regex_split_simple("[,;、\\n]", text, 0, 0);

	for (char **part = parts; *part; part++) {
		g_autofree char *name = bare_name(*part);

		/* Each lot has a list of its own. */
		if (strstr(*part, "标段") || strstr(*part, "包:") || strstr(*part, "包 "))
			g_hash_table_remove_all(seen);
		if (g_utf8_strlen(name, -1) < 2)
			continue;
		if (!g_hash_table_add(seen, g_strdup(name)))
			odd(s, PRECHECK_REPEATED, "%s", name);
	}
}

/* ---- area ---- */

static void compare_areas(struct scan *s, const GMatchInfo *info, int metres, int mu)
{
	g_autofree char *all = group(info, 0);
	struct decimal square, acres, expected, tolerance;
	char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE];

	if (!written_decimal(info, metres, &square) || !written_decimal(info, mu, &acres) ||
		decimal_mul_div(
			square, decimal_from_int(15), decimal_from_int(10000), 6, &expected))
		return;
	tolerance = half_digit(group_places(info, mu), 1);
	/* 约: the writer says that it is rounded. */
	if (strstr(all, "约") && decimal_mul_div(expected, decimal_from_int(1),
					 decimal_from_int(100), 6, &tolerance))
		return;
	if (differ(acres, expected, tolerance))
		odd(s, PRECHECK_AREA, "%s亩 ≠ %s亩", show(acres, a), show(expected, b));
}

static void find_areas(struct scan *s, const char *text, const char *pattern, int metres, int mu)
{
	g_autoptr(GMatchInfo) info = written_match(pattern, text);

	for (; g_match_info_matches(info); g_match_info_next(info, NULL))
		compare_areas(s, info, metres, mu);
}

#define SQUARE_METRES NUMBER "\\s?(?:m2|平方米|平米)"
#define MU NUMBER "\\s?亩"

static void check_area(struct scan *s, const char *text)
{
	guint before = s->list->len;

	find_areas(s, text, SQUARE_METRES NEAR(8) MU, 1, 2);
	if (s->list->len == before)
		find_areas(s, text, MU NEAR(8) SQUARE_METRES, 2, 1);
}

/* ---- all of it ---- */

static bool is_one_of(const char *field, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(field, *names) == 0)
			return true;
	return false;
}

/* A placeholder of a template (范本) that nothing replaced. */
static void check_blank(struct scan *s, const char *text)
{
	g_autoptr(GMatchInfo) info = written_match("\\{\\{[^{}\\n]{1,40}\\}\\}", text);

	if (!g_match_info_matches(info))
		return;
	g_autofree char *blank = group(info, 0);
	odd(s, PRECHECK_BLANK, "%s", blank);
}

void precheck_text(
	const char *field, const char *text, const struct calendar *cal, GArray *verdicts)
{
	static const char *const with_weights[] = {"criteria", "evaluation", NULL};
	static const char *const with_names[] = {"candidates", "winner", "judges", NULL};
	struct scan s = {.field = field, .calendar = cal, .list = verdicts};
	g_autofree char *plain = text ? written_form(text) : NULL;

	if (!plain)
		return;
	check_blank(&s, plain);
	check_days(&s, plain);
	check_sum(&s, plain);
	check_fee(&s, plain);
	check_area(&s, plain);
	if (is_one_of(field, with_weights))
		check_weights(&s, plain);
	if (is_one_of(field, with_names))
		check_names(&s, plain);
}

/* The stated period of a publicity against the times the notice carries. */
static void check_period(const struct notice *notice, const struct notice_case *c, GArray *verdicts)
{
	struct scan s = {.field = "period", .calendar = c->calendar, .list = verdicts};
	const char *stated = json_string_value(json_object_get(notice->fields, "period"));
	g_autofree char *plain = stated ? written_form(stated) : NULL;

	if (!plain || !time_is_plausible(notice->publicity_start_us) ||
		!time_is_plausible(notice->publicity_end_us))
		return;
	g_autoptr(GMatchInfo) info = written_match("^\\s*" DAYS, plain);
	if (!g_match_info_matches(info))
		return;
	g_autofree char *unit = group(info, 2);
	int32_t from = day_of(notice->publicity_start_us), to = day_of(notice->publicity_end_us);
	if (to >= from && !days_fit(c->calendar, from, to, written_int(info, 1), unit))
		odd(&s, PRECHECK_DAYS, "%d%s ≠ %d%s", written_int(info, 1), unit,
			strcmp(unit, "工作日") == 0
				? calendar_working_days_between(c->calendar, from, to)
				: to - from,
			unit);
}

static bool found_in_field(
	const GArray *list, guint from, guint until, const struct rule_verdict *v)
{
	for (guint i = from; i < until; i++) {
		const struct rule_verdict *other = &g_array_index(list, struct rule_verdict, i);

		if (other->refusal == v->refusal && strcmp(other->detail, v->detail) == 0)
			return true;
	}
	return false;
}

/* The body mostly repeats the fields: what a field was told for is not said twice. */
static void check_body(
	const struct notice *notice, const struct notice_case *c, guint first, GArray *verdicts)
{
	guint n = verdicts->len;

	precheck_text("body_md", notice->body_md, c->calendar, verdicts);
	for (guint i = n; i < verdicts->len;) {
		if (found_in_field(
			    verdicts, first, n, &g_array_index(verdicts, struct rule_verdict, i)))
			g_array_remove_index(verdicts, i);
		else
			i++;
	}
}

void notice_precheck(const struct notice *notice, const struct notice_case *c, GArray *verdicts)
{
	struct scan title = {.field = "title", .calendar = c->calendar, .list = verdicts};
	guint first = verdicts->len;
	size_t n;
	const struct notice_field *fields = notice_fields(&n);

	if (notice->title)
		check_blank(&title, notice->title);
	for (size_t i = 0; i < n; i++)
		if (fields[i].kind == notice->kind)
			precheck_text(fields[i].name,
				json_string_value(json_object_get(notice->fields, fields[i].name)),
				c->calendar, verdicts);
	check_period(notice, c, verdicts);
	check_body(notice, c, first, verdicts);
}
