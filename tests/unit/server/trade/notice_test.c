/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice_check.h"

#include <string.h>

#include "tests/unit/server/trade/support.h"

static struct calendar *cal;
static const struct rulebook *book;

static int set_up(void **state)
{
	cal = calendar_2026();
	book = rulebook_current();
	return 0;
}

static int tear_down(void **state)
{
	cal = calendar_free(cal);
	return 0;
}

static json_t *all_fields(enum notice_kind kind)
{
	json_t *json = json_object();
	size_t n;
	const struct notice_field *rows = notice_fields(&n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].kind == kind)
			json_object_set_new(json, rows[i].name, json_string(rows[i].label));
	return json;
}

static struct notice make(enum notice_kind kind)
{
	return (struct notice){
		.kind = kind,
		.title = "公告",
		.body_md = "正文",
		.fields = all_fields(kind),
		.offer_start_us = at("2026-03-02 09:00:00"),
		.offer_end_us = at("2026-03-10 17:00:00"),
		.bid_deadline_us = at("2026-03-25 09:30:00"),
		.opening_us = at("2026-03-25 09:30:00"),
		.publicity_start_us = at("2026-03-02 09:00:00"),
		.publicity_end_us = at("2026-03-06 17:00:00"),
	};
}

static struct notice_case at_time(int64_t now_us)
{
	return (struct notice_case){
		.book = book, .calendar = cal, .now_us = now_us, .mandatory = true, .n_lots = 2};
}

/* Checks at `now`, expects exactly one refusal of that kind (or none), and frees the fields. */
static void expect(
	const struct notice *n, int64_t now_us, int refusal, const char *rule, int64_t earliest_us)
{
	g_autoptr(GArray) list = verdicts_new();
	struct notice_case c = at_time(now_us);
	const struct rule_verdict *v;

	notice_check(n, &c, list);
	v = verdicts_first_refusal(list);
	if (!refusal) {
		if (v)
			fail_msg("unexpected %s %s", v->code, v->field);
	} else {
		if (!v)
			fail_msg("nothing refused, wanted %s", notice_refusal_code(refusal));
		assert_int_equal(v->refusal, refusal);
		assert_string_equal(v->code, notice_refusal_code(refusal));
		if (g_strcmp0(v->rule, rule))
			fail_msg("rule %s, wanted %s", v->rule, rule);
		assert_true(v->earliest_us == earliest_us);
		assert_int_equal(list->len, 1);
	}
	json_decref((json_t *)n->fields);
}

/* T02 and G01: one second less than 20 days is too short. */
static void test_bid_period(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *rule;
	} rows[] = {{NOTICE_ZTB_TENDER, "T02"}, {NOTICE_GP_TENDER, "G01"}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t start = at("2026-03-03 09:00:00"), least = at("2026-03-23 09:00:00");
		struct notice n = make(rows[i].kind);

		n.offer_start_us = start;
		n.bid_deadline_us = n.opening_us = least;
		expect(&n, start, 0, NULL, 0);
		n = make(rows[i].kind);
		n.offer_start_us = start;
		n.bid_deadline_us = n.opening_us = least - SECOND;
		expect(&n, start, NOTICE_E_PERIOD_TOO_SHORT, rows[i].rule, least);
	}
}

/* Approved in time, published a second too late: the file was not to be had before. */
static void test_period_counts_from_publication(void **state)
{
	struct notice n = make(NOTICE_ZTB_TENDER);
	int64_t latest = n.bid_deadline_us - 20 * CALENDAR_DAY_US;

	n.offer_start_us = latest - HOUR;
	expect(&n, latest, 0, NULL, 0);
	n = make(NOTICE_ZTB_TENDER);
	n.offer_start_us = latest - HOUR;
	expect(&n, latest + SECOND, NOTICE_E_PERIOD_TOO_SHORT, "T02", n.bid_deadline_us + SECOND);
}

/* T18: a deadline on a day off is refused and the next working day offered. */
static void test_deadline_on_a_day_off(void **state)
{
	struct notice n = make(NOTICE_ZTB_TENDER);

	n.bid_deadline_us = n.opening_us = at("2026-03-28 09:30:00"); /* Saturday */
	expect(&n, n.offer_start_us, NOTICE_E_HOLIDAY, "T18", at("2026-03-30 09:30:00"));

	/* 20 days from 11 September end on 1 October: the first day after the holiday is the 8th.
	 */
	assert_true(notice_earliest_end(NOTICE_ZTB_TENDER, book, cal, at("2026-09-11 09:00:00")) ==
		    at("2026-10-08 09:00:00"));
	n = make(NOTICE_ZTB_TENDER);
	n.offer_start_us = at("2026-09-11 09:00:00");
	n.offer_end_us = at("2026-09-20 09:00:00");
	n.bid_deadline_us = n.opening_us = at("2026-09-30 17:00:00");
	expect(&n, n.offer_start_us, NOTICE_E_PERIOD_TOO_SHORT, "T02", at("2026-10-08 09:00:00"));

	/* A make-up Sunday is a working day. */
	n = make(NOTICE_ZTB_TENDER);
	n.offer_start_us = at("2026-08-25 09:00:00");
	n.offer_end_us = at("2026-09-05 09:00:00");
	n.bid_deadline_us = n.opening_us = at("2026-09-20 09:30:00");
	expect(&n, n.offer_start_us, 0, NULL, 0);
}

/* T01: five days; G02: five working days. */
static void test_offer_period(void **state)
{
	struct notice n = make(NOTICE_ZTB_TENDER);

	n.offer_end_us = n.offer_start_us + 5 * CALENDAR_DAY_US;
	expect(&n, n.offer_start_us, 0, NULL, 0);
	n = make(NOTICE_ZTB_TENDER);
	n.offer_end_us = n.offer_start_us + 5 * CALENDAR_DAY_US - SECOND;
	expect(&n, n.offer_start_us, NOTICE_E_OFFER_TOO_SHORT, "T01", n.offer_end_us + SECOND);
	n = make(NOTICE_GP_TENDER);
	n.offer_end_us = at("2026-03-09 09:00:00");
	expect(&n, n.offer_start_us, 0, NULL, 0);
	n = make(NOTICE_GP_TENDER);
	n.offer_end_us = at("2026-03-09 08:59:59");
	expect(&n, n.offer_start_us, NOTICE_E_OFFER_TOO_SHORT, "G02", at("2026-03-09 09:00:00"));
}

/* T07. */
static void test_opening_is_the_deadline(void **state)
{
	struct notice n = make(NOTICE_ZTB_TENDER);

	n.opening_us += SECOND;
	expect(&n, n.offer_start_us, NOTICE_E_OPENING_TIME, "T07", n.bid_deadline_us);
	n = make(NOTICE_GP_TENDER);
	n.opening_us -= SECOND;
	expect(&n, n.offer_start_us, NOTICE_E_OPENING_TIME, NULL, n.bid_deadline_us);
}

/* T10: three days. */
static void test_candidates_publicity(void **state)
{
	struct notice n = make(NOTICE_ZTB_CANDIDATES);
	int64_t least = n.publicity_start_us + 3 * CALENDAR_DAY_US;

	n.publicity_end_us = least;
	expect(&n, n.publicity_start_us, 0, NULL, 0);
	n = make(NOTICE_ZTB_CANDIDATES);
	n.publicity_end_us = least - SECOND;
	expect(&n, n.publicity_start_us, NOTICE_E_PUBLICITY_TOO_SHORT, "T10", least);
	/* From Thursday the third day is a Sunday: rolled to Monday (T18). */
	n = make(NOTICE_ZTB_CANDIDATES);
	n.publicity_start_us = at("2026-03-05 09:00:00");
	n.publicity_end_us = at("2026-03-08 09:00:00");
	expect(&n, n.publicity_start_us, NOTICE_E_HOLIDAY, "T18", at("2026-03-09 09:00:00"));
	assert_true(notice_earliest_end(NOTICE_ZTB_CANDIDATES, book, cal,
			    at("2026-03-05 09:00:00")) == at("2026-03-09 09:00:00"));
}

/* G05: one working day. */
static void test_result_period(void **state)
{
	struct notice n = make(NOTICE_GP_RESULT);

	n.publicity_start_us = at("2026-03-06 10:00:00"); /* Friday */
	n.publicity_end_us = at("2026-03-09 10:00:00");
	expect(&n, n.publicity_start_us, 0, NULL, 0);
	n = make(NOTICE_GP_RESULT);
	n.publicity_start_us = at("2026-03-06 10:00:00");
	n.publicity_end_us = at("2026-03-09 09:59:59");
	expect(&n, n.publicity_start_us, NOTICE_E_PUBLICITY_TOO_SHORT, "G05",
		at("2026-03-09 10:00:00"));
}

static void test_whole_days_are_stricter(void **state)
{
	struct rulebook strict = *book;

	strict.day_count = DAY_COUNT_WHOLE;
	assert_true(notice_earliest_end(NOTICE_ZTB_TENDER, &strict, cal, at("2026-03-03 09:00:00")) ==
		    at("2026-03-23 23:59:59"));
}

static void test_order_and_plausibility(void **state)
{
	g_autoptr(GArray) list = verdicts_new();
	struct notice n = make(NOTICE_ZTB_TENDER);

	n.offer_end_us = n.bid_deadline_us + SECOND;
	expect(&n, n.offer_start_us, NOTICE_E_ORDER, NULL, 0);
	n = make(NOTICE_ZTB_TENDER);
	n.bid_deadline_us = INT64_MAX;
	expect(&n, n.offer_start_us, NOTICE_E_TIME, NULL, 0);
	n = make(NOTICE_GP_RESULT);
	n.publicity_end_us = 0;
	expect(&n, n.publicity_start_us, NOTICE_E_TIME, NULL, 0);
	n = make(NOTICE_GP_RESULT);
	n.kind = 99;
	expect(&n, 0, NOTICE_E_KIND, NULL, 0);
}

static void test_unknown_holidays_warn(void **state)
{
	g_autoptr(GArray) list = verdicts_new();
	struct notice n = make(NOTICE_ZTB_TENDER);

	n.offer_start_us = at("2026-12-15 09:00:00");
	n.offer_end_us = at("2026-12-25 09:00:00");
	n.bid_deadline_us = n.opening_us = at("2027-01-05 09:00:00");
	struct notice_case c = at_time(n.offer_start_us);
	notice_check(&n, &c, list);
	assert_null(verdicts_first_refusal(list));
	assert_true(verdicts_has(list, VERDICT_WARN, NOTICE_E_HOLIDAY_DATA));
	json_decref((json_t *)n.fields);
}

/* T03: 15 days; T04: 3 days for applications. On the second, and over the holiday. */
static void test_changes(void **state)
{
	static const struct {
		enum notice_kind kind;
		bool prequalification, affects;
		const char *now, *in_force, *moved_to; /* moved_to NULL: it stays */
		int refusal;
		const char *rule, *earliest;
	} rows[] = {
		{NOTICE_ZTB_CHANGE, false, true, "2026-03-10 09:30:00", "2026-03-25 09:30:00", NULL,
			0, NULL, NULL},
		{NOTICE_ZTB_CHANGE, false, true, "2026-03-10 09:30:01", "2026-03-25 09:30:00", NULL,
			NOTICE_E_CHANGE_TOO_LATE, "T03", "2026-03-25 09:30:01"},
		{NOTICE_ZTB_CLARIFICATION, false, true, "2026-03-10 09:30:01", "2026-03-25 09:30:00",
			"2026-03-25 09:30:01", 0, NULL, NULL},
		{NOTICE_ZTB_CHANGE, false, false, "2026-03-24 09:30:00", "2026-03-25 09:30:00", NULL,
			0, NULL, NULL},
		/* 15 days from 20 September end in the holiday: the 8th is the first day after it */
		{NOTICE_ZTB_CHANGE, false, true, "2026-09-20 09:00:00", "2026-09-30 09:00:00", NULL,
			NOTICE_E_CHANGE_TOO_LATE, "T03", "2026-10-08 09:00:00"},
		{NOTICE_ZTB_CLARIFICATION, true, true, "2026-03-22 09:30:00", "2026-03-25 09:30:00",
			NULL, 0, NULL, NULL},
		{NOTICE_ZTB_CLARIFICATION, true, true, "2026-03-22 09:30:01", "2026-03-25 09:30:00",
			NULL, NOTICE_E_CHANGE_TOO_LATE, "T04", "2026-03-25 09:30:01"},
		/* no such rule for purchases in the catalogue */
		{NOTICE_GP_CHANGE, false, true, "2026-03-24 09:30:00", "2026-03-25 09:30:00", NULL,
			0, NULL, NULL},
		/* over: nothing can affect the bids any more, nor can the deadline move */
		{NOTICE_GP_CHANGE, false, true, "2026-03-25 09:30:00", "2026-03-25 09:30:00", NULL,
			NOTICE_E_OVER, NULL, NULL},
		{NOTICE_GP_CHANGE, false, false, "2026-03-25 09:30:00", "2026-03-25 09:30:00",
			"2026-04-25 09:30:00", NOTICE_E_OVER, NULL, NULL},
		/* moved forward it must still leave 20 days from the first offer, 3 March */
		{NOTICE_GP_CHANGE, false, false, "2026-03-03 09:00:00", "2026-03-25 09:30:00",
			"2026-03-23 09:00:00", 0, NULL, NULL},
		{NOTICE_GP_CHANGE, false, false, "2026-03-03 09:00:00", "2026-03-25 09:30:00",
			"2026-03-20 08:59:59", NOTICE_E_PERIOD_TOO_SHORT, "G01",
			"2026-03-23 09:00:00"},
		{NOTICE_ZTB_CHANGE, false, false, "2026-03-03 09:00:00", "2026-03-25 09:30:00",
			"2026-03-28 09:00:00", NOTICE_E_HOLIDAY, "T18", "2026-03-30 09:00:00"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) list = verdicts_new();
		struct notice n = {.kind = rows[i].kind,
			.title = "变更",
			.body_md = "正文",
			.fields = all_fields(rows[i].kind),
			.affects_bids = rows[i].affects,
			.bid_deadline_us = rows[i].moved_to ? at(rows[i].moved_to) : 0};
		struct notice_case c = at_time(at(rows[i].now));

		c.prequalification = rows[i].prequalification;
		c.predecessor = rows[i].kind == NOTICE_GP_CHANGE ? NOTICE_GP_TENDER
				: rows[i].prequalification	? NOTICE_ZTB_PREQUALIFICATION
								: NOTICE_ZTB_TENDER;
		c.deadline_us = at(rows[i].in_force);
		c.offer_start_us = at("2026-03-03 09:00:00");
		if (day_of(c.now_us) > day_of(at("2026-06-01 00:00:00")))
			c.offer_start_us = c.now_us;
		notice_check(&n, &c, list);
		json_decref((json_t *)n.fields);
		const struct rule_verdict *v = verdicts_first_refusal(list);
		if ((v ? v->refusal : 0) != rows[i].refusal)
			fail_msg("row %zu: %s", i, v ? v->code : "passes");
		if (!v)
			continue;
		assert_true(g_strcmp0(v->rule, rows[i].rule) == 0);
		if (rows[i].earliest)
			assert_true(v->earliest_us == at(rows[i].earliest));
	}
}

/* T02 holds for tenders that the law demands. */
static void test_not_mandatory(void **state)
{
	g_autoptr(GArray) list = verdicts_new();
	struct notice n = make(NOTICE_ZTB_TENDER);
	struct notice_case c = at_time(n.offer_start_us);

	n.bid_deadline_us = n.opening_us = at("2026-03-12 09:00:00");
	c.mandatory = false;
	notice_check(&n, &c, list);
	assert_null(verdicts_first_refusal(list));
	json_decref((json_t *)n.fields);
}

static void test_chain(void **state)
{
	static const struct {
		enum notice_kind kind, predecessor;
		int refusal;
	} rows[] = {
		{NOTICE_ZTB_TERMINATION, NOTICE_KIND_NONE, NOTICE_E_NO_PREDECESSOR},
		{NOTICE_ZTB_TERMINATION, NOTICE_ZTB_TENDER, 0},
		{NOTICE_ZTB_TERMINATION, NOTICE_ZTB_RESULT, NOTICE_E_PREDECESSOR},
		{NOTICE_ZTB_RESULT, NOTICE_KIND_NONE, 0},
		{NOTICE_ZTB_RESULT, NOTICE_ZTB_CANDIDATES, 0},
		{NOTICE_GP_FAILURE, NOTICE_ZTB_TENDER, NOTICE_E_PREDECESSOR},
		{NOTICE_GP_CONTRACT, NOTICE_GP_RESULT, 0},
		{NOTICE_LAND_RESULT, NOTICE_MINING_LISTING, NOTICE_E_PREDECESSOR},
		{NOTICE_ASSET_TERMINATION, NOTICE_PROPERTY_LISTING, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) list = verdicts_new();
		struct notice n = make(rows[i].kind);
		struct notice_case c = at_time(n.offer_start_us);

		c.predecessor = rows[i].predecessor;
		notice_check(&n, &c, list);
		const struct rule_verdict *v = verdicts_first_refusal(list);
		if ((v ? v->refusal : 0) != rows[i].refusal)
			fail_msg("%s: %s", notice_kind_name(rows[i].kind), v ? v->code : "passes");
		if (v)
			assert_string_equal(v->field, "follows");
		json_decref((json_t *)n.fields);
	}
}

static void test_withheld_and_lots(void **state)
{
	json_t *withheld = json_pack("{s:{s:s}}", "judges", "text", "张三丰");
	struct notice n = make(NOTICE_GP_RESULT);
	struct notice_case c = at_time(n.publicity_start_us);
	g_autoptr(GArray) list = verdicts_new();

	c.withheld = withheld;
	json_object_del((json_t *)n.fields, "judges");
	notice_check(&n, &c, list);
	assert_null(verdicts_first_refusal(list));
	json_object_set_new((json_t *)n.fields, "contact", json_string("组长张三丰"));
	notice_check(&n, &c, list);
	const struct rule_verdict *v = verdicts_first_refusal(list);
	assert_int_equal(v->refusal, NOTICE_E_LEAK);
	assert_string_equal(v->field, "contact");
	json_decref((json_t *)n.fields);
	json_decref(withheld);

	n = make(NOTICE_GP_RESULT);
	n.lot_nos = json_pack("[i, i]", 1, 2);
	expect(&n, n.publicity_start_us, 0, NULL, 0);
	json_decref((json_t *)n.lot_nos);
	n = make(NOTICE_GP_RESULT);
	n.lot_nos = json_pack("[i]", 3);
	expect(&n, n.publicity_start_us, NOTICE_E_LOT, NULL, 0);
	json_decref((json_t *)n.lot_nos);
}

static void expect_withholdable(enum notice_kind kind, const char *field, bool may)
{
	json_t *withheld = json_pack("{s:{s:s}}", field, "text", "藏");
	struct notice n = make(kind);
	struct notice_case c = at_time(n.publicity_start_us);
	g_autoptr(GArray) list = verdicts_new();

	c.withheld = withheld;
	json_object_del((json_t *)n.fields, field);
	notice_check(&n, &c, list);
	const struct rule_verdict *v = verdicts_first_refusal(list);
	assert_int_equal(v ? v->refusal : 0, may ? 0 : NOTICE_E_NOT_WITHHOLDABLE);
	if (!may)
		assert_string_equal(v->field, field);
	json_decref((json_t *)n.fields);
	json_decref(withheld);
}

/* What open data tell of the project, its lots and the result cannot be held back in a notice. */
static void test_what_is_public_anyway_is_not_withheld(void **state)
{
	expect_withholdable(NOTICE_GP_RESULT, "judges", true);
	expect_withholdable(NOTICE_GP_RESULT, "winner", false);
	expect_withholdable(NOTICE_GP_RESULT, "winner_price", false);
	expect_withholdable(NOTICE_GP_RESULT, "name", false);
	expect_withholdable(NOTICE_ZTB_RESULT, "winner_price", false);
	assert_true(notice_field_find(NOTICE_GP_TENDER, "bond")->withholdable);
	assert_false(notice_field_find(NOTICE_GP_TENDER, "budget")->withholdable);
	assert_false(notice_field_find(NOTICE_GP_TENDER, "criteria")->withholdable);
	assert_false(notice_field_find(NOTICE_ZTB_TENDER, "criteria")->withholdable);
}

static void test_everything_missing_is_listed(void **state)
{
	size_t n_rows;
	const struct notice_field *rows = notice_fields(&n_rows);

	for (int kind = 1; kind < N_NOTICE_KINDS; kind++) {
		g_autoptr(GArray) list = verdicts_new();
		struct notice n = make(kind);
		unsigned want = 2;

		json_decref((json_t *)n.fields);
		n.fields = NULL;
		n.title = " ";
		n.body_md = NULL;
		for (size_t i = 0; i < n_rows; i++)
			want += rows[i].kind == (enum notice_kind)kind && rows[i].required;
		struct notice_case c = at_time(n.offer_start_us);
		const struct notice_kind_row *row = notice_kind_row(kind);
		n.bid_deadline_us = row->times == TIMES_NEW_DEADLINE ? 0 : n.bid_deadline_us;
		want += row->must_follow;
		notice_check(&n, &c, list);
		assert_int_equal(list->len, want);
		assert_true(want >= 5);
	}
}

static void test_one_field_blank_or_wrong(void **state)
{
	struct notice n = make(NOTICE_GP_RESULT);

	json_object_set_new((json_t *)n.fields, "judges", json_string(" 　\n"));
	expect(&n, n.publicity_start_us, NOTICE_E_MISSING, NULL, 0);
	n = make(NOTICE_GP_RESULT);
	json_object_set_new((json_t *)n.fields, "judges", json_integer(7));
	expect(&n, n.publicity_start_us, NOTICE_E_MISSING, NULL, 0);
}

static void test_two_persons(void **state)
{
	static const struct {
		enum notice_state from;
		enum notice_step step;
		bool author;
		int refusal;
		enum notice_state to;
	} rows[] = {
		{NOTICE_DRAFT, NOTICE_STEP_EDIT, true, 0, NOTICE_DRAFT},
		{NOTICE_DRAFT, NOTICE_STEP_EDIT, false, NOTICE_E_NOT_AUTHOR, 0},
		{NOTICE_DRAFT, NOTICE_STEP_SUBMIT, true, 0, NOTICE_SUBMITTED},
		{NOTICE_DRAFT, NOTICE_STEP_APPROVE, false, NOTICE_E_STATE, 0},
		{NOTICE_DRAFT, NOTICE_STEP_PUBLISH, false, NOTICE_E_STATE, 0},
		{NOTICE_SUBMITTED, NOTICE_STEP_EDIT, true, NOTICE_E_STATE, 0},
		{NOTICE_SUBMITTED, NOTICE_STEP_APPROVE, true, NOTICE_E_SAME_PERSON, 0},
		{NOTICE_SUBMITTED, NOTICE_STEP_APPROVE, false, 0, NOTICE_APPROVED},
		{NOTICE_SUBMITTED, NOTICE_STEP_RETURN, false, 0, NOTICE_RETURNED},
		{NOTICE_SUBMITTED, NOTICE_STEP_PUBLISH, false, NOTICE_E_STATE, 0},
		{NOTICE_RETURNED, NOTICE_STEP_EDIT, true, 0, NOTICE_RETURNED},
		{NOTICE_RETURNED, NOTICE_STEP_SUBMIT, true, 0, NOTICE_SUBMITTED},
		{NOTICE_APPROVED, NOTICE_STEP_PUBLISH, true, NOTICE_E_SAME_PERSON, 0},
		{NOTICE_APPROVED, NOTICE_STEP_PUBLISH, false, 0, NOTICE_PUBLISHED},
		{NOTICE_PUBLISHED, NOTICE_STEP_EDIT, true, NOTICE_E_STATE, 0},
		{NOTICE_PUBLISHED, NOTICE_STEP_RETURN, false, NOTICE_E_STATE, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		enum notice_state to = 0;

		assert_int_equal(notice_step(rows[i].from, rows[i].step, rows[i].author, &to),
			rows[i].refusal);
		assert_int_equal(to, rows[i].to);
	}
}

static void test_words_and_codes(void **state)
{
	struct refusal r;
	struct rule_verdict v = {VERDICT_REFUSE, NOTICE_E_PERIOD_TOO_SHORT,
		notice_refusal_code(NOTICE_E_PERIOD_TOO_SHORT), "T02", "deadline",
		at("2026-03-23 09:00:00")};

	assert_codes(notice_refusal_code, NOTICE_E_NOT_WITHHOLDABLE);
	assert_int_equal(verdict_refuse(&v, &r), REFUSED);
	assert_string_equal(r.rule, "T02");
	assert_string_equal(r.field, "deadline");
	assert_non_null(strstr(r.detail, "2026-03-23T09:00:00"));
	for (int k = 1; k < N_NOTICE_KINDS; k++)
		assert_int_equal(notice_kind_from_name(notice_kind_name(k)), k);
	for (int s = NOTICE_DRAFT; s <= NOTICE_WITHDRAWN; s++)
		assert_int_equal(notice_state_from_name(notice_state_name(s)), s);
	assert_int_equal(notice_kind_from_name("x"), 0);
	assert_null(notice_kind_name(0));
	assert_null(notice_state_name(99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bid_period),
		cmocka_unit_test(test_period_counts_from_publication),
		cmocka_unit_test(test_deadline_on_a_day_off),
		cmocka_unit_test(test_offer_period),
		cmocka_unit_test(test_opening_is_the_deadline),
		cmocka_unit_test(test_candidates_publicity),
		cmocka_unit_test(test_result_period),
		cmocka_unit_test(test_whole_days_are_stricter),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_not_mandatory),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_withheld_and_lots),
		cmocka_unit_test(test_what_is_public_anyway_is_not_withheld),
		cmocka_unit_test(test_order_and_plausibility),
		cmocka_unit_test(test_unknown_holidays_warn),
		cmocka_unit_test(test_everything_missing_is_listed),
		cmocka_unit_test(test_one_field_blank_or_wrong),
		cmocka_unit_test(test_two_persons),
		cmocka_unit_test(test_words_and_codes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
