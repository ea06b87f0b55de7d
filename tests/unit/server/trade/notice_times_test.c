/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The periods of notices: how long, from when, over which days, and what changes move. */
#include "tests/unit/server/trade/notice_support.h"

#include "server/trade/project.h"

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

/*
 * Every period over the National Day holiday, 1 to 7 October 2026, on both sides of the second:
 * calendar days end in it (`least`) and roll to the 8th (T18), working days leave it out; the 10th
 * is a make-up Saturday. The end of an offer is no deadline of anybody and stays where it is.
 */
static void test_periods_over_the_holiday(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *rule;
		int refusal;
		const char *start, *least, *rolled;
	} rows[] = {
		{NOTICE_ZTB_TENDER, "T01", NOTICE_E_OFFER_TOO_SHORT, "2026-09-28 09:00:00",
			"2026-10-03 09:00:00", "2026-10-03 09:00:00"},
		{NOTICE_GP_TENDER, "G02", NOTICE_E_OFFER_TOO_SHORT, "2026-09-28 09:00:00",
			"2026-10-10 09:00:00", "2026-10-10 09:00:00"},
		{NOTICE_ZTB_TENDER, "T02", NOTICE_E_PERIOD_TOO_SHORT, "2026-09-11 09:00:00",
			"2026-10-01 09:00:00", "2026-10-08 09:00:00"},
		{NOTICE_GP_TENDER, "G01", NOTICE_E_PERIOD_TOO_SHORT, "2026-09-11 09:00:00",
			"2026-10-01 09:00:00", "2026-10-08 09:00:00"},
		{NOTICE_ZTB_CANDIDATES, "T10", NOTICE_E_PUBLICITY_TOO_SHORT, "2026-09-30 10:00:00",
			"2026-10-03 10:00:00", "2026-10-08 10:00:00"},
		{NOTICE_GP_RESULT, "G05", NOTICE_E_PUBLICITY_TOO_SHORT, "2026-09-30 10:00:00",
			"2026-10-08 10:00:00", "2026-10-08 10:00:00"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t start = at(rows[i].start), least = at(rows[i].least);
		int64_t rolled = at(rows[i].rolled), ends[] = {least - SECOND, least, rolled};

		for (size_t k = 0; k < G_N_ELEMENTS(ends); k++) {
			struct notice n = make(rows[i].kind);
			bool offer = rows[i].refusal == NOTICE_E_OFFER_TOO_SHORT;

			n.offer_start_us = n.publicity_start_us = start;
			n.offer_end_us = offer ? ends[k] : at("2026-09-22 09:00:00");
			n.bid_deadline_us = n.opening_us =
				offer ? at("2026-11-02 09:00:00") : ends[k];
			n.publicity_end_us = ends[k];
			if (ends[k] < least)
				expect(&n, start, rows[i].refusal, rows[i].rule, rolled);
			else if (ends[k] < rolled)
				expect(&n, start, NOTICE_E_HOLIDAY, "T18", rolled);
			else
				expect(&n, start, 0, NULL, 0);
		}
	}
}

static void test_whole_days_are_stricter(void **state)
{
	struct rulebook strict = *book;

	strict.day_count = DAY_COUNT_WHOLE;
	assert_true(notice_earliest_end(NOTICE_ZTB_TENDER, &strict, cal,
			    at("2026-03-03 09:00:00")) == at("2026-03-23 23:59:59"));
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
		{NOTICE_ZTB_CLARIFICATION, false, true, "2026-03-10 09:30:01",
			"2026-03-25 09:30:00", "2026-03-25 09:30:01", 0, NULL, NULL},
		{NOTICE_ZTB_CHANGE, false, false, "2026-03-24 09:30:00", "2026-03-25 09:30:00",
			NULL, 0, NULL, NULL},
		/* 15 days from 20 September end in the holiday: the 8th is the first day after it
		 */
		{NOTICE_ZTB_CHANGE, false, true, "2026-09-20 09:00:00", "2026-09-30 09:00:00", NULL,
			NOTICE_E_CHANGE_TOO_LATE, "T03", "2026-10-08 09:00:00"},
		/* and on the 8th itself it is in time */
		{NOTICE_ZTB_CHANGE, false, true, "2026-09-20 09:00:00", "2026-09-30 09:00:00",
			"2026-10-08 09:00:00", 0, NULL, NULL},
		{NOTICE_ZTB_CHANGE, false, true, "2026-09-23 09:00:00", "2026-10-08 09:00:00", NULL,
			0, NULL, NULL},
		{NOTICE_ZTB_CHANGE, false, true, "2026-09-23 09:00:01", "2026-10-08 09:00:00", NULL,
			NOTICE_E_CHANGE_TOO_LATE, "T03", "2026-10-08 09:00:01"},
		/* three days, all of them in the holiday, are three days */
		{NOTICE_ZTB_CLARIFICATION, true, true, "2026-10-05 09:30:00", "2026-10-08 09:30:00",
			NULL, 0, NULL, NULL},
		{NOTICE_ZTB_CLARIFICATION, true, true, "2026-10-05 09:30:01", "2026-10-08 09:30:00",
			NULL, NOTICE_E_CHANGE_TOO_LATE, "T04", "2026-10-08 09:30:01"},
		/* those from 30 September end in it: the 8th is the first day after it */
		{NOTICE_ZTB_CLARIFICATION, true, true, "2026-09-30 09:00:00", "2026-09-30 17:00:00",
			NULL, NOTICE_E_CHANGE_TOO_LATE, "T04", "2026-10-08 09:00:00"},
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
			"2026-03-23 09:00:00", 0, NULL, NULL},
		{NOTICE_ZTB_CHANGE, false, false, "2026-03-03 09:00:00", "2026-03-25 09:30:00",
			"2026-03-23 08:59:59", NOTICE_E_PERIOD_TOO_SHORT, "T02",
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
				: rows[i].prequalification       ? NOTICE_ZTB_PREQUALIFICATION
								 : NOTICE_ZTB_TENDER;
		c.deadline_us = at(rows[i].in_force);
		c.offer_start_us = at("2026-03-03 09:00:00");
		if (day_of(c.now_us) > day_of(at("2026-06-01 00:00:00")))
			c.offer_start_us = at("2026-09-01 09:00:00");
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

/* T06: what comes of an objection that nobody answered before the deadline, with the whole time. */
static void test_a_change_while_an_objection_is_open(void **state)
{
	g_autoptr(GArray) held = verdicts_new(), late = verdicts_new(), over = verdicts_new();
	struct notice n = {.kind = NOTICE_ZTB_CHANGE,
		.title = "变更",
		.body_md = "正文",
		.fields = all_fields(NOTICE_ZTB_CHANGE),
		.affects_bids = true,
		.bid_deadline_us = at("2026-04-10 09:30:00")};
	struct notice_case c = at_time(at("2026-03-25 09:30:00"));

	c.predecessor = NOTICE_ZTB_TENDER;
	c.offer_start_us = at("2026-03-03 09:00:00");
	c.deadline_us = c.now_us;
	notice_check(&n, &c, over);
	assert_int_equal(verdicts_first_refusal(over)->refusal, NOTICE_E_OVER);
	c.held = true;
	notice_check(&n, &c, held);
	assert_null(verdicts_first_refusal(held));
	n.bid_deadline_us = at("2026-04-09 09:29:59");
	n.affects_bids = false; /* whatever its author says of it */
	notice_check(&n, &c, late);
	assert_string_equal(verdicts_first_refusal(late)->rule, "T03");
	json_decref((json_t *)n.fields);
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

/* G01 is of tendering; a purchase by talks is under no such period. */
static void test_by_talks(void **state)
{
	g_autoptr(GArray) list = verdicts_new();
	struct notice n = make(NOTICE_GP_CONSULTATION);
	struct notice_case c = at_time(n.offer_start_us);

	n.bid_deadline_us = n.opening_us = at("2026-03-12 09:00:00");
	notice_check(&n, &c, list);
	assert_null(verdicts_first_refusal(list));
	n.kind = NOTICE_GP_TENDER;
	notice_check(&n, &c, list);
	assert_string_equal(verdicts_first_refusal(list)->rule, "G01");
	json_decref((json_t *)n.fields);
	assert_true(tender_mode_by_talks(MODE_CONSULTATION));
	assert_false(tender_mode_by_talks(MODE_INVITED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bid_period),
		cmocka_unit_test(test_period_counts_from_publication),
		cmocka_unit_test(test_deadline_on_a_day_off),
		cmocka_unit_test(test_by_talks),
		cmocka_unit_test(test_offer_period),
		cmocka_unit_test(test_opening_is_the_deadline),
		cmocka_unit_test(test_candidates_publicity),
		cmocka_unit_test(test_result_period),
		cmocka_unit_test(test_periods_over_the_holiday),
		cmocka_unit_test(test_whole_days_are_stricter),
		cmocka_unit_test(test_order_and_plausibility),
		cmocka_unit_test(test_unknown_holidays_warn),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_a_change_while_an_objection_is_open),
		cmocka_unit_test(test_not_mandatory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
