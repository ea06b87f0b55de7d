/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/time_words.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define S ((int64_t)G_USEC_PER_SEC)

static void expect(char *text, const char *expected)
{
	g_autofree char *owned = text;

	assert_string_equal(owned, expected);
}

static void spans_and_steps(void **state)
{
	expect(time_words_span(-5), "0:00");
	expect(time_words_span(59 * S), "0:59");
	expect(time_words_span(61 * S), "1:01");
	expect(time_words_span(3661 * S), "1:01:01");
	expect(time_words_step(60 * S, 0, 0, 1000 * S), "Session 1:00");
	expect(time_words_step(60 * S, 970 * S, 0, 1000 * S), "Session 1:00 · this step 0:30");
	expect(time_words_step(60 * S, 970 * S, 1090 * S, 1000 * S), "Session 1:00 · 1:30 left");
	expect(time_words_step(60 * S, 970 * S, 1000 * S, 1000 * S), "Session 1:00 · time is up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(spans_and_steps)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
