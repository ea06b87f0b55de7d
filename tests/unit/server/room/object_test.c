/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/object.h"

#include "tests/unit/server/room/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_carries_session_time(void **state)
{
	uint8_t flags = frame_flags_with_layer(FRAME_LAYER_SYNC, 2);
	struct object *o =
		object_new(frame_message(7, FRAME_CODEC_VP8, flags, 3, 10), 34, 1234, 99);
	struct frame f;

	assert_int_equal(frame_parse(o->data, o->len, &f), 0);
	assert_int_equal(f.session_ms, 1234);
	assert_int_equal(o->track, 7);
	assert_int_equal(o->arrived_ms, 99);
	assert_int_equal(object_layer(o), 2);
	assert_false(object_is_key(o));
	object_unref(o);
}

static void test_bytes_outlive_the_object(void **state)
{
	struct object *o =
		object_new(frame_message(1, FRAME_CODEC_OPUS, FRAME_KEY, 5, 40), 64, 0, 0);
	g_autoptr(GBytes) bytes = object_bytes(o);
	gsize len;
	const uint8_t *data;

	assert_true(object_is_key(o));
	object_unref(o);
	data = g_bytes_get_data(bytes, &len);
	assert_int_equal(len, 64);
	assert_int_equal(data[63], 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carries_session_time),
		cmocka_unit_test(test_bytes_outlive_the_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
