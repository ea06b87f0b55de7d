/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/tender.h"

#include "tests/unit/server/trade/support.h"

/* A tender offered from 2 to 9 March 2026 whose bids are due on the 30th, a Monday. */
static struct tender_times times(enum regime regime)
{
	return (struct tender_times){regime, at("2026-03-02 09:00:00"), at("2026-03-09 09:00:00"),
		at("2026-03-30 09:00:00")};
}

/* Both sides of each end of the offer; who has it may have its changes too. */
static void test_when_it_may_be_fetched(void **state)
{
	const struct tender_times t = times(REGIME_GP);

	assert_int_equal(tender_may_fetch(&t, false, t.offer_start_us - 1), TENDER_E_NOT_OFFERED);
	assert_int_equal(tender_may_fetch(&t, true, t.offer_start_us - 1), TENDER_E_NOT_OFFERED);
	assert_int_equal(tender_may_fetch(&t, false, t.offer_start_us), 0);
	assert_int_equal(tender_may_fetch(&t, false, t.offer_end_us - 1), 0);
	assert_int_equal(tender_may_fetch(&t, false, t.offer_end_us), TENDER_E_OFFER_OVER);
	assert_int_equal(tender_may_fetch(&t, true, t.offer_end_us), 0);
	assert_int_equal(tender_may_fetch(&t, true, t.deadline_us), 0);
}

struct ask_case {
	enum regime regime;
	enum tender_ask kind;
	const char *since, *now;
	int refusal;
	const char *rule;
	const char *deadline; /* NULL: that of times() */
};

static void test_until_when_it_may_be_asked(void **state)
{
	static const struct ask_case cases[] = {
		/* T05: ten days before the deadline is the last moment */
		{REGIME_ZTB, TENDER_OBJECTION, "2026-03-02 09:00:00", "2026-03-20 09:00:00", 0,
			NULL},
		{REGIME_ZTB, TENDER_OBJECTION, "2026-03-02 09:00:00", "2026-03-20 09:00:01",
			TENDER_E_OBJECTION_LATE, "T05"},
		/* G06: seven working days from when it was fetched, wherever the deadline is */
		{REGIME_GP, TENDER_OBJECTION, "2026-03-02 10:00:00", "2026-03-11 09:59:59", 0,
			NULL},
		{REGIME_GP, TENDER_OBJECTION, "2026-03-02 10:00:00", "2026-03-11 10:00:00",
			TENDER_E_OBJECTION_LATE, "G06"},
		{REGIME_GP, TENDER_OBJECTION, "2026-03-20 10:00:00", "2026-03-29 10:00:00", 0,
			NULL},
		/* T05 over the holiday of October: the last moment may be in it */
		{REGIME_ZTB, TENDER_OBJECTION, "2026-09-18 09:00:00", "2026-10-03 09:00:00", 0,
			NULL, "2026-10-13 09:00:00"},
		{REGIME_ZTB, TENDER_OBJECTION, "2026-09-18 09:00:00", "2026-10-03 09:00:01",
			TENDER_E_OBJECTION_LATE, "T05", "2026-10-13 09:00:00"},
		/* G06 over it, with the make-up Saturday: from 28 September to 13 October */
		{REGIME_GP, TENDER_OBJECTION, "2026-09-28 10:00:00", "2026-10-13 09:59:59", 0, NULL,
			"2026-10-20 09:00:00"},
		{REGIME_GP, TENDER_OBJECTION, "2026-09-28 10:00:00", "2026-10-13 10:00:00",
			TENDER_E_OBJECTION_LATE, "G06", "2026-10-20 09:00:00"},
		/* a question at any time before the deadline */
		{REGIME_ZTB, TENDER_QUESTION, "2026-03-02 09:00:00", "2026-03-30 08:59:59", 0,
			NULL},
		{REGIME_ZTB, TENDER_QUESTION, "2026-03-02 09:00:00", "2026-03-30 09:00:00",
			TENDER_E_OVER, NULL},
		{REGIME_GP, TENDER_OBJECTION, "2026-03-29 09:00:00", "2026-03-30 09:00:00",
			TENDER_E_OVER, NULL},
	};
	struct calendar *cal = calendar_2026();

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct ask_case *c = &cases[i];
		struct tender_times t = times(c->regime);
		struct rule_verdict v = {0};
		int r;

		if (c->deadline)
			t.deadline_us = at(c->deadline);
		r = tender_may_ask(
			rulebook_current(), cal, &t, c->kind, at(c->since), at(c->now), &v);
		if (r != c->refusal || g_strcmp0(v.rule, c->rule))
			fail_msg("case %zu: %d by %s", i, r, v.rule ? v.rule : "none");
	}
	struct tender_times ended = times(REGIME_ZTB);
	ended.over = true;
	assert_int_equal(tender_may_ask(rulebook_current(), cal, &ended, TENDER_QUESTION,
				 ended.offer_start_us, ended.offer_start_us, NULL),
		TENDER_E_OVER);
	calendar_freep(&cal);
}

/* T06: three days, and nothing goes on meanwhile; G06: seven working days, and it does. */
static void test_by_when_it_is_answered(void **state)
{
	const struct rulebook *book = rulebook_current();
	struct calendar *cal = calendar_2026();
	int64_t asked_us = at("2026-03-02 10:00:00");

	assert_string_equal(tender_answer_rule(REGIME_ZTB, TENDER_OBJECTION), "T06");
	assert_string_equal(tender_answer_rule(REGIME_GP, TENDER_OBJECTION), "G06");
	assert_null(tender_answer_rule(REGIME_ZTB, TENDER_QUESTION));
	assert_int_equal(tender_answer_due(book, cal, REGIME_ZTB, TENDER_OBJECTION, asked_us),
		at("2026-03-05 10:00:00"));
	assert_int_equal(tender_answer_due(book, cal, REGIME_GP, TENDER_OBJECTION, asked_us),
		at("2026-03-11 10:00:00"));
	assert_int_equal(tender_answer_due(book, cal, REGIME_ZTB, TENDER_QUESTION, asked_us), 0);
	assert_true(tender_ask_pauses(REGIME_ZTB, TENDER_OBJECTION));
	assert_false(tender_ask_pauses(REGIME_ZTB, TENDER_QUESTION));
	assert_false(tender_ask_pauses(REGIME_GP, TENDER_OBJECTION));
	calendar_freep(&cal);
}

/* T03: what can affect the bids comes fifteen days before the deadline, or that moves first. */
static void test_an_answer_that_affects_the_bids(void **state)
{
	const struct rulebook *book = rulebook_current();
	struct calendar *cal = calendar_2026();
	struct tender_times t = times(REGIME_ZTB);
	int64_t now_us = at("2026-03-13 10:00:00");
	struct rule_verdict v = {0};

	t.deadline_us = at("2026-03-28 10:00:00");
	assert_int_equal(tender_may_answer(book, cal, &t, true, now_us, &v), 0);
	t.deadline_us -= SECOND;
	assert_int_equal(tender_may_answer(book, cal, &t, true, now_us, &v), TENDER_E_ANSWER_LATE);
	assert_string_equal(v.rule, "T03");
	assert_int_equal(v.earliest_us, at("2026-03-30 10:00:00")); /* the 28th is a Saturday */
	assert_int_equal(tender_may_answer(book, cal, &t, false, now_us, &v), 0);
	/* Over the holiday: fifteen days to its last one end in it, the 8th comes after it. */
	t.deadline_us = at("2026-10-07 10:00:00");
	now_us = at("2026-09-22 10:00:00");
	assert_int_equal(tender_may_answer(book, cal, &t, true, now_us, &v), 0);
	now_us += SECOND;
	assert_int_equal(tender_may_answer(book, cal, &t, true, now_us, &v), TENDER_E_ANSWER_LATE);
	assert_int_equal(v.earliest_us, at("2026-10-08 10:00:01"));
	t.regime = REGIME_GP;
	assert_int_equal(tender_may_answer(book, cal, &t, true, now_us, &v), 0);
	calendar_freep(&cal);
}

static void test_names_and_codes(void **state)
{
	assert_codes(tender_refusal_code, TENDER_E_NOT_WAITING);
	for (int kind = TENDER_QUESTION; kind <= TENDER_OBJECTION; kind++)
		assert_int_equal(tender_ask_from_name(tender_ask_name(kind)), kind);
	assert_int_equal(tender_ask_from_name("gossip"), 0);
	assert_int_equal(tender_ask_from_name(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when_it_may_be_fetched),
		cmocka_unit_test(test_until_when_it_may_be_asked),
		cmocka_unit_test(test_by_when_it_is_answered),
		cmocka_unit_test(test_an_answer_that_affects_the_bids),
		cmocka_unit_test(test_names_and_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
