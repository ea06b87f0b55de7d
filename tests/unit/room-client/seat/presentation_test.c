/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/presentation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool happens(
	struct presentation *p, int64_t no, const char *kind, const char *actor, json_t *body)
{
	json_auto_t *owned = body;

	return presentation_event(p, no, kind, actor, owned);
}

static json_t *page(int no)
{
	return json_pack("{s:b, s:s, s:i, s:i}", "on", 1, "bid", "b1", "file", 2, "page", no);
}

static json_t *seat(const char *name)
{
	return json_pack("{s:s, s:b}", "seat", name, "on", 1);
}

static void test_events(void **state)
{
	struct presentation p = {0};

	assert_true(happens(&p, 1, "room.present", "a", page(7)));
	assert_false(happens(&p, 2, "room.present", "a", page(7)));
	assert_true(happens(&p, 3, "room.present", "b", page(8)));
	assert_string_equal(p.seat, "b");
	assert_int_equal(p.page, 8);
	/* The first one's end is not the second one's. */
	assert_false(happens(&p, 4, "room.present", "a", json_pack("{s:b}", "on", 0)));
	assert_false(happens(&p, 5, "room.lost", NULL, seat("b")));
	assert_false(happens(&p, 6, "room.left", NULL, seat("a")));
	assert_true(happens(&p, 7, "room.left", NULL, seat("b")));
	assert_string_equal(p.seat, "");
}

static void test_who_goes_presents_no_more(void **state)
{
	static const char *const kinds[] = {"room.move", "room.release", "room.remove"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct presentation p = {0};

		happens(&p, 1, "room.present", "a", page(7));
		assert_true(happens(&p, 2, kinds[i], "host", seat("a")));
		assert_string_equal(p.seat, "");
	}
	struct presentation p = {0};

	happens(&p, 1, "room.present", "a", page(7));
	assert_false(happens(
		&p, 2, "room.remove", "host", json_pack("{s:s, s:b}", "seat", "a", "on", 0)));
}

/* Old pages told again after a welcome do not come back. */
static void test_welcome(void **state)
{
	json_auto_t *now =
		json_pack("{s:s, s:s, s:i, s:i}", "seat", "a", "bid", "b1", "file", 1, "page", 3);
	struct presentation p = {0};
	json_auto_t *told = NULL;

	assert_true(presentation_welcomed(&p, now, 20));
	assert_false(happens(&p, 19, "room.present", "b", page(9)));
	assert_false(happens(&p, 20, "room.left", NULL, seat("a")));
	told = presentation_describe(&p);
	assert_true(json_equal(told, now));
	assert_true(happens(&p, 21, "room.present", "b", page(9)));
	assert_true(presentation_welcomed(&p, NULL, 22));
	assert_true(json_is_null(presentation_describe(&p)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_who_goes_presents_no_more),
		cmocka_unit_test(test_welcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
