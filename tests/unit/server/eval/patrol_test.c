/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/patrol.h"

#include "tests/unit/server/eval/support.h"

#define INTERVAL 100

/* The states by their second letters: u due, o done, i missed. */
static void check(int64_t end, bool over, const int64_t *looked, size_t n, const char *want)
{
	g_autoptr(GArray) rounds = g_array_new(FALSE, FALSE, sizeof(struct patrol_round));
	g_autoptr(GString) seen = g_string_new(NULL);

	patrol_rounds(1000, end, over, INTERVAL, looked, n, rounds);
	for (guint i = 0; i < rounds->len; i++) {
		const struct patrol_round *r = &g_array_index(rounds, struct patrol_round, i);
		assert_int_equal(r->from_us, 1000 + i * INTERVAL);
		assert_true(r->to_us > r->from_us);
		g_string_append_c(seen, patrol_state_name(r->state)[1]);
	}
	assert_string_equal(seen->str, want);
}

static void test_rounds(void **state)
{
	const int64_t looks[] = {1000, 1199, 1200, 1450};

	check(1000, false, NULL, 0, "u");
	check(1099, false, NULL, 0, "u");
	check(1100, false, NULL, 0, "u");
	check(1101, false, NULL, 0, "iu");
	check(1450, false, looks, 3, "oooiu");
	check(1450, false, looks, 4, "oooio");
	check(1500, true, looks, 4, "oooio");
	/* Ended within a round: it is owed as well; a look just after the end counts. */
	check(1540, true, looks, 4, "oooioi");
	check(1440, true, looks, 4, "oooio");
	check(1000, true, NULL, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rounds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
