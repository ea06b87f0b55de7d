/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of this folder share: cmocka's includes, times by the wall clock, a calendar. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "server/core/clock.h"
#include "server/core/error.h"
#include "server/trade/calendar.h"
#include "server/trade/verdict.h"

#define SECOND CLOCK_SECOND_US
#define HOUR (3600 * SECOND)

/* "2026-03-02 09:30:00" in Beijing. */
static inline int64_t at(const char *text)
{
	g_autofree char *rfc = g_strdup_printf("%.10sT%s+08:00", text, text + 11);
	int64_t t_us;

	assert_int_equal(clock_parse(rfc, &t_us), 0);
	return t_us;
}

/* The table made by tools/holidays.mjs for 2024 to 2026. */
static inline struct calendar *calendar_2026(void)
{
	g_autofree char *text = NULL;
	struct calendar *cal = NULL;
	unsigned line = 0;
	gsize len;

	assert_true(g_file_get_contents(TEST_DATA "/holidays.csv", &text, &len, NULL));
	assert_int_equal(calendar_parse(text, len, &cal, &line), 0);
	return cal;
}

/* Every refusal of the module has a code, and the code stands in refusals.def. */
static inline void assert_codes(const char *(*code)(int), int n)
{
	for (int refusal = 1; refusal <= n; refusal++) {
		assert_non_null(code(refusal));
		if (!refusal_find(code(refusal)))
			fail_msg("%s is not in refusals.def", code(refusal));
	}
	assert_null(code(0));
	assert_null(code(n + 1));
}
