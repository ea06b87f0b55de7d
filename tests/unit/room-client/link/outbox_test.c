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

	outbox_push(o, lane, bytes, now_us);
}

static void expect(struct outbox *o, enum outbox_lane lane, const char *text)
{
	enum outbox_lane got;
	g_autoptr(GBytes) bytes = outbox_pop(o, &got);

	assert_non_null(bytes);
	assert_int_equal(got, lane);
	assert_int_equal(g_bytes_get_size(bytes), strlen(text));
	assert_memory_equal(g_bytes_get_data(bytes, NULL), text, strlen(text));
}

static void control_overtakes_sound_overtakes_pictures(void **state)
{
	struct outbox *o = outbox_new();
	enum outbox_lane lane;

	push(o, OUTBOX_VIDEO, "v1", 0);
	push(o, OUTBOX_AUDIO, "a1", 0);
	push(o, OUTBOX_VIDEO, "v2", 0);
	push(o, OUTBOX_CONTROL, "c1", 0);
	push(o, OUTBOX_CONTROL, "c2", 0);
	expect(o, OUTBOX_CONTROL, "c1");
	expect(o, OUTBOX_CONTROL, "c2");
	expect(o, OUTBOX_AUDIO, "a1");
	expect(o, OUTBOX_VIDEO, "v1");
	assert_false(outbox_is_empty(o));
	expect(o, OUTBOX_VIDEO, "v2");
	assert_true(outbox_is_empty(o));
	assert_null(outbox_pop(o, &lane));
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
	expect(o, OUTBOX_VIDEO, "v");
	assert_true(outbox_has_room(o, OUTBOX_VIDEO, 501000));
	outbox_push(o, OUTBOX_VIDEO, big, 501000);
	assert_false(outbox_has_room(o, OUTBOX_VIDEO, 501000));
	outbox_clear(o);
	assert_true(outbox_has_room(o, OUTBOX_VIDEO, 501000));
	outbox_push(o, OUTBOX_CONTROL, big, 0);
	assert_true(outbox_has_room(o, OUTBOX_CONTROL, INT64_MAX / 2));
	outbox_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_overtakes_sound_overtakes_pictures),
		cmocka_unit_test(says_when_it_has_fallen_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
