/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/moderation.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static json_t *last; /* message of the last act; owned */

static int act(
	void *user, enum control_kind kind, const json_t *fields, char ret_id[CONTROL_ID_MAX + 1])
{
	json_auto_t *whole = json_copy((json_t *)fields);
	g_autofree char *text = NULL;

	/* With an id it must be a message that the server takes. */
	json_object_set_new(whole, "id", json_string("a1"));
	assert_int_equal(control_print(&text, kind, whole), 0);
	json_decref(last);
	last = json_incref((json_t *)fields);
	strcpy(ret_id, "a1");
	return 0;
}

#define BIT(m) (1u << (m))

static void offers_what_makes_sense(void **state)
{
	struct person_facts f = {.role = "expert", .presence = PRESENCE_PRESENT};

	assert_int_equal(moderation_offers(&f, true),
		BIT(MODERATION_CALL) | BIT(MODERATION_MUTE) | BIT(MODERATION_STOP_VIDEO) |
			BIT(MODERATION_RELEASE) | BIT(MODERATION_REMOVE) | BIT(MODERATION_MOVE));
	assert_false(moderation_offers(&f, false) & BIT(MODERATION_MOVE));
	f.mic_muted = f.cam_muted = f.knocking = true;
	assert_int_equal(moderation_offers(&f, true),
		BIT(MODERATION_CALL) | BIT(MODERATION_UNMUTE) | BIT(MODERATION_ALLOW_VIDEO) |
			BIT(MODERATION_RELEASE) | BIT(MODERATION_REMOVE) | BIT(MODERATION_MOVE) |
			BIT(MODERATION_ADMIT));
	f.presence = PRESENCE_REMOVED;
	assert_int_equal(moderation_offers(&f, true), BIT(MODERATION_READMIT));
	f = (struct person_facts){.role = "host", .presence = PRESENCE_PRESENT};
	assert_true(moderation_offers(&f, true) & BIT(MODERATION_HAND_OVER));
	f.moderator = true;
	assert_false(moderation_offers(&f, true) & BIT(MODERATION_HAND_OVER));
	f.own = true;
	assert_int_equal(moderation_offers(&f, true), 0);
	f = (struct person_facts){.role = "supervisor", .presence = PRESENCE_PRESENT};
	assert_int_equal(moderation_offers(&f, true), 0);
}

static void every_act_is_a_message_of_the_protocol(void **state)
{
	struct room_out out = {.act = act};
	g_autoptr(UiRoom) room = ui_room_new(&out);
	struct person_facts f = {.seat = "s2", .name = "No 2", .role = "expert"};

	for (int m = 0; m < MODERATION_N; m++) {
		assert_true(strlen(moderation_label((enum moderation)m)) > 0);
		assert_true(moderation_perform(
			room, (enum moderation)m, &f, m == MODERATION_MOVE ? "v1" : NULL, NULL));
		assert_string_equal(json_string_value(json_object_get(last, "seat")), "s2");
	}
	assert_true(moderation_perform(room, MODERATION_UNMUTE, &f, NULL, NULL));
	assert_true(json_is_false(json_object_get(last, "on")));
	assert_true(moderation_perform(room, MODERATION_CALL, &f, "why", NULL));
	assert_string_equal(json_string_value(json_object_get(last, "text")), "why");
	assert_true(moderation_perform(room, MODERATION_MOVE, &f, "v1", "B2"));
	assert_string_equal(json_string_value(json_object_get(last, "booth")), "B2");
	json_decref(last);
	last = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_what_makes_sense),
		cmocka_unit_test(every_act_is_a_message_of_the_protocol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
