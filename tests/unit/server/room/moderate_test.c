/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/moderate.h"

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

static void test_chat_becomes_an_act(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *w = hall_join(h, "w", RIGHT_WATCH);
	const struct posted *act;

	assert_int_equal(room_chat(a->seat, "id-1", "请澄清", h->now, NULL), 0);
	act = hall_last_act(h, ROOM_ACT_CHAT);
	assert_string_equal(act->actor, "a");
	assert_string_equal(act->id, "id-1");
	assert_string_equal(act->text, "请澄清");
	assert_int_equal(room_chat(w->seat, "id-2", "x", h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.no_right");
	for (int i = 1; i < SEAT_CHATS; i++)
		assert_int_equal(room_chat(a->seat, "id", "x", h->now, NULL), 0);
	assert_int_equal(room_chat(a->seat, "id", "x", h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.rate");
}

static void test_mute_holds_at_once(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	uint16_t mic = hall_publish(h, a, TRACK_MIC), cam = hall_publish(h, a, TRACK_CAM);

	hall_send(h, a, mic, FRAME_KEY, 0);
	hall_send(h, a, cam, FRAME_KEY, 0);
	assert_int_equal(room_moderate(b->seat, "m1", MODERATE_MUTE, "a", true, h->now, NULL), 0);
	/* Not even what was under way, and the recorder stops with the room. */
	hall_send(h, a, mic, FRAME_KEY, 1);
	assert_int_equal(h->recorded->len, 2);
	assert_int_equal(hall_count(h, b, mic), 0);
	hall_send(h, a, cam, 0, 1);
	assert_int_equal(hall_count(h, b, cam), 1);
	assert_string_equal(hall_last_act(h, ROOM_ACT_MUTE)->actor, "b");
	assert_int_equal(
		room_mute_self(a->seat, "m2", TRACK_MIC, false, h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.muted");

	/* Loosening waits for the commit. */
	assert_int_equal(room_moderate(b->seat, "m3", MODERATE_MUTE, "a", false, h->now, NULL), 0);
	hall_send(h, a, mic, FRAME_KEY, 2);
	assert_int_equal(hall_count(h, b, mic), 0);
	room_apply_mute(a->seat, TRACK_MIC, true, false, h->now);
	hall_send(h, a, mic, FRAME_KEY, 3);
	assert_int_equal(hall_count(h, b, mic), 1);
}

static void test_stop_video_and_on_again(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);

	hall_send(h, a, cam, FRAME_KEY, 0);
	assert_int_equal(
		room_moderate(b->seat, "m", MODERATE_STOP_VIDEO, "a", true, h->now, NULL), 0);
	assert_int_equal(hall_count(h, b, cam), 0);
	hall_forget(a);
	room_apply_mute(a->seat, TRACK_CAM, true, false, h->now);
	assert_int_equal(hall_n_texts(a, "keyframe_request"), 1);
	hall_send(h, a, cam, 0, 1);
	assert_int_equal(hall_count(h, b, cam), 0);
	hall_send(h, a, cam, FRAME_KEY, 2);
	assert_int_equal(hall_count(h, b, cam), 1);
}

static void test_mutes_survive_the_line(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	struct peer *again = hall_peer(h);
	uint16_t mic;

	room_mute_self(a->seat, "m", TRACK_MIC, true, h->now, NULL);
	room_detach(a->seat, h->now);
	assert_int_equal(hall_admit(h, again, "a", RIGHTS_EXPERT, 1, -1), 0);
	mic = hall_publish(h, again, TRACK_MIC);
	hall_send(h, again, mic, FRAME_KEY, 0);
	assert_int_equal(hall_count(h, b, mic), 0);
	assert_int_equal(room_mute_self(again->seat, "n", TRACK_MIC, false, h->now, NULL), 0);
	room_apply_mute(again->seat, TRACK_MIC, false, false, h->now);
	hall_send(h, again, mic, FRAME_KEY, 1);
	assert_int_equal(hall_count(h, b, mic), 1);
}

static void test_remove(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	struct peer *again = hall_peer(h);

	assert_int_equal(
		room_moderate(a->seat, "x", MODERATE_REMOVE, "b", true, h->now, &h->refusal),
		REFUSED);
	assert_string_equal(h->refusal.code, "room.no_right");
	assert_int_equal(
		room_moderate(b->seat, "x", MODERATE_REMOVE, "z", true, h->now, &h->refusal),
		REFUSED);
	assert_string_equal(h->refusal.code, "room.unknown_seat");
	assert_int_equal(room_moderate(b->seat, "x", MODERATE_REMOVE, "a", true, h->now, NULL), 0);
	assert_int_equal(a->closed, ROOM_CLOSE_REMOVED);
	assert_int_equal(hall_admit(h, again, "a", RIGHTS_EXPERT, 1, -1), REFUSED);
	assert_string_equal(h->refusal.code, "room.removed");
	assert_int_equal(room_moderate(b->seat, "y", MODERATE_REMOVE, "a", false, h->now, NULL), 0);
	assert_int_equal(hall_admit(h, again, "a", RIGHTS_EXPERT, 1, -1), REFUSED);
	room_apply_remove(room_seat(h->room, "a"), false, h->now);
	assert_int_equal(hall_admit(h, again, "a", RIGHTS_EXPERT, 1, -1), 0);
}

static void test_release(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	struct peer *other = hall_peer(h);

	assert_int_equal(
		room_moderate(b->seat, "x", MODERATE_RELEASE, "a", false, h->now, &h->refusal),
		REFUSED);
	assert_int_equal(room_moderate(b->seat, "x", MODERATE_RELEASE, "a", true, h->now, NULL), 0);
	assert_int_equal(a->closed, ROOM_CLOSE_RELEASED);
	assert_int_equal(hall_n_acts(h, ROOM_ACT_RELEASE), 1);
	assert_int_equal(hall_admit(h, other, "a", RIGHTS_EXPERT, 2, -1), 0);
}

static void test_hand_is_shown_when_committed(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT);

	assert_int_equal(room_raise_hand(a->seat, "x", true, NULL, h->now, NULL), 0);
	assert_false(a->seat->hand);
	room_apply_hand(a->seat, true, NULL);
	assert_true(a->seat->hand);
}

/* The host itself may go while it moderates: it mutes, removes or releases its own seat. */
static void test_host_removes_itself(void **state)
{
	struct hall *h = *state;
	struct peer *b = hall_join(h, "b", RIGHTS_HOST);

	assert_int_equal(room_moderate(b->seat, "x", MODERATE_REMOVE, "b", true, h->now, NULL), 0);
	assert_int_equal(b->closed, ROOM_CLOSE_REMOVED);
}

static void test_those_who_lead_announce_and_call(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	const struct posted *act;

	assert_int_equal(room_announce(a->seat, "x", "请注意", h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.no_right");
	assert_int_equal(room_announce(b->seat, "x", "请注意", h->now, NULL), 0);
	assert_string_equal(hall_last_act(h, ROOM_ACT_ANNOUNCE)->text, "请注意");
	assert_int_equal(room_call(a->seat, "y", "b", NULL, h->now, &h->refusal), REFUSED);
	assert_int_equal(room_call(b->seat, "y", "z", NULL, h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.unknown_seat");
	assert_int_equal(room_call(b->seat, "y", "a", "核对报价", h->now, NULL), 0);
	act = hall_last_act(h, ROOM_ACT_CALL);
	assert_string_equal(act->seat, "a");
	assert_string_equal(act->actor, "b");
	assert_string_equal(act->text, "核对报价");
}

/* Nobody new; whoever sits here, whom the host named, and those who watch still come. */
static void test_lock_holds_at_once(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	struct peer *c = hall_peer(h);

	assert_int_equal(room_lock(a->seat, "x", true, h->now, &h->refusal), REFUSED);
	assert_false(h->room->locked);
	assert_int_equal(room_lock(b->seat, "x", true, h->now, NULL), 0);
	assert_true(h->room->locked);
	room_tick(h->room, h->now);
	assert_true(json_is_true(json_object_get(hall_last(a, "roster"), "locked")));
	assert_int_equal(hall_admit(h, c, "c", RIGHTS_EXPERT, 1, -1), REFUSED);
	assert_string_equal(h->refusal.code, "room.locked");
	room_detach(a->seat, h->now);
	h->known = true;
	assert_int_equal(hall_admit(h, hall_peer(h), "a", RIGHTS_EXPERT, 1, -1), 0);
	h->known = false;
	hall_join(h, "s", RIGHTS_SUPERVISOR | RIGHT_IMMUNE);

	/* Loosening waits for the commit. */
	assert_int_equal(room_lock(b->seat, "y", false, h->now, NULL), 0);
	assert_true(h->room->locked);
	room_apply_lock(h->room, false);
	assert_int_equal(hall_admit(h, c, "c", RIGHTS_EXPERT, 1, -1), 0);
}

static void test_who_knocks_is_shown_to_those_who_lead(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);

	room_apply_knock(a->seat, h->now);
	room_tick(h->room, h->now);
	assert_true(json_is_true(hall_shown(b, "a", "knocking")));
	assert_null(hall_shown(a, "a", "knocking"));
	assert_int_equal(
		room_moderate(b->seat, "x", MODERATE_ADMIT, "a", false, h->now, &h->refusal),
		REFUSED);
	assert_int_equal(room_moderate(b->seat, "x", MODERATE_ADMIT, "a", true, h->now, NULL), 0);
	assert_int_equal(hall_n_acts(h, ROOM_ACT_ADMIT), 1);
	/* Perhaps nobody knocked: the database says so first. */
	assert_int_equal(a->closed, 0);
	room_apply_release(a->seat, "admitted", h->now);
	assert_int_equal(a->closed, ROOM_CLOSE_RELEASED);
	assert_string_equal(
		json_string_value(json_object_get(hall_last(a, "bye"), "code")), "admitted");
	room_tick(h->room, h->now);
	assert_null(hall_shown(b, "a", "knocking"));

	room_apply_knock(room_seat(h->room, "a"), h->now);
	h->now += ROOM_KNOCK_MS;
	room_tick(h->room, h->now);
	assert_null(hall_shown(b, "a", "knocking"));
}

static void test_supervisor_is_not_the_hosts_to_moderate(void **state)
{
	static const enum moderation all[] = {MODERATE_MUTE, MODERATE_STOP_VIDEO, MODERATE_REMOVE,
		MODERATE_RELEASE, MODERATE_ADMIT};
	struct hall *h = *state;
	struct peer *b = hall_join(h, "b", RIGHTS_HOST);
	struct peer *s = hall_join(h, "s", RIGHTS_HOST | RIGHT_IMMUNE);

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		assert_int_equal(
			room_moderate(b->seat, "x", all[i], "s", true, h->now, &h->refusal),
			REFUSED);
		assert_string_equal(h->refusal.code, "room.protected");
	}
	assert_int_equal(room_moderate(s->seat, "x", MODERATE_MUTE, "b", true, h->now, NULL), 0);
	/* Nor before it came, so that nothing waits for it that the database would refuse. */
	assert_int_equal(room_expect(h->room,
				 &(struct seat_identity){.seat = "later",
					 .name = "监督",
					 .role = "supervisor",
					 .immune = true},
				 h->now, NULL),
		0);
	assert_int_equal(
		room_moderate(b->seat, "x", MODERATE_MUTE, "later", true, h->now, &h->refusal),
		REFUSED);
	assert_int_equal(room_seat(h->room, "later")->muted_host, 0);
}

static void test_hand_over_and_move_wait_for_the_commit(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);
	const struct posted *act;

	assert_int_equal(room_hand_over(a->seat, "x", "b", h->now, &h->refusal), REFUSED);
	assert_int_equal(room_move(a->seat, "x", "b", "v", NULL, h->now, &h->refusal), REFUSED);
	assert_int_equal(room_hand_over(b->seat, "x", "a", h->now, NULL), 0);
	assert_string_equal(hall_last_act(h, ROOM_ACT_HAND_OVER)->seat, "a");
	assert_true(seat_has(b->seat, RIGHT_MODERATE));
	assert_int_equal(room_move(b->seat, "y", "a", "v2", "B7", h->now, NULL), 0);
	act = hall_last_act(h, ROOM_ACT_MOVE);
	assert_string_equal(act->venue, "v2");
	assert_string_equal(act->booth, "B7");
	assert_int_equal(a->closed, 0);
}

static void test_hand_with_a_reason(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_HOST);

	assert_int_equal(room_raise_hand(a->seat, "x", true, "看不清第三页", h->now, NULL), 0);
	assert_string_equal(hall_last_act(h, ROOM_ACT_HAND)->text, "看不清第三页");
	room_apply_hand(a->seat, true, "看不清第三页");
	room_tick(h->room, h->now);
	assert_string_equal(json_string_value(hall_shown(b, "a", "reason")), "看不清第三页");
	room_apply_hand(a->seat, false, NULL);
	room_tick(h->room, h->now);
	assert_null(hall_shown(b, "a", "reason"));
}

#define MODERATE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MODERATE_TEST(test_chat_becomes_an_act),
		MODERATE_TEST(test_mute_holds_at_once),
		MODERATE_TEST(test_stop_video_and_on_again),
		MODERATE_TEST(test_mutes_survive_the_line),
		MODERATE_TEST(test_remove),
		MODERATE_TEST(test_release),
		MODERATE_TEST(test_hand_is_shown_when_committed),
		MODERATE_TEST(test_host_removes_itself),
		MODERATE_TEST(test_those_who_lead_announce_and_call),
		MODERATE_TEST(test_lock_holds_at_once),
		MODERATE_TEST(test_who_knocks_is_shown_to_those_who_lead),
		MODERATE_TEST(test_supervisor_is_not_the_hosts_to_moderate),
		MODERATE_TEST(test_hand_over_and_move_wait_for_the_commit),
		MODERATE_TEST(test_hand_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
