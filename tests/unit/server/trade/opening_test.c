/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/opening.h"

#include "tests/unit/server/trade/support.h"

#define DEADLINE INT64_C(1000000000)

/* A3: one second late is refused, at the deadline itself too. */
static void test_the_deadline(void **state)
{
	enum bid_state to;

	assert_int_equal(bid_may_begin(true, 0, 500, DEADLINE, 499), BID_E_NOT_OFFERED);
	assert_int_equal(bid_may_begin(false, 0, 500, DEADLINE, 500), BID_E_NOT_OFFERED);
	assert_int_equal(bid_may_begin(true, 0, 500, DEADLINE, 500), 0);
	assert_int_equal(bid_may_begin(true, 0, 500, DEADLINE, DEADLINE - 1), 0);
	assert_int_equal(bid_may_begin(true, 0, 500, DEADLINE, DEADLINE), BID_E_LATE);
	assert_int_equal(bid_may_begin(true, BID_UPLOADS_MAX - 1, 500, DEADLINE, 500), 0);
	assert_int_equal(bid_may_begin(true, BID_UPLOADS_MAX, 500, DEADLINE, 500), BID_E_TOO_MANY);
	assert_int_equal(bid_may_begin(true, BID_UPLOADS_MAX, 500, DEADLINE, DEADLINE), BID_E_LATE);

	for (int step = BID_STEP_UPLOAD; step <= BID_STEP_WITHDRAW; step++) {
		assert_int_equal(
			bid_step(BID_UPLOADING, step, true, DEADLINE, DEADLINE - 1, &to), 0);
		assert_int_equal(
			bid_step(BID_UPLOADING, step, true, DEADLINE, DEADLINE, &to), BID_E_LATE);
		assert_int_equal(
			bid_step(BID_UPLOADING, step, true, DEADLINE, DEADLINE + SECOND, &to),
			BID_E_LATE);
	}
	assert_int_equal(bid_step(BID_FINALISED, BID_STEP_WITHDRAW, true, DEADLINE, DEADLINE, &to),
		BID_E_LATE);
}

static void test_the_life_of_a_bid(void **state)
{
	enum bid_state s = BID_UPLOADING;

	assert_int_equal(bid_step(s, BID_STEP_FINALISE, false, DEADLINE, 0, &s), BID_E_INCOMPLETE);
	assert_int_equal(bid_step(s, BID_STEP_FINALISE, true, DEADLINE, 0, &s), 0);
	assert_int_equal(s, BID_FINALISED);
	assert_int_equal(bid_step(s, BID_STEP_UPLOAD, true, DEADLINE, 0, &s), BID_E_STATE);
	assert_int_equal(bid_step(s, BID_STEP_WITHDRAW, true, DEADLINE, 0, &s), 0);
	assert_int_equal(s, BID_WITHDRAWN);
	assert_int_equal(
		bid_step(BID_SEALED, BID_STEP_WITHDRAW, true, DEADLINE, 0, &s), BID_E_STATE);
	assert_int_equal(
		bid_step(BID_WITHDRAWN, BID_STEP_FINALISE, true, DEADLINE, 0, &s), BID_E_STATE);
}

/* E01 and G10: fewer than three; T07: not before the deadline. */
static void test_whether_a_lot_is_opened(void **state)
{
	static const struct {
		enum regime regime;
		enum lot_state state;
		unsigned n;
		int64_t now;
		bool clock_ok;
		int refusal;
		const char *rule;
	} rows[] = {
		{REGIME_ZTB, LOT_BIDDING, 3, DEADLINE, true, 0, NULL},
		{REGIME_ZTB, LOT_BIDDING, 2, DEADLINE, true, OPENING_E_TOO_FEW, "E01"},
		{REGIME_GP, LOT_BIDDING, 3, DEADLINE, true, 0, NULL},
		{REGIME_GP, LOT_BIDDING, 2, DEADLINE, true, OPENING_E_TOO_FEW, "G10"},
		{REGIME_ZTB, LOT_BIDDING, 0, DEADLINE, true, OPENING_E_TOO_FEW, "E01"},
		{REGIME_ZTB, LOT_BIDDING, 3, DEADLINE - 1, true, OPENING_E_TOO_EARLY, "T07"},
		{REGIME_GP, LOT_BIDDING, 3, DEADLINE - 1, true, OPENING_E_TOO_EARLY, NULL},
		{REGIME_ZTB, LOT_BIDDING, 3, DEADLINE, false, OPENING_E_CLOCK, NULL},
		{REGIME_ZTB, LOT_CLOSED, 3, DEADLINE, true, OPENING_E_STATE, NULL},
		{REGIME_ZTB, LOT_DRAFT, 3, DEADLINE, true, OPENING_E_STATE, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct rule_verdict v = {0};
		int r = opening_may_begin(rulebook_current(), rows[i].regime, rows[i].state,
			rows[i].n, DEADLINE, rows[i].now, rows[i].clock_ok, &v);

		if (r != rows[i].refusal || v.refusal != r || g_strcmp0(v.rule, rows[i].rule))
			fail_msg("row %zu: %d %s", i, r, v.rule);
	}
}

static void test_the_window(void **state)
{
	struct opening_window w = opening_window_from(rulebook_current(), DEADLINE, 0);

	assert_true(w.end_us == DEADLINE + 60 * 60 * SECOND);
	w = opening_window_from(rulebook_current(), DEADLINE, 30);
	assert_true(w.end_us == DEADLINE + 30 * 60 * SECOND);
	assert_int_equal(opening_may_decrypt(BID_SEALED, &w, w.start_us - 1), OPENING_E_TOO_EARLY);
	assert_int_equal(opening_may_decrypt(BID_SEALED, &w, w.start_us), 0);
	assert_int_equal(opening_may_decrypt(BID_SEALED, &w, w.end_us - 1), 0);
	assert_int_equal(opening_may_decrypt(BID_SEALED, &w, w.end_us), OPENING_E_WINDOW_OVER);
	assert_int_equal(opening_may_decrypt(BID_OPENED, &w, w.start_us), OPENING_E_STATE);
}

static void test_rescue(void **state)
{
	struct opening_window w = opening_window_from(rulebook_current(), DEADLINE, 30);
	const struct {
		enum opening_rescue policy;
		bool asked;
		enum opening_fault fault;
		int64_t now;
		int refusal;
	} rows[] = {
		{OPENING_RESCUE_NONE, true, OPENING_FAULT_OTHER, w.end_us, OPENING_E_NO_RESCUE},
		{OPENING_RESCUE_FAULT, true, OPENING_FAULT_BIDDER, w.end_us, OPENING_E_NO_RESCUE},
		{OPENING_RESCUE_FAULT, true, OPENING_FAULT_OTHER, w.start_us, 0},
		{OPENING_RESCUE_ANY, false, OPENING_FAULT_BIDDER, w.end_us - 1,
			OPENING_E_WINDOW_RUNS},
		{OPENING_RESCUE_ANY, false, OPENING_FAULT_BIDDER, w.end_us, 0},
		{OPENING_RESCUE_ANY, true, OPENING_FAULT_BIDDER, w.start_us, 0},
		{OPENING_RESCUE_ANY, true, OPENING_FAULT_BIDDER, w.start_us - 1,
			OPENING_E_TOO_EARLY},
		{0, true, OPENING_FAULT_OTHER, w.end_us, OPENING_E_NO_RESCUE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_int_equal(opening_may_rescue(rows[i].policy, BID_SEALED, rows[i].asked,
					 rows[i].fault, &w, rows[i].now),
			rows[i].refusal);
	assert_int_equal(opening_may_rescue(OPENING_RESCUE_ANY, BID_REVOKED, true,
				 OPENING_FAULT_OTHER, &w, w.end_us),
		OPENING_E_STATE);
}

/* E04 and E05: three in, one not decrypted; the other two go on. */
static void test_settling(void **state)
{
	struct opening_window w = opening_window_from(rulebook_current(), DEADLINE, 30);
	enum bid_state s;
	enum lot_state lot = LOT_BIDDING;

	assert_int_equal(opening_settle(BID_SEALED, OPENING_FAULT_BIDDER, &w, w.end_us - 1, &s),
		OPENING_E_WINDOW_RUNS);
	assert_int_equal(opening_settle(BID_SEALED, OPENING_FAULT_BIDDER, &w, w.end_us, &s), 0);
	assert_int_equal(s, BID_REVOKED);
	assert_int_equal(opening_settle(BID_SEALED, OPENING_FAULT_OTHER, &w, w.end_us, &s), 0);
	assert_int_equal(s, BID_RECALLED);
	assert_int_equal(
		opening_settle(BID_OPENED, OPENING_FAULT_OTHER, &w, w.end_us, &s), OPENING_E_STATE);

	assert_int_equal(opening_may_finish(LOT_CLOSED, 1), OPENING_E_UNSETTLED);
	assert_int_equal(opening_may_finish(LOT_CLOSED, 0), 0);
	assert_int_equal(opening_may_finish(LOT_BIDDING, 0), OPENING_E_STATE);
	assert_int_equal(opening_may_object(OPENING_OBJECTIONS_MAX - 1), 0);
	assert_int_equal(opening_may_object(OPENING_OBJECTIONS_MAX), OPENING_E_TOO_MANY);
	assert_int_equal(lot_step(lot, LOT_STEP_CLOSE, &lot), 0);
	assert_int_equal(lot_step(lot, LOT_STEP_FAIL, &lot), LOT_E_STATE);
	assert_int_equal(lot_step(lot, LOT_STEP_OPEN, &lot), 0);
	assert_int_equal(lot_step(lot, LOT_STEP_RANK, &lot), 0);
	assert_int_equal(lot, LOT_RANKED);
}

static void test_words_and_codes(void **state)
{
	assert_codes(bid_refusal_code, BID_E_TOO_MANY);
	assert_codes(lot_refusal_code, LOT_E_STATE);
	assert_codes(opening_refusal_code, OPENING_E_ARRIVING);
	for (int s = BID_UPLOADING; s <= BID_INVALID; s++)
		assert_int_equal(bid_state_from_name(bid_state_name(s)), s);
	for (int s = LOT_DRAFT; s <= LOT_FAILED; s++)
		assert_int_equal(lot_state_from_name(lot_state_name(s)), s);
	for (int r = OPENING_RESCUE_NONE; r <= OPENING_RESCUE_ANY; r++)
		assert_int_equal(opening_rescue_from_name(opening_rescue_name(r)), r);
	assert_int_equal(bid_state_from_name("?"), 0);
	assert_string_equal(opening_fault_name(OPENING_FAULT_OTHER), "other");
	assert_null(opening_fault_name(7));
}

/* One word for each end of a bid, whatever paper says it. */
static void test_what_papers_say_of_a_bid(void **state)
{
	assert_string_equal(bid_fate(BID_OPENED, false), "投标人解密");
	assert_string_equal(bid_fate(BID_OPENED, true), "密钥保管人解密");
	assert_string_equal(bid_fate(BID_REVOKED, false), "未解密，视为撤销");
	assert_string_equal(bid_fate(BID_RECALLED, false), "未解密，视为撤回");
	assert_string_equal(bid_fate(BID_INVALID, false), "已解密，内容无效");
	assert_string_equal(bid_fate(BID_SEALED, false), "未解密");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_deadline),
		cmocka_unit_test(test_the_life_of_a_bid),
		cmocka_unit_test(test_whether_a_lot_is_opened),
		cmocka_unit_test(test_the_window),
		cmocka_unit_test(test_rescue),
		cmocka_unit_test(test_settling),
		cmocka_unit_test(test_what_papers_say_of_a_bid),
		cmocka_unit_test(test_words_and_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
