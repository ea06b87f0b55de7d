/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "server/auth/throttle.h"

#define SECOND INT64_C(1000000)

static void lets_a_burst_pass_then_one_per_interval(void **state)
{
	struct throttle *t = throttle_new(3, 10 * SECOND, 10);
	int64_t wait_us = 0, now = 1000 * SECOND;

	for (int i = 0; i < 3; i++)
		assert_int_equal(throttle_try(t, "a", now, &wait_us), 0);
	assert_int_equal(throttle_try(t, "a", now, &wait_us), THROTTLE_E_WAIT);
	assert_int_equal(wait_us, 10 * SECOND);
	assert_int_equal(throttle_try(t, "b", now, &wait_us), 0);
	assert_int_equal(throttle_try(t, "a", now + 10 * SECOND - 1, &wait_us), THROTTLE_E_WAIT);
	assert_int_equal(throttle_try(t, "a", now + 10 * SECOND, &wait_us), 0);
	assert_int_equal(throttle_try(t, "a", now + 10 * SECOND, &wait_us), THROTTLE_E_WAIT);
	throttle_free(t);
}

static void forgiveness_gives_the_try_back(void **state)
{
	struct throttle *t = throttle_new(1, SECOND, 10);
	int64_t wait_us;

	for (int i = 0; i < 5; i++) {
		assert_int_equal(throttle_try(t, "a", SECOND, &wait_us), 0);
		throttle_forgive(t, "a");
	}
	throttle_forgive(t, "never seen");
	throttle_free(t);
}

static void forgets_the_oldest_key_when_full(void **state)
{
	struct throttle *t = throttle_new(1, SECOND, 2);
	int64_t wait_us;

	assert_int_equal(throttle_try(t, "a", SECOND, &wait_us), 0);
	assert_int_equal(throttle_try(t, "b", SECOND, &wait_us), 0);
	assert_int_equal(throttle_try(t, "a", SECOND, &wait_us), THROTTLE_E_WAIT);
	assert_int_equal(throttle_try(t, "c", SECOND, &wait_us), 0); /* b goes */
	assert_int_equal(throttle_try(t, "a", SECOND, &wait_us), THROTTLE_E_WAIT);
	assert_int_equal(throttle_try(t, "b", SECOND, &wait_us), 0);
	throttle_free(t);
}

static void a_host_has_a_whole_network_of_addresses(void **state)
{
	static const char *const cases[][2] = {
		{"192.0.2.7", "192.0.2.7"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::ffff", "2001:db8:1:2::/64"},
		{"2001:db8:1:3::ffff", "2001:db8:1:3::/64"},
		{"unknown", "unknown"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *source = throttle_source(cases[i][0]);
		assert_string_equal(source, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_has_a_whole_network_of_addresses),
		cmocka_unit_test(lets_a_burst_pass_then_one_per_interval),
		cmocka_unit_test(forgiveness_gives_the_try_back),
		cmocka_unit_test(forgets_the_oldest_key_when_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
