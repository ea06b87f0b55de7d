/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of this folder share: cmocka's includes, decimals and JSON from texts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <jansson.h>

#include "proto/decimal.h"
#include "server/core/error.h"

static inline struct decimal dec(const char *text)
{
	struct decimal d;

	assert_int_equal(decimal_parse_text(text, &d), 0);
	return d;
}

static inline void assert_decimal(struct decimal d, unsigned places, const char *want)
{
	char text[DECIMAL_TEXT_SIZE];

	assert_string_equal(decimal_format(d, places, text), want);
}

static inline json_t *json_of(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s: %s", text, error.text);
	return json;
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
