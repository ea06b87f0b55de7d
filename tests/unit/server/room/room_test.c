/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

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

static json_int_t number(const json_t *message, const char *name)
{
	return json_integer_value(json_object_get(message, name));
}

/* The member `name` of a seat in the last roster a peer got. */
static void test_welcome_says_what_is_there(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);
	struct peer *b = hall_join(h, "b", RIGHTS_EXPERT);
	const json_t *welcome = hall_last(b, "welcome"), *tracks;

	assert_non_null(welcome);
	assert_int_equal(number(welcome, "session_ms"), 5000);
	tracks = json_object_get(welcome, "tracks");
	assert_int_equal(json_array_size(tracks), 1);
	assert_int_equal(number(json_array_get(tracks, 0), "track"), cam);
	assert_null(json_object_get(json_array_get(tracks, 0), "ref"));
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(tracks, 0), "device_key")),
		"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
	assert_int_equal(json_array_size(json_object_get(welcome, "roster")), 2);
	/* The newcomer cannot decode before a key frame. */
	assert_int_equal(hall_n_texts(a, "keyframe_request"), 1);
}

static void test_expected_seats_are_shown_absent(void **state)
{
	struct hall *h = *state;
	struct seat_identity later = {.seat = "b", .name = "专家 2", .role = "expert"};
	struct peer *a;

	assert_int_equal(room_expect(h->room, &later, h->now, NULL), 0);
	a = hall_join(h, "a", RIGHTS_EXPERT);
	room_tick(h->room, h->now);
	assert_string_equal(json_string_value(hall_shown(a, "b", "presence")), "absent");
	assert_string_equal(json_string_value(hall_shown(a, "b", "name")), "专家 2");
}

static void test_identity_that_cannot_be_shown(void **state)
{
	struct hall *h = *state;
	struct seat_identity bad = {.seat = "b", .name = "line\nbreak", .role = "expert"};

	assert_int_equal(room_expect(h->room, &bad, h->now, NULL), -EINVAL);
	bad.name = "";
	assert_int_equal(room_expect(h->room, &bad, h->now, NULL), -EINVAL);
	bad.name = "b";
	bad.seat = "../b";
	assert_int_equal(room_expect(h->room, &bad, h->now, NULL), -EINVAL);
}

static void test_lost_line_keeps_the_seat(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);

	room_detach(a->seat, h->now);
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_acts(h, ROOM_ACT_LOST), 1);
	assert_int_equal(number(hall_last(b, "track_gone"), "track"), cam);
	assert_int_equal(h->ended->len, 1);
	assert_string_equal(json_string_value(hall_shown(b, "a", "presence")), "lost");

	h->now += HALL_GRACE_MS - 1;
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_acts(h, ROOM_ACT_LEFT), 0);
	h->now += 1;
	room_tick(h->room, h->now);
	assert_string_equal(hall_last_act(h, ROOM_ACT_LEFT)->text, "line_lost");
	assert_string_equal(json_string_value(hall_shown(b, "a", "presence")), "absent");
}

static int event(struct hall *h, int64_t no, uint32_t rights)
{
	json_auto_t *body = json_pack("{s:s}", "text", "x");
	struct resume_event e = {
		.no = no,
		.kind = "room.chat",
		.at_us = 7,
		.actor_seat = "a",
		.body = body,
		.rights = rights,
	};

	return room_event(h->room, &e);
}

static void test_resume_brings_what_was_missed(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *again = hall_peer(h);

	for (int no = 1; no <= 3; no++)
		assert_int_equal(event(h, no, 0), 0);
	assert_int_equal(hall_n_texts(a, "event"), 3);
	room_detach(a->seat, h->now);
	assert_int_equal(event(h, 4, 0), 0);
	assert_int_equal(event(h, 4, 0), 0); /* known */
	assert_int_equal(event(h, 6, 0), ROOM_E_GAP);
	assert_int_equal(event(h, 5, 0), 0);

	assert_int_equal(hall_admit(h, again, "a", RIGHTS_EXPERT, 1, 3), 0);
	assert_int_equal(number(hall_last(again, "welcome"), "event_no"), 5);
	assert_int_equal(hall_n_texts(again, "event"), 2);
	assert_int_equal(number(hall_last(again, "event"), "no"), 5);
}

/* Nobody misses a number, but not everybody sees what it stands for. */
static void test_withheld_events_keep_their_numbers(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *host = hall_join(h, "h", RIGHTS_HOST);

	assert_int_equal(event(h, 1, RIGHT_MODERATE), 0);
	assert_string_equal(
		json_string_value(json_object_get(hall_last(host, "event"), "kind")), "room.chat");
	assert_string_equal(
		json_string_value(json_object_get(hall_last(a, "event"), "kind")), "room.withheld");
	assert_null(json_object_get(hall_last(a, "event"), "actor_seat"));
	assert_int_equal(event(h, 2, RESUME_NOBODY), 0);
	assert_int_equal(number(hall_last(host, "event"), "no"), 2);
	assert_string_equal(json_string_value(json_object_get(hall_last(host, "event"), "kind")),
		"room.withheld");
}

static void test_event_with_a_strange_body(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT);
	json_auto_t *body = json_object();
	struct resume_event e = {.no = 1, .kind = "room.chat", .body = body};

	assert_int_equal(room_event(h->room, &e), 0);
	assert_string_equal(
		json_string_value(json_object_get(hall_last(a, "event"), "kind")), "room.withheld");
}

static void test_second_device_is_refused(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *other = hall_peer(h);

	assert_int_equal(hall_admit(h, other, "a", RIGHTS_EXPERT, 2, -1), REFUSED);
	assert_string_equal(h->refusal.code, "room.seat_taken");
	assert_int_equal(a->closed, 0);
	room_detach(a->seat, h->now);
	/* Who lost its line is still recognised by the epoch only: the house decides. */
	assert_int_equal(hall_admit(h, other, "a", RIGHTS_EXPERT, 2, -1), 0);
}

static void test_same_device_replaces_its_old_line(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *again = hall_peer(h);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);

	assert_int_equal(hall_admit(h, again, "a", RIGHTS_EXPERT, 1, -1), 0);
	assert_int_equal(a->closed, ROOM_CLOSE_REPLACED);
	assert_int_equal(hall_n_texts(a, "bye"), 1);
	assert_null(room_track(h->room, cam));
	assert_int_equal(hall_publish(h, again, TRACK_CAM), cam + 1);
}

static void test_leave(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT);

	room_leave(a->seat, h->now);
	assert_int_equal(a->closed, ROOM_CLOSE_LEFT);
	assert_string_equal(hall_last_act(h, ROOM_ACT_LEFT)->actor, "a");
	h->now += HALL_GRACE_MS * 2;
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_acts(h, ROOM_ACT_LEFT), 1);
}

static void test_rights_tighten_at_once(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM), mic = hall_publish(h, a, TRACK_MIC);

	room_set_rights(a->seat, RIGHTS_EXPERT & ~RIGHT_CAM, h->now);
	assert_null(room_track(h->room, cam));
	assert_non_null(room_track(h->room, mic));
	assert_int_equal(hall_publish(h, a, TRACK_CAM), 0);
	assert_string_equal(h->refusal.code, "room.no_right");
	assert_int_equal(json_array_size(json_object_get(hall_last(a, "rights"), "rights")), 5);

	room_set_rights(b->seat, 0, h->now);
	hall_send(h, a, mic, FRAME_KEY, 0);
	assert_int_equal(hall_count(h, b, mic), 0);
	room_set_rights(b->seat, RIGHT_WATCH, h->now);
	hall_send(h, a, mic, FRAME_KEY, 1);
	assert_int_equal(hall_count(h, b, mic), 1);
}

static void test_hidden_seat(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *host = hall_join(h, "h", RIGHTS_HOST);
	struct peer *s = hall_join(h, "s", RIGHTS_SUPERVISOR);

	room_tick(h->room, h->now);
	assert_null(hall_shown(a, "s", "name"));
	assert_non_null(hall_shown(s, "s", "name"));
	assert_non_null(hall_shown(host, "s", "name"));
}

static void test_roster_differs_by_receiver(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	struct peer *s = hall_join(h, "s", RIGHTS_SUPERVISOR | RIGHT_NAMES);

	room_tick(h->room, h->now);
	assert_string_equal(json_string_value(hall_shown(b, "a", "name")), "a");
	assert_null(hall_shown(b, "a", "person"));
	assert_null(hall_shown(b, "a", "venue"));
	assert_null(hall_shown(a, "a", "person"));
	assert_non_null(hall_shown(a, "a", "venue"));
	assert_string_equal(json_string_value(hall_shown(s, "a", "person")), "person of a");
	assert_string_equal(json_string_value(hall_shown(s, "a", "venue")), "Guiyang");
	assert_int_equal(hall_n_texts(a, "roster"), 1);
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_texts(a, "roster"), 1); /* only after a change */
}

static void test_dead_microphone_is_shown(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);

	room_tick(h->room, h->now);
	assert_null(hall_shown(b, "a", "mic_dead"));
	seat_set_mic_dead(a->seat, true);
	room_tick(h->room, h->now);
	assert_true(json_is_true(hall_shown(b, "a", "mic_dead")));
	assert_null(hall_shown(b, "b", "mic_dead"));
	seat_set_mic_dead(a->seat, true);
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_texts(b, "roster"), 2); /* only after a change */
	assert_int_equal(hall_n_acts(h, ROOM_ACT_MIC), 1);
	assert_true(hall_last_act(h, ROOM_ACT_MIC)->on);
	room_apply_mute(a->seat, TRACK_MIC, false, true, h->now);
	room_tick(h->room, h->now);
	assert_null(hall_shown(b, "a", "mic_dead")); /* it is meant to give nothing */
	room_apply_mute(a->seat, TRACK_MIC, false, false, h->now);
	seat_set_mic_dead(a->seat, false);
	room_tick(h->room, h->now);
	assert_null(hall_shown(b, "a", "mic_dead"));
	assert_int_equal(hall_n_acts(h, ROOM_ACT_MIC), 2);
	assert_false(hall_last_act(h, ROOM_ACT_MIC)->on);
	/* Who says one thing and the other all the time, or comes anew, does not fill the record.
	 */
	for (int i = 0; i < 1000; i++)
		seat_set_mic_dead(a->seat, i % 2);
	a = hall_join(h, "a", RIGHTS_EXPERT);
	for (int i = 0; i < 1000; i++)
		seat_set_mic_dead(a->seat, i % 2);
	assert_int_equal(hall_n_acts(h, ROOM_ACT_MIC), SEAT_MICS);
}

/* The same device is as dead as it was; of another nothing is known yet, which is said. */
static void test_dead_microphone_of_another_device(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);

	seat_set_mic_dead(a->seat, true);
	a = hall_join(h, "a", RIGHTS_EXPERT);
	room_tick(h->room, h->now);
	assert_true(json_is_true(hall_shown(b, "a", "mic_dead")));
	assert_int_equal(hall_n_acts(h, ROOM_ACT_MIC), 1);
	room_detach(a->seat, h->now);
	assert_int_equal(hall_admit(h, hall_peer(h), "a", RIGHTS_EXPERT, 2, -1), 0);
	room_tick(h->room, h->now);
	assert_null(hall_shown(b, "a", "mic_dead"));
	assert_int_equal(hall_n_acts(h, ROOM_ACT_MIC), 2);
	assert_false(hall_last_act(h, ROOM_ACT_MIC)->on);
}

static void test_room_ends(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT);

	hall_publish(h, a, TRACK_CAM);
	room_free(h->room);
	assert_int_equal(a->closed, ROOM_CLOSE_ENDED);
	assert_int_equal(h->ended->len, 1);
	h->room = NULL;
}

#define ROOM_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROOM_TEST(test_welcome_says_what_is_there),
		ROOM_TEST(test_expected_seats_are_shown_absent),
		ROOM_TEST(test_identity_that_cannot_be_shown),
		ROOM_TEST(test_lost_line_keeps_the_seat),
		ROOM_TEST(test_resume_brings_what_was_missed),
		ROOM_TEST(test_withheld_events_keep_their_numbers),
		ROOM_TEST(test_event_with_a_strange_body),
		ROOM_TEST(test_second_device_is_refused),
		ROOM_TEST(test_same_device_replaces_its_old_line),
		ROOM_TEST(test_leave),
		ROOM_TEST(test_rights_tighten_at_once),
		ROOM_TEST(test_hidden_seat),
		ROOM_TEST(test_roster_differs_by_receiver),
		ROOM_TEST(test_dead_microphone_is_shown),
		ROOM_TEST(test_dead_microphone_of_another_device),
		ROOM_TEST(test_room_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
