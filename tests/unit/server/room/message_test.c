/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/message.h"

#include "server/core/error.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_error_names_what_can_be_named(void **state)
{
	struct refusal r;
	g_autofree char *text = NULL;

	refuse(&r, "room.rate", "x", NULL);
	text = message_print(CONTROL_ERROR, message_error_fields(&r, "id-1", false));
	assert_non_null(strstr(text, "\"room.rate\""));
	assert_non_null(strstr(text, "\"id-1\""));
	assert_non_null(strstr(text, "\"field\":\"x\""));
}

/* The name of an unknown field is the sender's: it must not break our own message. */
static void test_error_about_a_hostile_field(void **state)
{
	static const char *const fields[] = {"a\nb", "a\x01", "\xe4\xb8", "\xff"};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		struct refusal r = {.code = "control_unknown_field"};
		g_autofree char *text = NULL;

		g_strlcpy(r.field, fields[i], sizeof(r.field));
		text = message_print(CONTROL_ERROR, message_error_fields(&r, NULL, true));
		assert_null(strstr(text, "\"field\""));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_names_what_can_be_named),
		cmocka_unit_test(test_error_about_a_hostile_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
