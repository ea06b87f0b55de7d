/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Complaints: both sides of each of their ends, over holidays and make-up days. */
#include "server/trade/complaint.h"

#include "tests/unit/server/trade/support.h"

struct late_case {
	enum regime regime;
	enum complaint_matter matter;
	const char *known, *objected, *answered, *received;
	int refusal;
	const char *rule, *field;
};

static const struct late_case cases[] = {
	/* T11: ten days from knowing, the last second before and the moment itself */
	{REGIME_ZTB, COMPLAINT_OTHER, "2026-03-02 10:00:00", NULL, NULL, "2026-03-12 09:59:59", 0},
	{REGIME_ZTB, COMPLAINT_OTHER, "2026-03-02 10:00:00", NULL, NULL, "2026-03-12 10:00:00",
		COMPLAINT_E_LATE, "T11", "received_at"},
	/* T18: the tenth day, 14 March, is a Saturday; the last one is Monday the 16th */
	{REGIME_ZTB, COMPLAINT_OTHER, "2026-03-04 10:00:00", NULL, NULL, "2026-03-16 09:59:59", 0},
	{REGIME_ZTB, COMPLAINT_OTHER, "2026-03-04 10:00:00", NULL, NULL, "2026-03-16 10:00:00",
		COMPLAINT_E_LATE, "T11", "received_at"},
	/* 5 October lies in the holiday, 8 October is the first working day after it */
	{REGIME_ZTB, COMPLAINT_OTHER, "2026-09-25 10:00:00", NULL, NULL, "2026-10-08 09:59:59", 0},
	{REGIME_ZTB, COMPLAINT_OTHER, "2026-09-25 10:00:00", NULL, NULL, "2026-10-08 10:00:00",
		COMPLAINT_E_LATE, "T11", "received_at"},
	/* the objection first, where there is a way to object (T05, T08, T09) */
	{REGIME_ZTB, COMPLAINT_FILE, "2026-03-02 10:00:00", NULL, NULL, "2026-03-04 10:00:00",
		COMPLAINT_E_NO_OBJECTION, "T11", "objected_at"},
	{REGIME_ZTB, COMPLAINT_OPENING, "2026-03-02 10:00:00", NULL, NULL, "2026-03-04 10:00:00",
		COMPLAINT_E_NO_OBJECTION, "T11", "objected_at"},
	{REGIME_ZTB, COMPLAINT_RESULT, "2026-03-02 10:00:00", NULL, NULL, "2026-03-04 10:00:00",
		COMPLAINT_E_NO_OBJECTION, "T11", "objected_at"},
	/* two days and an hour of answering are not counted: until Saturday, thus Monday */
	{REGIME_ZTB, COMPLAINT_RESULT, "2026-03-02 10:00:00", "2026-03-03 10:00:00",
		"2026-03-05 11:00:00", "2026-03-16 10:59:59", 0},
	{REGIME_ZTB, COMPLAINT_RESULT, "2026-03-02 10:00:00", "2026-03-03 10:00:00",
		"2026-03-05 11:00:00", "2026-03-16 11:00:00", COMPLAINT_E_LATE, "T11",
		"received_at"},
	/* while it is not answered the ten days stand still */
	{REGIME_ZTB, COMPLAINT_RESULT, "2026-03-02 10:00:00", "2026-03-03 10:00:00", NULL,
		"2026-05-12 10:00:00", 0},
	/* an objection raised before the party knew it all takes nothing from before */
	{REGIME_ZTB, COMPLAINT_RESULT, "2026-03-02 10:00:00", "2026-02-27 10:00:00",
		"2026-03-01 10:00:00", "2026-03-12 10:00:00", COMPLAINT_E_LATE, "T11",
		"received_at"},
	/* G06: challenge on 2 March, seven working days to the 11th, fifteen to 1 April */
	{REGIME_GP, COMPLAINT_OTHER, "2026-03-02 10:00:00", "2026-03-02 10:00:00", NULL,
		"2026-04-01 09:59:59", 0},
	{REGIME_GP, COMPLAINT_OTHER, "2026-03-02 10:00:00", "2026-03-02 10:00:00", NULL,
		"2026-04-01 10:00:00", COMPLAINT_E_LATE, "G06", "received_at"},
	/* over the holiday, with the make-up Saturday: 29 September, then 26 October */
	{REGIME_GP, COMPLAINT_RESULT, "2026-09-18 10:00:00", "2026-09-18 10:00:00",
		"2026-09-21 10:00:00", "2026-10-26 09:59:59", 0},
	{REGIME_GP, COMPLAINT_RESULT, "2026-09-18 10:00:00", "2026-09-18 10:00:00",
		"2026-09-21 10:00:00", "2026-10-26 10:00:00", COMPLAINT_E_LATE, "G06",
		"received_at"},
	{REGIME_GP, COMPLAINT_OTHER, "2026-03-02 10:00:00", NULL, NULL, "2026-03-03 10:00:00",
		COMPLAINT_E_NO_OBJECTION, "G06", "objected_at"},
	/* nobody says by when one complains about a sale of assets */
	{REGIME_ASSET, COMPLAINT_RESULT, "2026-03-02 10:00:00", NULL, NULL, "2026-09-03 10:00:00",
		0},
};

static int64_t maybe(const char *text)
{
	return text ? at(text) : 0;
}

static void test_late_and_without_objection(void **state)
{
	struct calendar *cal = calendar_2026();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct late_case *c = &cases[i];
		const struct complaint_times t = {c->regime, c->matter, COMPLAINT_RECEIVED,
			at(c->known), maybe(c->objected), maybe(c->answered), at(c->received), 0, 0,
			0};
		g_autoptr(GArray) list = verdicts_new();

		complaint_check(rulebook_current(), cal, &t, list);
		const struct rule_verdict *v = verdicts_first_refusal(list);
		if ((v ? v->refusal : 0) != c->refusal)
			fail_msg("case %zu: %s %s", i, v ? v->code : "passes", v ? v->detail : "");
		if (!v)
			continue;
		assert_string_equal(v->rule, c->rule);
		assert_string_equal(v->field, c->field);
	}
	calendar_free(cal);
}

struct clock_case {
	enum regime regime;
	enum complaint_state state;
	const char *received, *accepted, *suspended, *until;
	const char *rule, *what, *end; /* NULL: none runs */
};

static const struct clock_case clocks[] = {
	/* T12: three working days, over the holiday to the first one behind */
	{REGIME_ZTB, COMPLAINT_RECEIVED, "2026-03-02 10:00:00", NULL, NULL, NULL, "T12",
		"complaint_accept", "2026-03-05 10:00:00"},
	{REGIME_ZTB, COMPLAINT_RECEIVED, "2026-09-29 10:00:00", NULL, NULL, NULL, "T12",
		"complaint_accept", "2026-10-09 10:00:00"},
	/* thirty from acceptance, with the make-up Saturday and the holiday between */
	{REGIME_ZTB, COMPLAINT_ACCEPTED, "2026-02-27 10:00:00", "2026-03-02 10:00:00", NULL, NULL,
		"T12", "complaint_decide", "2026-04-14 10:00:00"},
	{REGIME_ZTB, COMPLAINT_ACCEPTED, "2026-09-28 10:00:00", "2026-09-29 10:00:00", NULL, NULL,
		"T12", "complaint_decide", "2026-11-16 10:00:00"},
	/* G06 counts from receipt, accepted or not */
	{REGIME_GP, COMPLAINT_RECEIVED, "2026-03-02 10:00:00", NULL, NULL, NULL, "G06",
		"complaint_decide", "2026-04-14 10:00:00"},
	{REGIME_GP, COMPLAINT_RECEIVED, "2026-09-29 10:00:00", NULL, NULL, NULL, "G06",
		"complaint_decide", "2026-11-16 10:00:00"},
	{REGIME_GP, COMPLAINT_ACCEPTED, "2026-03-02 10:00:00", "2026-03-04 10:00:00", NULL, NULL,
		"G06", "complaint_decide", "2026-04-14 10:00:00"},
	{REGIME_GP, COMPLAINT_ACCEPTED, "2026-03-02 10:00:00", "2026-03-04 10:00:00",
		"2026-03-05 10:00:00", "2026-03-20 10:00:00", "G06", "suspension_end",
		"2026-03-20 10:00:00"},
	{REGIME_ZTB, COMPLAINT_ACCEPTED, "2026-03-02 10:00:00", "2026-03-04 10:00:00",
		"2026-03-05 10:00:00", "2026-03-20 10:00:00", NULL, "suspension_end",
		"2026-03-20 10:00:00"},
	{REGIME_ZTB, COMPLAINT_DECIDED, "2026-03-02 10:00:00", "2026-03-04 10:00:00",
		"2026-03-05 10:00:00", "2026-03-20 10:00:00", NULL, NULL, NULL},
	{REGIME_GP, COMPLAINT_DECLINED, "2026-03-02 10:00:00", NULL, NULL, NULL, NULL, NULL, NULL},
};

static void test_clocks(void **state)
{
	struct calendar *cal = calendar_2026();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
		const struct clock_case *c = &clocks[i];
		const struct complaint_times t = {c->regime, COMPLAINT_OTHER, c->state,
			at("2026-02-20 10:00:00"), 0, 0, at(c->received), maybe(c->accepted),
			maybe(c->suspended), maybe(c->until)};
		g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));

		complaint_clocks(rulebook_current(), cal, &t, list);
		if (!c->what) {
			assert_int_equal(list->len, 0);
			continue;
		}
		/* The one asked for is the last that was started. */
		const struct legal_clock_row *row =
			&g_array_index(list, struct legal_clock_row, list->len - 1);
		assert_string_equal(row->what, c->what);
		assert_true(g_strcmp0(row->rule, c->rule) == 0);
		if (row->end_us != at(c->end))
			fail_msg("case %zu is %+.3f days off", i,
				(double)(row->end_us - at(c->end)) / 86400e6);
	}
	calendar_free(cal);
}

static void test_times_follow_one_another(void **state)
{
	static const struct {
		const char *known, *objected, *answered, *received, *accepted, *field;
	} rows[] = {
		{"2026-03-01 00:00:00", NULL, NULL, "2026-03-02 00:00:00", NULL, NULL},
		{"2026-03-02 00:00:00", NULL, NULL, "2026-03-02 00:00:00", NULL, NULL},
		{"2026-03-02 00:00:01", NULL, NULL, "2026-03-02 00:00:00", NULL, "known_at"},
		{"2026-03-01 00:00:00", NULL, NULL, "2026-03-10 00:00:00", NULL, NULL},
		{"2026-03-01 00:00:00", NULL, NULL, "2026-03-10 00:00:01", NULL, "received_at"},
		{"2026-03-01 00:00:00", "2026-03-02 00:00:01", NULL, "2026-03-02 00:00:00", NULL,
			"objected_at"},
		{"2026-03-01 00:00:00", "2026-03-02 00:00:00", "2026-03-01 23:59:59",
			"2026-03-03 00:00:00", NULL, "answered_at"},
		{"2026-03-01 00:00:00", NULL, NULL, "2026-03-03 00:00:00", "2026-03-02 23:59:59",
			"accepted_at"},
		{"2026-03-01 00:00:00", NULL, NULL, "2026-03-03 00:00:00", "2026-03-10 00:00:01",
			"accepted_at"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct complaint_times t = {REGIME_ZTB, COMPLAINT_OTHER, COMPLAINT_ACCEPTED,
			at(rows[i].known), maybe(rows[i].objected), maybe(rows[i].answered),
			at(rows[i].received), maybe(rows[i].accepted), 0, 0};
		struct rule_verdict v = {0};
		int r = complaint_check_times(&t, at("2026-03-10 00:00:00"), &v);

		if (r != (rows[i].field ? COMPLAINT_E_TIME : 0) ||
			g_strcmp0(v.field, rows[i].field))
			fail_msg("row %zu: %d about %s", i, r, v.field ? v.field : "nothing");
	}
}

static void test_steps_and_words(void **state)
{
	static const struct {
		enum complaint_state from;
		enum complaint_step step;
		enum complaint_state to; /* 0: not in this state */
	} rows[] = {
		{COMPLAINT_RECEIVED, COMPLAINT_STEP_CORRECT, COMPLAINT_RECEIVED},
		{COMPLAINT_RECEIVED, COMPLAINT_STEP_ACCEPT, COMPLAINT_ACCEPTED},
		{COMPLAINT_RECEIVED, COMPLAINT_STEP_DECLINE, COMPLAINT_DECLINED},
		{COMPLAINT_RECEIVED, COMPLAINT_STEP_WITHDRAW, COMPLAINT_WITHDRAWN},
		{COMPLAINT_RECEIVED, COMPLAINT_STEP_DECIDE, 0},
		{COMPLAINT_RECEIVED, COMPLAINT_STEP_SUSPEND, 0},
		{COMPLAINT_ACCEPTED, COMPLAINT_STEP_DECIDE, COMPLAINT_DECIDED},
		{COMPLAINT_ACCEPTED, COMPLAINT_STEP_SUSPEND, COMPLAINT_ACCEPTED},
		{COMPLAINT_ACCEPTED, COMPLAINT_STEP_WITHDRAW, COMPLAINT_WITHDRAWN},
		{COMPLAINT_ACCEPTED, COMPLAINT_STEP_ACCEPT, 0},
		{COMPLAINT_ACCEPTED, COMPLAINT_STEP_CORRECT, 0},
		{COMPLAINT_DECLINED, COMPLAINT_STEP_CORRECT, 0},
		{COMPLAINT_ACCEPTED, COMPLAINT_STEP_DECLINE, 0},
		{COMPLAINT_DECIDED, COMPLAINT_STEP_DECIDE, 0},
		{COMPLAINT_DECLINED, COMPLAINT_STEP_ACCEPT, 0},
		{COMPLAINT_WITHDRAWN, COMPLAINT_STEP_SUSPEND, 0},
	};
	enum complaint_state after;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int r = complaint_step(rows[i].from, rows[i].step, &after);

		assert_int_equal(r, rows[i].to ? 0 : COMPLAINT_E_STATE);
		if (!r)
			assert_int_equal(after, rows[i].to);
	}
	for (int m = COMPLAINT_FILE; m <= COMPLAINT_OTHER; m++)
		assert_int_equal(complaint_matter_from_name(complaint_matter_name(m)), m);
	for (int s = COMPLAINT_RECEIVED; s <= COMPLAINT_WITHDRAWN; s++)
		assert_int_equal(complaint_state_from_name(complaint_state_name(s)), s);
	assert_int_equal(complaint_matter_from_name("moon"), 0);
	assert_codes(complaint_refusal_code, COMPLAINT_E_SUSPENSION);
}

/* 政府采购法 57: thirty days at most. */
static void test_suspension(void **state)
{
	(void)state;
	assert_int_equal(
		complaint_suspension_end(rulebook_current(), REGIME_GP, at("2026-03-02 10:00:00")),
		at("2026-04-01 10:00:00"));
	/* No more than thirty, though the holiday is not over then. */
	assert_int_equal(
		complaint_suspension_end(rulebook_current(), REGIME_GP, at("2026-09-05 10:00:00")),
		at("2026-10-05 10:00:00"));
	assert_int_equal(
		complaint_suspension_end(rulebook_current(), REGIME_ZTB, at("2026-03-02 10:00:00")),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late_and_without_objection),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_times_follow_one_another),
		cmocka_unit_test(test_steps_and_words),
		cmocka_unit_test(test_suspension),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
