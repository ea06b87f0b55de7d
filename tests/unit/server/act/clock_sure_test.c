/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the clock is sure enough for taking and opening bids. */
#include "tests/unit/server/act/fixture.h"

#include <string.h>

#include "db/txn.h"
#include "server/act/clock_sure.h"
#include "server/core/clock_error.h"

static struct fixture *f;
static struct clock_error kernel;

static void say(struct clock_error *ret)
{
	*ret = kernel;
}

struct look {
	int64_t behind_us;
	const char *why;
	struct refusal refusal;
	int required;
};

static int look(struct db_txn *txn, void *data)
{
	struct look *l = data;
	struct act a = {.txn = txn,
		.env = &f->env,
		.real_us = clock_real_us() - l->behind_us,
		.refusal = &l->refusal};

	l->required = clock_require_sure(&a);
	return clock_sure(&a, &l->why);
}

static struct look ask(int64_t most_us, struct clock_error error, int64_t behind_us)
{
	struct look l = {.behind_us = behind_us};

	kernel = error;
	f->env.clock_error_most_us = most_us;
	f->env.clock_error = say;
	assert_int_equal(db_run(f->db->pool, look, &l), 0);
	if (l.why) {
		assert_int_equal(l.required, REFUSED);
		assert_string_equal(l.refusal.code, "bid.clock_unsure");
		assert_string_equal(l.refusal.detail, l.why);
	} else {
		assert_int_equal(l.required, 0);
	}
	return l;
}

static void test_error_of_the_clock(void **state)
{
	fixture_clear(f);
	assert_null(ask(2000000, (struct clock_error){true, 2000000}, 0).why);
	assert_non_null(strstr(ask(2000000, (struct clock_error){true, 2000001}, 0).why, "NTP"));
	assert_non_null(strstr(ask(2000000, (struct clock_error){false, 0}, 0).why, "NTP"));
	assert_null(ask(0, (struct clock_error){false, 0}, 0).why);
}

/* The newest entry of the ledger is a moment old. */
static void test_clock_behind_the_ledger(void **state)
{
	const struct clock_error good = {true, 1000};
	int64_t minute_us = 60 * CLOCK_SECOND_US;

	fixture_clear(f);
	assert_null(ask(2000000, good, minute_us).why);
	fixture_person(f, "somebody", 0);
	assert_null(ask(2000000, good, 0).why);
	assert_non_null(strstr(ask(2000000, good, minute_us).why, "behind the ledger"));
	assert_null(ask(0, good, minute_us).why);
}

static void test_the_kernel_answers(void **state)
{
	struct clock_error error = {.max_us = -1};

	clock_error_read(&error);
	assert_true(error.max_us >= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_of_the_clock),
		cmocka_unit_test(test_clock_behind_the_ledger),
		cmocka_unit_test(test_the_kernel_answers),
	};

	f = fixture_start();
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return r;
}
