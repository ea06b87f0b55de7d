/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objections to results: both sides of each of their ends, over a holiday, and what waits for them.
 */
#include "server/trade/objection.h"

#include "tests/unit/server/trade/support.h"

struct raise_case {
	enum notice_kind kind;
	const char *published, *publicity_end, *received;
	int refusal;
	const char *rule;
};

static const struct raise_case cases[] = {
	/* T10: as long as the candidates are published, to the last second */
	{NOTICE_ZTB_CANDIDATES, "2026-03-02 10:00:00", "2026-03-06 10:00:00", "2026-03-02 10:00:00",
		0, NULL},
	{NOTICE_ZTB_CANDIDATES, "2026-03-02 10:00:00", "2026-03-06 10:00:00", "2026-03-06 09:59:59",
		0, NULL},
	{NOTICE_ZTB_CANDIDATES, "2026-03-02 10:00:00", "2026-03-06 10:00:00", "2026-03-06 10:00:00",
		OBJECTION_E_LATE, "T10"},
	/* nobody objects to what is not published, nor tomorrow */
	{NOTICE_ZTB_CANDIDATES, "2026-03-02 10:00:00", "2026-03-06 10:00:00", "2026-03-02 09:59:59",
		OBJECTION_E_TIME, NULL},
	{NOTICE_ZTB_CANDIDATES, "2026-03-02 10:00:00", "2027-03-06 10:00:00", "2027-01-01 00:00:01",
		OBJECTION_E_TIME, NULL},
	/* G06: seven working days from the end of the period, the 3rd: to the 12th */
	{NOTICE_GP_RESULT, "2026-03-02 10:00:00", "2026-03-03 10:00:00", "2026-03-12 09:59:59", 0,
		NULL},
	{NOTICE_GP_RESULT, "2026-03-02 10:00:00", "2026-03-03 10:00:00", "2026-03-12 10:00:00",
		OBJECTION_E_LATE, "G06"},
	/* over the holiday of October, with its make-up Saturday: from 28 September to 13 October
	 */
	{NOTICE_GP_RESULT, "2026-09-24 10:00:00", "2026-09-28 10:00:00", "2026-10-13 09:59:59", 0,
		NULL},
	{NOTICE_GP_RESULT, "2026-09-24 10:00:00", "2026-09-28 10:00:00", "2026-10-13 10:00:00",
		OBJECTION_E_LATE, "G06"},
	/* a period that was over before it was published counts from the publication */
	{NOTICE_GP_RESULT, "2026-03-03 10:00:00", "2026-03-02 10:00:00", "2026-03-12 09:59:59", 0,
		NULL},
	/* after the result of a tender one complains */
	{NOTICE_ZTB_RESULT, "2026-03-02 10:00:00", "2026-03-06 10:00:00", "2026-03-03 10:00:00",
		OBJECTION_E_NOTICE, NULL},
	{NOTICE_GP_TENDER, "2026-03-02 10:00:00", "2026-03-06 10:00:00", "2026-03-03 10:00:00",
		OBJECTION_E_NOTICE, NULL},
};

static void test_raised_in_time(void **state)
{
	struct calendar *cal = calendar_2026();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct raise_case *c = &cases[i];
		const struct notice n = {.kind = c->kind, .publicity_end_us = at(c->publicity_end)};
		struct rule_verdict v = {0};
		int r = objection_may_raise(rulebook_current(), cal, &n, at(c->published),
			at(c->received), at("2027-01-01 00:00:00"), &v);

		if (r != c->refusal || g_strcmp0(v.rule, c->rule))
			fail_msg("case %zu: %s by %s", i, r ? v.code : "passes",
				v.rule ? v.rule : "no rule");
	}
	calendar_free(cal);
}

static void test_answered_in_time(void **state)
{
	static const struct {
		enum regime regime;
		const char *received, *due, *rule;
		bool pauses;
	} rows[] = {
		{REGIME_ZTB, "2026-03-02 10:00:00", "2026-03-05 10:00:00", "T06", true},
		/* three days are three days, over a holiday as well */
		{REGIME_ZTB, "2026-09-30 10:00:00", "2026-10-03 10:00:00", "T06", true},
		{REGIME_GP, "2026-03-02 10:00:00", "2026-03-11 10:00:00", "G06", false},
		{REGIME_GP, "2026-09-28 10:00:00", "2026-10-13 10:00:00", "G06", false},
		{REGIME_ASSET, "2026-03-02 10:00:00", NULL, NULL, false},
	};
	struct calendar *cal = calendar_2026();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *rule;
		int64_t due_us = objection_answer_due(
			rulebook_current(), cal, rows[i].regime, at(rows[i].received), &rule);

		if (due_us != (rows[i].due ? at(rows[i].due) : 0))
			fail_msg("row %zu is %+.3f days off", i,
				(double)(due_us - (rows[i].due ? at(rows[i].due) : 0)) / 86400e6);
		assert_int_equal(g_strcmp0(rule, rows[i].rule), 0);
		assert_int_equal(objection_pauses(rows[i].regime), rows[i].pauses);
	}
	calendar_free(cal);
}

static void test_words(void **state)
{
	(void)state;
	for (int o = OBJECTION_UPHELD; o <= OBJECTION_WITHDRAWN; o++)
		assert_int_equal(objection_outcome_from_name(
					 objection_outcome_name((enum objection_outcome)o)),
			o);
	assert_int_equal(objection_outcome_from_name("moon"), 0);
	assert_null(objection_outcome_name(0));
	assert_codes(objection_refusal_code, OBJECTION_E_PUBLICITY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raised_in_time),
		cmocka_unit_test(test_answered_in_time),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
