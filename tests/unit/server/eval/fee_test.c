/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/fee.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MIN INT64_C(60000000)

static void assert_time(
	const struct fee_mark *marks, size_t n, int no, int64_t from, int64_t to, int64_t minutes)
{
	struct fee_time t = fee_time(marks, n, no);

	assert_int_equal(t.from_us, from * MIN);
	assert_int_equal(t.to_us, to * MIN);
	assert_int_equal(t.us, minutes * MIN);
}

static void from_the_gate_to_the_release(void **state)
{
	static const struct fee_mark marks[] = {{10 * MIN, FEE_ARRIVED, 1},
		{20 * MIN, FEE_ARRIVED, 2},
		{30 * MIN, FEE_ARRIVED, 1} /* a new pass to the same seat */,
		{50 * MIN, FEE_LEFT, 2}, {60 * MIN, FEE_ARRIVED, 3}, {100 * MIN, FEE_CLOSED, 0}};

	assert_time(marks, 6, 1, 10, 100, 90);
	assert_time(marks, 6, 2, 20, 50, 30);
	assert_time(marks, 6, 3, 60, 100, 40);
	assert_time(marks, 6, 4, 0, 0, 0);
}

/* The night is not paid: whoever comes to the gate again is there from then on, all others from
 * when the session is reconvened. */
static void without_the_adjournment(void **state)
{
	static const struct fee_mark marks[] = {{10 * MIN, FEE_ARRIVED, 1},
		{10 * MIN, FEE_ARRIVED, 2}, {10 * MIN, FEE_ARRIVED, 3},
		{70 * MIN, FEE_SUSPENDED, 0}, {80 * MIN, FEE_LEFT, 3}, {900 * MIN, FEE_ARRIVED, 1},
		{910 * MIN, FEE_RECONVENED, 0}, {970 * MIN, FEE_CLOSED, 0}};

	assert_time(marks, 8, 1, 10, 970, 60 + 70);
	assert_time(marks, 8, 2, 10, 970, 60 + 60);
	assert_time(marks, 8, 3, 10, 70, 60);
}

/* Evaluated again: closed, opened adjourned, and who comes to the gate is there again. */
static void evaluated_again(void **state)
{
	static const struct fee_mark marks[] = {{10 * MIN, FEE_ARRIVED, 1},
		{10 * MIN, FEE_ARRIVED, 2}, {100 * MIN, FEE_CLOSED, 0},
		{5000 * MIN, FEE_SUSPENDED, 0}, {6000 * MIN, FEE_ARRIVED, 1},
		{6010 * MIN, FEE_RECONVENED, 0}, {6060 * MIN, FEE_CLOSED, 0}};

	assert_time(marks, 7, 1, 10, 6060, 90 + 60);
	assert_time(marks, 7, 2, 10, 100, 90);
}

static void a_unit_that_is_begun_is_paid(void **state)
{
	const struct fee_rate rate = {"", 60, 15000, 40000};

	assert_int_equal(fee_amount(&rate, 0), 0);
	assert_int_equal(fee_amount(&rate, 1), 40000); /* at least */
	assert_int_equal(fee_amount(&rate, 120 * MIN), 40000);
	assert_int_equal(fee_amount(&rate, 180 * MIN), 45000);
	assert_int_equal(fee_amount(&rate, 180 * MIN + 1), 60000);
	assert_int_equal(fee_minutes(90 * MIN), 90);
	assert_int_equal(fee_minutes(90 * MIN + 1), 91);
}

static void the_rate_of_the_nearest_region(void **state)
{
	static const struct fee_rate rates[] = {
		{"", 60, 1, 0}, {"370000", 60, 2, 0}, {"370400", 60, 3, 0}, {"370402", 60, 4, 0}};

	assert_int_equal(fee_rate_of(rates, 4, "370402")->unit_fen, 4);
	assert_int_equal(fee_rate_of(rates, 4, "370403")->unit_fen, 3);
	assert_int_equal(fee_rate_of(rates, 4, "370100")->unit_fen, 2);
	assert_int_equal(fee_rate_of(rates, 4, "110000")->unit_fen, 1);
	assert_null(fee_rate_of(&rates[1], 3, "110000"));
	assert_null(fee_rate_of(rates, 0, "370402"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_the_gate_to_the_release),
		cmocka_unit_test(without_the_adjournment),
		cmocka_unit_test(evaluated_again),
		cmocka_unit_test(a_unit_that_is_begun_is_paid),
		cmocka_unit_test(the_rate_of_the_nearest_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
