/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/push_to_talk.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void a_held_key_opens_once_and_letting_go_mutes_once(void **state)
{
	struct push_to_talk p = {0};

	assert_int_equal(push_to_talk_press(&p, false), PUSH_NOTHING);
	assert_int_equal(push_to_talk_switch(&p, true, false), PUSH_MUTE);
	assert_int_equal(push_to_talk_press(&p, false), PUSH_OPEN);
	assert_int_equal(push_to_talk_press(&p, false), PUSH_NOTHING); /* repeats itself */
	assert_int_equal(push_to_talk_release(&p), PUSH_MUTE);
	assert_int_equal(push_to_talk_release(&p), PUSH_NOTHING);
}

static void a_space_that_is_typed_is_only_that(void **state)
{
	struct push_to_talk p = {.on = true};

	assert_int_equal(push_to_talk_press(&p, true), PUSH_NOTHING);
	assert_int_equal(push_to_talk_release(&p), PUSH_NOTHING);
}

static void switching_does_not_mute_who_is_muted(void **state)
{
	struct push_to_talk p = {0};

	assert_int_equal(push_to_talk_switch(&p, true, true), PUSH_NOTHING);
	assert_int_equal(push_to_talk_switch(&p, false, true), PUSH_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_held_key_opens_once_and_letting_go_mutes_once),
		cmocka_unit_test(a_space_that_is_typed_is_only_that),
		cmocka_unit_test(switching_does_not_mute_who_is_muted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
