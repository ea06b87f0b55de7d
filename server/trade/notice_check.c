/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice_check.h"

#include <string.h>

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

static void check_field(const struct notice *notice, const struct notice_case *c,
	const struct notice_field *field, GArray *list)
{
	const json_t *value = json_object_get(notice->fields, field->name);
	int r = check_text(json_string_value(value), NOTICE_TEXT_MAX);

	/* The contents are there, but not for everybody. */
	if (json_object_get(c->withheld, field->name)) {
		if (!field->withholdable)
			find(list, VERDICT_REFUSE, NOTICE_E_NOT_WITHHOLDABLE, NULL, field->name, 0);
		return;
	}
	if (r == NOTICE_E_MISSING && !field->required && (!value || json_is_string(value)))
		return;
	if (r)
		find(list, VERDICT_REFUSE, r, NULL, field->name, 0);
}

static void check_content(const struct notice *notice, const struct notice_case *c, GArray *list)
{
	size_t n;
	const struct notice_field *fields = notice_fields(&n);
	int r = check_text(notice->title, NOTICE_TITLE_MAX);

	if (r)
		find(list, VERDICT_REFUSE, r, NULL, "title", 0);
	r = check_text(notice->body_md, NOTICE_BODY_MAX);
	if (r)
		find(list, VERDICT_REFUSE, r, NULL, "body_md", 0);
	for (size_t i = 0; i < n; i++)
		if (fields[i].kind == notice->kind)
			check_field(notice, c, &fields[i], list);
}

static bool shows(const char *text, const char *secret)
{
	return text && strstr(text, secret);
}

static void leak(GArray *list, const char *field)
{
	find(list, VERDICT_REFUSE, NOTICE_E_LEAK, NULL, field, 0);
}

/* Also fields this kind does not know are published: under their names, and their values. */
static void check_leak_in_fields(const struct notice *notice, const char *secret, GArray *list)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)notice->fields, name, value) {
		const struct notice_field *field = notice_field_find(notice->kind, name);

		if (shows(name, secret) || shows(json_string_value(value), secret))
			leak(list, field ? field->name : "fields");
	}
}

static void check_leak_in_members(
	const json_t *rows, const char *member, const char *secret, const char *field, GArray *list)
{
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)rows, i, row)
		if (shows(json_string_value(json_object_get(row, member)), secret))
			leak(list, field);
}

void notice_check_leak(const struct notice *notice, const struct notice_case *c, GArray *list)
{
	const char *name, *other;
	json_t *row, *reason;

	json_object_foreach ((json_t *)c->withheld, name, row) {
		const char *secret = json_string_value(json_object_get(row, "text"));

		if (!secret || text_is_blank(secret))
			continue;
		if (shows(notice->title, secret))
			leak(list, "title");
		if (shows(notice->body_md, secret))
			leak(list, "body_md");
		check_leak_in_fields(notice, secret, list);
		check_leak_in_members(c->attachments, "name", secret, "attachments", list);
		check_leak_in_members(notice->media, "name", secret, "media", list);
		check_leak_in_members(notice->media, "address", secret, "media", list);
		json_object_foreach ((json_t *)c->withheld, other, reason)
			if (shows(json_string_value(json_object_get(reason, "reason")), secret))
				leak(list, "withheld");
	}
}

static void check_lots(const struct notice *notice, const struct notice_case *c, GArray *list)
{
	size_t i;
	json_t *no;

	json_array_foreach ((json_t *)notice->lot_nos, i, no) {
		json_int_t n = json_integer_value(no);

		if (!json_is_integer(no) || n < 1 || n > (json_int_t)c->n_lots) {
			find(list, VERDICT_REFUSE, NOTICE_E_LOT, NULL, "lot_nos", 0);
			return;
		}
	}
}

static void check_predecessor(
	const struct notice *notice, const struct notice_case *c, GArray *list)
{
	if (!c->predecessor) {
		if (notice_kind_row(notice->kind)->must_follow)
			find(list, VERDICT_REFUSE, NOTICE_E_NO_PREDECESSOR, NULL, "follows", 0);
	} else if (!notice_kind_may_follow(notice->kind, c->predecessor)) {
		find(list, VERDICT_REFUSE, NOTICE_E_PREDECESSOR, NULL, "follows", 0);
	}
}

int64_t rule_period_end(
	const struct rulebook *book, const struct calendar *cal, const char *id, int64_t start_us)
{
	const struct rule *rule = rulebook_find(book, id);

	g_assert(rule);
	switch (rule->unit) {
	case UNIT_HOUR:
		return start_us + rule->value * (CALENDAR_DAY_US / 24);
	case UNIT_WORKING_DAY:
		return calendar_after_working_days(
			cal, start_us, (unsigned)rule->value, book->day_count);
	default:
		g_assert(rule->unit == UNIT_DAY);
		return calendar_after_days(start_us, (unsigned)rule->value, book->day_count);
	}
}

int64_t notice_earliest_end(enum notice_kind kind, const struct rulebook *book,
	const struct calendar *cal, int64_t start_us)
{
	const struct notice_kind_row *row = notice_kind_row(kind);

	g_assert(row && row->period_rule);
	return calendar_roll_forward_us(
		cal, rule_period_end(book, cal, row->period_rule, start_us));
}

static void check_day_off(const struct notice_case *c, int64_t start_us, int64_t end_us,
	const char *field, GArray *list)
{
	if (!calendar_is_working_day(c->calendar, day_of(end_us)))
		find(list, VERDICT_REFUSE, NOTICE_E_HOLIDAY, "T18", field,
			calendar_roll_forward_us(c->calendar, end_us));
	if (calendar_missing_year(c->calendar, start_us, end_us))
		find(list, VERDICT_WARN, NOTICE_E_HOLIDAY_DATA, "T18", field, 0);
}

/* The end of a period: long enough by its rule (NULL: none), and on a working day. */
static void check_end(const struct notice_case *c, const char *rule, int refusal, int64_t start_us,
	int64_t end_us, const char *field, GArray *list)
{
	int64_t least = rule ? rule_period_end(c->book, c->calendar, rule, start_us) : start_us;

	if (end_us >= least) {
		check_day_off(c, start_us, end_us, field, list);
		return;
	}
	find(list, VERDICT_REFUSE, refusal, rule, field,
		calendar_roll_forward_us(c->calendar, least));
	if (calendar_missing_year(c->calendar, start_us, least))
		find(list, VERDICT_WARN, NOTICE_E_HOLIDAY_DATA, "T18", field, 0);
}

static bool tender_times_known(const struct notice *n)
{
	return time_is_plausible(n->offer_start_us) && time_is_plausible(n->offer_end_us) &&
	       time_is_plausible(n->bid_deadline_us) && time_is_plausible(n->opening_us);
}

static void check_order(const struct notice *n, GArray *list)
{
	if (n->offer_end_us <= n->offer_start_us || n->bid_deadline_us < n->offer_end_us)
		find(list, VERDICT_REFUSE, NOTICE_E_ORDER, NULL, "offer_end", 0);
}

static void check_tender_times(
	const struct notice *notice, const struct notice_case *c, GArray *list)
{
	const struct notice_kind_row *row = notice_kind_row(notice->kind);
	/* Nobody can fetch the file before the notice is out. */
	int64_t start_us = MAX(notice->offer_start_us, c->now_us);
	const char *period = row->period_rule;
	int64_t offer_least;

	check_order(notice, list);
	offer_least = rule_period_end(c->book, c->calendar, row->offer_rule, start_us);
	if (notice->offer_end_us < offer_least)
		find(list, VERDICT_REFUSE, NOTICE_E_OFFER_TOO_SHORT, row->offer_rule, "offer_end",
			offer_least);
	if (row->regime == REGIME_ZTB && !c->mandatory)
		period = NULL;
	check_end(c, period, NOTICE_E_PERIOD_TOO_SHORT, start_us, notice->bid_deadline_us,
		"deadline", list);
	if (notice->opening_us != notice->bid_deadline_us)
		find(list, VERDICT_REFUSE, NOTICE_E_OPENING_TIME,
			row->regime == REGIME_ZTB ? "T07" : NULL, "opening",
			notice->bid_deadline_us);
}

/* Sales of assets: no text that was read names a least time. */
static void check_listing_times(
	const struct notice *notice, const struct notice_case *c, GArray *list)
{
	check_order(notice, list);
	if (notice->bid_deadline_us <= c->now_us)
		find(list, VERDICT_REFUSE, NOTICE_E_OVER, NULL, "deadline", 0);
}

static void check_publicity(const struct notice *notice, const struct notice_case *c, GArray *list)
{
	int64_t start_us = MAX(notice->publicity_start_us, c->now_us);

	if (!time_is_plausible(notice->publicity_start_us) ||
		!time_is_plausible(notice->publicity_end_us)) {
		find(list, VERDICT_REFUSE, NOTICE_E_TIME, NULL, "publicity", 0);
		return;
	}
	if (notice->publicity_end_us <= notice->publicity_start_us)
		find(list, VERDICT_REFUSE, NOTICE_E_ORDER, NULL, "publicity_end", 0);
	check_end(c, notice_kind_row(notice->kind)->period_rule, NOTICE_E_PUBLICITY_TOO_SHORT,
		start_us, notice->publicity_end_us, "publicity_end", list);
}

/* What may come of an objection is a change, which then has the whole time again (T03). */
static bool is_over(const struct notice_case *c)
{
	return c->deadline_us <= c->now_us && !c->held;
}

/*
 * A deadline that moves must still leave the whole time to prepare bids, counted from the first
 * offer: moving it forward must not take away what the first notice had to give.
 */
static void check_new_deadline(
	const struct notice *notice, const struct notice_case *c, GArray *list)
{
	enum regime regime = notice_kind_regime(notice->kind);
	const char *rule = NULL;

	if (!time_is_plausible(notice->bid_deadline_us)) {
		find(list, VERDICT_REFUSE, NOTICE_E_TIME, NULL, "deadline", 0);
		return;
	}
	if (notice->bid_deadline_us <= c->now_us || is_over(c)) {
		find(list, VERDICT_REFUSE, NOTICE_E_OVER, NULL, "deadline", 0);
		return;
	}
	if (regime == REGIME_ASSET)
		return;
	if (regime == REGIME_GP && !c->by_talks)
		rule = "G01";
	else if (regime == REGIME_ZTB && c->mandatory && !c->prequalification)
		rule = "T02";
	check_end(c, rule, NOTICE_E_PERIOD_TOO_SHORT,
		c->offer_start_us ? c->offer_start_us : c->now_us, notice->bid_deadline_us,
		"deadline", list);
}

/* Bids are taken again where a deadline that was over is moved on: nothing affects them more. */
static bool affects_bids(const struct notice *notice, const struct notice_case *c)
{
	return notice->affects_bids || (notice->bid_deadline_us && c->deadline_us <= c->now_us);
}

/* T03, T04: what can affect the bids comes in time, or the deadline moves. */
static void check_change(const struct notice *notice, const struct notice_case *c, GArray *list)
{
	const char *rule = c->prequalification ? "T04" : "T03";
	int64_t deadline_us = notice->bid_deadline_us ? notice->bid_deadline_us : c->deadline_us;
	int64_t least;

	if (notice->bid_deadline_us)
		check_new_deadline(notice, c, list);
	if (!affects_bids(notice, c))
		return;
	if (is_over(c)) {
		find(list, VERDICT_REFUSE, NOTICE_E_OVER, NULL, "affects_bids", 0);
		return;
	}
	if (notice_kind_regime(notice->kind) != REGIME_ZTB)
		return;
	least = rule_period_end(c->book, c->calendar, rule, c->now_us);
	if (deadline_us < least)
		find(list, VERDICT_REFUSE, NOTICE_E_CHANGE_TOO_LATE, rule, "deadline",
			calendar_roll_forward_us(c->calendar, least));
}

static void check_times(const struct notice *notice, const struct notice_case *c, GArray *list)
{
	enum notice_times times = notice_kind_row(notice->kind)->times;

	if ((times == TIMES_TENDER || times == TIMES_LISTING) && !tender_times_known(notice)) {
		find(list, VERDICT_REFUSE, NOTICE_E_TIME, NULL, "times", 0);
		return;
	}
	switch (times) {
	case TIMES_NONE:
		break;
	case TIMES_TENDER:
		check_tender_times(notice, c, list);
		break;
	case TIMES_LISTING:
		check_listing_times(notice, c, list);
		break;
	case TIMES_NEW_DEADLINE:
		check_change(notice, c, list);
		break;
	case TIMES_PUBLICITY:
		check_publicity(notice, c, list);
		break;
	}
}

void notice_check(const struct notice *notice, const struct notice_case *c, GArray *verdicts)
{
	if (!notice_kind_row(notice->kind)) {
		find(verdicts, VERDICT_REFUSE, NOTICE_E_KIND, NULL, "kind", 0);
		return;
	}
	check_content(notice, c, verdicts);
	notice_check_leak(notice, c, verdicts);
	check_lots(notice, c, verdicts);
	check_predecessor(notice, c, verdicts);
	check_times(notice, c, verdicts);
}
