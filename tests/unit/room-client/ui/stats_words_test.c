/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/stats_words.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void rates_need_two_looks(void **state)
{
	json_auto_t *before = json_pack("{s:i, s:i}", "objects", 100, "bytes", 10000);
	json_auto_t *now = json_pack("{s:i, s:i, s:i, s:i, s:i}", "objects", 150, "bytes", 35000,
		"lost", 2, "delay_us", 62000, "verified", 9);
	g_autofree char *first = stats_words_received(now, NULL, 0);
	g_autofree char *second = stats_words_received(now, before, 2 * G_USEC_PER_SEC);
	g_autofree char *sent = stats_words_sent(now, before, 2 * G_USEC_PER_SEC);

	assert_true(g_str_has_prefix(first, "0 a second, 0 kbit/s, 2 lost, shown after 62 ms"));
	assert_true(g_str_has_prefix(second, "25 a second, 100 kbit/s, 2 lost"));
	assert_true(g_str_has_prefix(sent, "25 a second, 100 kbit/s, 0 held back"));
	assert_string_equal(stats_words_kind("mic"), "voice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rates_need_two_looks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
