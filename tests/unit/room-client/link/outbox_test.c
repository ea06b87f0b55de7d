/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/link/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void push(struct outbox *o, enum outbox_lane lane, const char *text, int64_t now_us)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

	outbox_push(o, lane, lane == OUTBOX_CONTROL, bytes, now_us);
}

static void expect(struct outbox *o, bool is_text, const char *text)
{
	bool got;
	g_autoptr(GBytes) bytes = outbox_pop(o, &got);

	assert_non_null(bytes);
	assert_int_equal(got, is_text);
	assert_int_equal(g_bytes_get_size(bytes), strlen(text));
	assert_memory_equal(g_bytes_get_data(bytes, NULL), text, strlen(text));
}

static void control_overtakes_sound_overtakes_pictures(void **state)
{
	struct outbox *o = outbox_new();
	bool is_text;

	push(o, OUTBOX_VIDEO, "v1", 0);
	push(o, OUTBOX_AUDIO, "a1", 0);
	push(o, OUTBOX_VIDEO, "v2", 0);
	push(o, OUTBOX_CONTROL, "c1", 0);
	push(o, OUTBOX_CONTROL, "c2", 0);
	expect(o, true, "c1");
	expect(o, true, "c2");
	expect(o, false, "a1");
	expect(o, false, "v1");
	assert_false(outbox_is_empty(o));
	expect(o, false, "v2");
	assert_true(outbox_is_empty(o));
	assert_null(outbox_pop(o, &is_text));
	outbox_free(o);
}

static void text_may_stand_behind_sound(void **state)
{
	struct outbox *o = outbox_new();
	g_autoptr(GBytes) mute = g_bytes_new_static("mute", 4);

	push(o, OUTBOX_AUDIO, "a1", 0);
	push(o, OUTBOX_AUDIO, "stamp", 0);
	outbox_push(o, OUTBOX_AUDIO, true, mute, 0);
	push(o, OUTBOX_CONTROL, "chat", 0);
	expect(o, true, "chat");
	expect(o, false, "a1");
	expect(o, false, "stamp");
	expect(o, true, "mute");
	outbox_free(o);
}

static void says_when_it_has_fallen_behind(void **state)
{
	struct outbox *o = outbox_new();
	g_autoptr(GBytes) big = g_bytes_new_take(g_malloc0(600 * 1024), 600 * 1024);

	assert_true(outbox_has_room(o, OUTBOX_VIDEO, 0));
	push(o, OUTBOX_VIDEO, "v", 1000);
	assert_true(outbox_has_room(o, OUTBOX_VIDEO, 500000));
	assert_false(outbox_has_room(o, OUTBOX_VIDEO, 501000));
	assert_true(outbox_has_room(o, OUTBOX_AUDIO, 501000));
	expect(o, false, "v");
	assert_true(outbox_has_room(o, OUTBOX_VIDEO, 501000));
	outbox_push(o, OUTBOX_VIDEO, false, big, 501000);
	assert_false(outbox_has_room(o, OUTBOX_VIDEO, 501000));
	outbox_clear(o);
	assert_true(outbox_has_room(o, OUTBOX_VIDEO, 501000));
	outbox_push(o, OUTBOX_CONTROL, true, big, 0);
	assert_true(outbox_has_room(o, OUTBOX_CONTROL, INT64_MAX / 2));
	outbox_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_overtakes_sound_overtakes_pictures),
		cmocka_unit_test(text_may_stand_behind_sound),
		cmocka_unit_test(says_when_it_has_fallen_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
