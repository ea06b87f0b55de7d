/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice_clocks.h"

#include "tests/unit/server/trade/support.h"

static void test_clocks(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *rule, *what, *end;
	} rows[] = {
		{NOTICE_ZTB_PREQUALIFICATION, "T05", "file_objection", "2026-10-18 09:30:00"},
		{NOTICE_ZTB_PREQUALIFICATION, NULL, "applications", "2026-10-20 09:30:00"},
		{NOTICE_ZTB_TENDER, "T05", "file_objection", "2026-10-10 09:30:00"},
		{NOTICE_ZTB_TENDER, "T07", "opening", "2026-10-20 09:30:00"},
		{NOTICE_ZTB_RESULT, "T13", "contract", "2026-10-25 10:00:00"},
		{NOTICE_ZTB_RESULT, "T14", "report", "2026-10-10 10:00:00"},
		/* 5 October is in the holiday: the last day is the first working one after it */
		{NOTICE_ZTB_RESULT, "T11", "complaint", "2026-10-08 10:00:00"},
		{NOTICE_ZTB_CANDIDATES, "T11", "complaint", "2026-10-08 10:00:00"},
		{NOTICE_GP_RESULT, "G07", "contract", "2026-10-25 10:00:00"},
		/* seven working days from 28 September, over the holiday: 29, 30, 8, 9, 10 (a
		   make-up Saturday), 12, 13 October */
		{NOTICE_GP_RESULT, "G06", "challenge", "2026-10-13 10:00:00"},
		{NOTICE_GP_RESULT, "G05", "publicity_end", "2026-09-28 10:00:00"},
		{NOTICE_LAND_LISTING, NULL, "sale", "2026-10-20 09:30:00"},
	};
	struct calendar *cal = calendar_2026();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
		struct notice n = {.kind = rows[i].kind,
			.offer_start_us = at("2026-09-25 10:00:00"),
			.offer_end_us = at("2026-10-09 10:00:00"),
			.bid_deadline_us = at("2026-10-20 09:30:00"),
			.publicity_start_us = at("2026-09-25 10:00:00"),
			.publicity_end_us = at("2026-09-28 10:00:00")};
		bool found = false;

		notice_clocks(&n, at("2026-09-25 10:00:00"), rulebook_current(), cal, list);
		for (guint k = 0; k < list->len; k++) {
			const struct legal_clock_row *c =
				&g_array_index(list, struct legal_clock_row, k);

			assert_true(c->end_us >= c->start_us);
			assert_true(
				c->of_deadline == (c->end_us == n.bid_deadline_us ||
							  g_str_equal(c->what, "file_objection")));
			if (!g_str_equal(c->what, rows[i].what))
				continue;
			found = true;
			if (c->end_us != at(rows[i].end))
				fail_msg("%s ends %+.3f days off", c->what,
					(double)(c->end_us - at(rows[i].end)) / 86400e6);
			assert_true(g_strcmp0(c->rule, rows[i].rule) == 0);
		}
		assert_true(found);
	}
	calendar_free(cal);
}

/* Calendar days that end in the holiday of October stay there, forwards and backwards; only a
 * party's own time rolls on to the 8th (T18). On the second: a notice a second later ends a second
 * later. */
static void test_clocks_over_the_holiday(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *rule, *what, *published, *deadline, *end;
		int64_t later;
	} rows[] = {
		{NOTICE_ZTB_RESULT, "T13", "contract", "2026-09-03 10:00:00", "2026-10-20 09:30:00",
			"2026-10-03 10:00:00", SECOND},
		{NOTICE_ZTB_RESULT, "T14", "report", "2026-09-18 10:00:00", "2026-10-20 09:30:00",
			"2026-10-03 10:00:00", SECOND},
		{NOTICE_GP_RESULT, "G07", "contract", "2026-09-03 10:00:00", "2026-10-20 09:30:00",
			"2026-10-03 10:00:00", SECOND},
		{NOTICE_ZTB_CANDIDATES, "T11", "complaint", "2026-09-22 10:00:00",
			"2026-10-20 09:30:00", "2026-10-08 10:00:00", SECOND},
		{NOTICE_ZTB_TENDER, "T05", "file_objection", "2026-09-11 10:00:00",
			"2026-10-13 09:30:00", "2026-10-03 09:30:00", 0},
		{NOTICE_ZTB_PREQUALIFICATION, "T05", "file_objection", "2026-09-11 10:00:00",
			"2026-10-08 09:30:00", "2026-10-06 09:30:00", 0},
	};
	struct calendar *cal = calendar_2026();

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		size_t row = i / 2;
		int64_t late_us = i % 2 ? SECOND : 0, end_us = 0;
		g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
		const struct notice n = {
			.kind = rows[row].kind, .bid_deadline_us = at(rows[row].deadline)};

		notice_clocks(&n, at(rows[row].published) + late_us, rulebook_current(), cal, list);
		for (guint k = 0; k < list->len; k++) {
			const struct legal_clock_row *c =
				&g_array_index(list, struct legal_clock_row, k);

			if (!g_str_equal(c->what, rows[row].what))
				continue;
			assert_string_equal(c->rule, rows[row].rule);
			end_us = c->end_us;
		}
		if (end_us != at(rows[row].end) + (late_us ? rows[row].later : 0))
			fail_msg("%s ends %+.6f days off", rows[row].what,
				(double)(end_us - at(rows[row].end)) / 86400e6);
	}
	calendar_free(cal);
}

/* T09: three days, the holiday with them; G04: two working days, over the holiday to a make-up
 * Saturday. */
static void test_the_report_starts_a_clock(void **state)
{
	static const struct {
		enum regime regime;
		const char *reported, *rule, *what, *end;
	} rows[] = {
		{REGIME_ZTB, "2026-09-30 16:00:00", "T09", "candidates", "2026-10-03 16:00:00"},
		{REGIME_GP, "2026-09-28 16:00:00", "G04", "report_delivery", "2026-09-30 16:00:00"},
		{REGIME_GP, "2026-09-30 16:00:00", "G04", "report_delivery", "2026-10-09 16:00:00"},
	};
	struct calendar *cal = calendar_2026();
	struct legal_clock_row c;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_true(report_clock(
			rows[i].regime, at(rows[i].reported), rulebook_current(), cal, &c));
		assert_string_equal(c.rule, rows[i].rule);
		assert_string_equal(c.what, rows[i].what);
		assert_int_equal(c.start_us, at(rows[i].reported));
		assert_int_equal(c.end_us, at(rows[i].end));
	}
	assert_false(
		report_clock(REGIME_ASSET, at("2026-09-30 16:00:00"), rulebook_current(), cal, &c));
	calendar_free(cal);
}

/* G07: two and seven working days from the contract, over the holiday and to a make-up Saturday. */
static void test_the_contract_starts_two_clocks(void **state)
{
	static const struct {
		const char *contracted, *notice, *filing;
	} rows[] = {
		{"2026-03-02 10:00:00", "2026-03-04 10:00:00", "2026-03-11 10:00:00"},
		{"2026-09-28 16:00:00", "2026-09-30 16:00:00", "2026-10-13 16:00:00"},
		{"2026-09-30 16:00:00", "2026-10-09 16:00:00", "2026-10-15 16:00:00"},
	};
	struct calendar *cal = calendar_2026();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
		g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
		const struct legal_clock_row *c;

		contract_clocks(at(rows[i].contracted), false, rulebook_current(), cal, open);
		c = (const struct legal_clock_row *)open->data;
		assert_int_equal(open->len, 2);
		assert_string_equal(c[0].what, "contract_notice");
		assert_string_equal(c[1].what, "contract_filing");
		for (size_t k = 0; k < 2; k++) {
			assert_string_equal(c[k].rule, "G07");
			assert_int_equal(c[k].start_us, at(rows[i].contracted));
			assert_int_equal(c[k].end_us, at(k ? rows[i].filing : rows[i].notice));
		}
		contract_clocks(at(rows[i].contracted), true, rulebook_current(), cal, told);
		assert_int_equal(told->len, 1);
		assert_string_equal(
			((const struct legal_clock_row *)told->data)->what, "contract_filing");
	}
	calendar_free(cal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_clocks_over_the_holiday),
		cmocka_unit_test(test_the_report_starts_a_clock),
		cmocka_unit_test(test_the_contract_starts_two_clocks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
