/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/present.h"

#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RIGHTS_READER (RIGHTS_EXPERT | RIGHT_PRESENT)

static int setup(void **state)
{
	*state = hall_new();
	return 0;
}

static int teardown(void **state)
{
	hall_free(*state);
	return 0;
}

static const struct bid_page page7 = {"b1", 2, 7}, page8 = {"b1", 2, 8};

/* The page a newcomer with these rights is told of; 0: none. */
static int told_page(struct hall *h, const char *seat, uint32_t rights)
{
	struct peer *p = hall_join(h, seat, rights);
	const json_t *now = json_object_get(hall_last(p, "welcome"), "presenting");

	return (int)json_integer_value(json_object_get(now, "page"));
}

static void test_a_page_becomes_an_act(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_READER);
	const struct posted *act;

	assert_int_equal(room_present(a->seat, "p1", &page7, h->now, NULL), 0);
	act = hall_last_act(h, ROOM_ACT_PRESENT);
	assert_string_equal(act->actor, "a");
	assert_string_equal(act->id, "p1");
	assert_true(act->on);
	assert_string_equal(act->bid, "b1");
	assert_int_equal(act->file, 2);
	assert_int_equal(act->page, 7);
	assert_int_equal(room_present(a->seat, "p2", NULL, h->now, NULL), 0);
	assert_false(hall_last_act(h, ROOM_ACT_PRESENT)->on);
	/* Nothing is shown before it is committed. */
	assert_int_equal(told_page(h, "b", RIGHTS_READER), 0);
}

static void test_who_may(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_READER);

	assert_int_equal(room_present(a->seat, "p", &page7, h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.no_right");
	for (int i = 0; i < SEAT_PAGES; i++)
		assert_int_equal(room_present(b->seat, "p", &page7, h->now, NULL), 0);
	assert_int_equal(room_present(b->seat, "p", &page7, h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.rate");
	h->now += 1000 / SEAT_PAGES_PER_S;
	assert_int_equal(room_present(b->seat, "p", &page7, h->now, NULL), 0);
}

static void test_newcomers_are_told(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_READER);
	const json_t *now;

	room_apply_present(h->room, "a", &page7);
	room_apply_present(h->room, "a", &page8);
	now = json_object_get(hall_last(hall_join(h, "b", RIGHTS_READER), "welcome"), "presenting");
	assert_string_equal(json_string_value(json_object_get(now, "seat")), "a");
	assert_string_equal(json_string_value(json_object_get(now, "bid")), "b1");
	assert_int_equal(json_integer_value(json_object_get(now, "file")), 2);
	assert_int_equal(json_integer_value(json_object_get(now, "page")), 8);
	assert_int_equal(told_page(h, "h", RIGHTS_HOST | RIGHT_NAMES), 8);
	assert_int_equal(told_page(h, "w", RIGHT_WATCH), 0);
	/* A lost line is no end. */
	room_detach(a->seat, h->now);
	assert_int_equal(told_page(h, "c", RIGHTS_READER), 8);
}

static void test_the_later_one_takes_over(void **state)
{
	struct hall *h = *state;

	room_apply_present(h->room, "a", &page7);
	room_apply_present(h->room, "b", &page8);
	room_apply_present(h->room, "a", NULL);
	assert_int_equal(told_page(h, "c", RIGHTS_READER), 8);
	room_apply_present(h->room, "b", NULL);
	assert_int_equal(told_page(h, "d", RIGHTS_READER), 0);
}

#define PRESENT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PRESENT_TEST(test_a_page_becomes_an_act),
		PRESENT_TEST(test_who_may),
		PRESENT_TEST(test_newcomers_are_told),
		PRESENT_TEST(test_the_later_one_takes_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
