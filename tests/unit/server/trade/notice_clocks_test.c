/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice_clocks.h"

#include "tests/unit/server/trade/support.h"

static void test_clocks(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *rule, *what, *end;
	} rows[] = {
		{NOTICE_ZTB_TENDER, "T05", "file_objection", "2026-10-10 09:30:00"},
		{NOTICE_ZTB_TENDER, "T07", "opening", "2026-10-20 09:30:00"},
		{NOTICE_ZTB_RESULT, "T13", "contract", "2026-10-25 10:00:00"},
		{NOTICE_ZTB_RESULT, "T14", "report", "2026-10-10 10:00:00"},
		{NOTICE_GP_RESULT, "G07", "contract", "2026-10-25 10:00:00"},
		/* seven working days from 28 September, over the holiday: 29, 30, 8, 9, 10 (a make-up
		   Saturday), 12, 13 October */
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
			assert_true(notice_clock_known(c->what));
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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_clocks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
