/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/words.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void codes_have_sentences(void **state)
{
	static const char *const known[] = {"act.in_progress", "auth.bad_credentials", "closed",
		"admitted", "gate.pass_bad", "left", "left_panel", "no_answer", "no_session", "not_a_ticket",
		"other_booth", "released", "taken_over", "removed", "replaced", "room.locked",
		"room.muted", "room.seat_taken", "silence", "seat.ticket_expired", "session_closed",
		"ws.denied"};

	/* The table is searched by halves: one row out of order would hide others. */
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		assert_ptr_not_equal(words_code(known[i]), known[i]);
	assert_string_equal(words_code("brand.new"), "brand.new");
	assert_string_equal(words_refusal("brand.new", "So new"), "So new");
	assert_string_equal(words_refusal("brand.new", ""), "brand.new");
	assert_string_equal(words_role("expert"), "Expert");
	assert_string_equal(words_role("witness"), "Witness");
	assert_string_equal(words_role("clerk"), "clerk");
	assert_string_equal(words_step("scoring"), "Scoring");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(codes_have_sentences)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
