/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/flow.h"

#include "tests/unit/server/eval/support.h"

static const struct flow_counts everything = {.drawn = true,
	.members = 7,
	.arrived = 7,
	.promised = 7,
	.has_leader = true,
	.lots = 2,
	.lots_opened = 2,
	.sheets_submitted = 14,
	.lots_ranked = 2,
	.has_report = true,
	.signed_off = 7};

static void test_forward_only(void **state)
{
	for (int from = FLOW_CREATED; from <= FLOW_CLOSED; from++)
		for (int to = FLOW_CREATED; to <= FLOW_CLOSED; to++)
			assert_int_equal(flow_advance(from, to, false, &everything),
				to == from + 1 ? 0 : FLOW_E_STEP);
	assert_int_equal(flow_advance(FLOW_CREATED, 0, false, &everything), FLOW_E_NO_SUCH_STEP);
	assert_int_equal(flow_advance(FLOW_CLOSED, 9, false, &everything), FLOW_E_NO_SUCH_STEP);
	assert_int_equal(flow_advance(0, FLOW_CREATED, false, &everything), FLOW_E_STEP);
	assert_int_equal(
		flow_advance(FLOW_SCORING, FLOW_SUMMARY, true, &everything), FLOW_E_PAUSED);
	assert_int_equal(flow_next(FLOW_CLOSED), 0);
	assert_int_equal(flow_next(FLOW_CREATED), FLOW_CHECKIN);
}

/* One less of anything, and the step that needs it is refused, with its own reason. */
static void test_conditions(void **state)
{
#define LESS(member, value, to, refusal)                                        \
	do {                                                                    \
		struct flow_counts c = everything;                              \
		c.member = value;                                               \
		assert_int_equal(flow_advance(to - 1, to, false, &c), refusal); \
	} while (0)
	LESS(drawn, false, FLOW_CHECKIN, FLOW_E_NOT_DRAWN);
	LESS(arrived, 6, FLOW_PROMISE, FLOW_E_NOT_ALL_ARRIVED);
	LESS(members, 0, FLOW_PROMISE, FLOW_E_NOT_ALL_ARRIVED);
	LESS(promised, 6, FLOW_LEADER, FLOW_E_NOT_ALL_PROMISED);
	LESS(has_leader, false, FLOW_SCORING, FLOW_E_NO_LEADER);
	LESS(lots_opened, 1, FLOW_SCORING, FLOW_E_NOT_OPENED);
	LESS(promised, 6, FLOW_SCORING, FLOW_E_NOT_ALL_PROMISED);
	LESS(sheets_submitted, 13, FLOW_SUMMARY, FLOW_E_NOT_ALL_SUBMITTED);
	LESS(has_leader, false, FLOW_SUMMARY, FLOW_E_NO_LEADER);
	LESS(lots, 0, FLOW_SUMMARY, FLOW_E_NOT_ALL_SUBMITTED);
	LESS(lots_ranked, 1, FLOW_SIGNING, FLOW_E_NOT_RANKED);
	LESS(has_report, false, FLOW_SIGNING, FLOW_E_NO_REPORT);
	LESS(signed_off, 6, FLOW_CLOSED, FLOW_E_NOT_ALL_SIGNED);
#undef LESS
}

static void test_acts(void **state)
{
	static const struct {
		const char *act;
		enum flow_step first, last;
		int before; /* the refusal outside */
		bool while_paused;
	} rows[] = {
		{"gate.sign_in", FLOW_CHECKIN, FLOW_SIGNING, FLOW_E_STEP, false},
		{"member.promise", FLOW_PROMISE, FLOW_SCORING, FLOW_E_STEP, false},
		{"leader.vote", FLOW_LEADER, FLOW_SCORING, FLOW_E_STEP, false},
		{"session.bids", FLOW_SCORING, FLOW_CLOSED, FLOW_E_STEP, true},
		{"sheet.submit", FLOW_SCORING, FLOW_SCORING, FLOW_E_STEP, false},
		{"session.result", FLOW_SUMMARY, FLOW_CLOSED, FLOW_E_NOT_ALL_SUBMITTED, true},
		{"report.make", FLOW_SUMMARY, FLOW_SUMMARY, FLOW_E_STEP, false},
		{"report.sign", FLOW_SIGNING, FLOW_SIGNING, FLOW_E_STEP, false},
		{"session.close", FLOW_SIGNING, FLOW_SIGNING, FLOW_E_STEP, false},
		{"room.present", FLOW_SCORING, FLOW_SIGNING, FLOW_E_STEP, true},
		{"chat.say", FLOW_CHECKIN, FLOW_SIGNING, FLOW_E_STEP, true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (enum flow_step s = FLOW_CREATED; s <= FLOW_CLOSED; s++) {
			bool fits = s >= rows[i].first && s <= rows[i].last;
			int paused = rows[i].while_paused ? 0 : FLOW_E_PAUSED;

			assert_int_equal(
				flow_may(rows[i].act, s, false), fits ? 0 : rows[i].before);
			assert_int_equal(
				flow_may(rows[i].act, s, true), fits ? paused : rows[i].before);
		}
		assert_int_equal(flow_may(rows[i].act, 0, false), rows[i].before);
	}
	assert_int_equal(flow_may("notice.publish", FLOW_CREATED, false), 0);
}

static void test_pausing(void **state)
{
	for (enum flow_step s = FLOW_CREATED; s <= FLOW_CLOSED; s++) {
		bool may = s != FLOW_CREATED && s != FLOW_CLOSED;

		assert_int_equal(flow_may_pause(s, false), may ? 0 : FLOW_E_STEP);
		assert_int_equal(flow_may_pause(s, true), FLOW_E_PAUSED);
	}
}

static void test_words(void **state)
{
	for (int s = FLOW_CREATED; s <= FLOW_CLOSED; s++) {
		assert_int_equal(flow_step_from_name(flow_step_name(s)), s);
		assert_non_null(flow_step_label(s));
	}
	assert_int_equal(flow_step_from_name("coffee"), 0);
	assert_codes(flow_refusal_code, FLOW_E_NOT_ALL_SIGNED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forward_only),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_acts),
		cmocka_unit_test(test_pausing),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
