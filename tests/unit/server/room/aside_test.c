/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RIGHTS_SPEAKER                                                                           \
	(RIGHT_WATCH | RIGHT_ORIGINAL | RIGHT_MIC | RIGHT_ASIDE | RIGHT_NAMES | RIGHT_MODERATE | \
		RIGHT_IMMUNE)

/* A supervisor, the expert he speaks to, everybody who must not hear it, and his colleague. */
struct scene {
	struct hall *h;
	struct peer *speaker, *spoken_to, *expert, *host, *colleague;
};

static int setup(void **state)
{
	struct scene *s = g_new0(struct scene, 1);

	s->h = hall_new();
	s->speaker = hall_join(s->h, "s", RIGHTS_SPEAKER);
	s->spoken_to = hall_join(s->h, "a", RIGHTS_EXPERT);
	s->expert = hall_join(s->h, "b", RIGHTS_EXPERT);
	s->host = hall_join(s->h, "h", RIGHTS_HOST | RIGHT_NAMES);
	s->colleague = hall_join(s->h, "t", RIGHTS_SPEAKER);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	hall_free(s->h);
	g_free(s);
	return 0;
}

/* The number of a voice for one seat alone, NULL: for all; 0: refused. */
static uint16_t speak_to(struct scene *s, struct peer *from, const char *to)
{
	struct track_form form = {.kind = TRACK_MIC, .codec = FRAME_CODEC_OPUS};

	g_strlcpy(form.to, to ? to : "", sizeof(form.to));
	if (room_publish(from->seat, &form, "mic", s->h->now, &s->h->refusal))
		return 0;
	return (uint16_t)json_integer_value(json_object_get(hall_last(from, "track"), "track"));
}

static void test_only_one_seat_hears_it(void **state)
{
	struct scene *s = *state;
	uint16_t track = speak_to(s, s->speaker, "a");
	struct peer *late;

	assert_int_not_equal(track, 0);
	hall_send(s->h, s->speaker, track, FRAME_KEY, 0);
	assert_int_equal(hall_count(s->h, s->spoken_to, track), 1);
	assert_int_equal(hall_count(s->h, s->colleague, track), 1);
	assert_int_equal(hall_count(s->h, s->expert, track), 0);
	assert_int_equal(hall_count(s->h, s->host, track), 0);
	assert_int_equal(s->h->recorded->len, 1);
	/* Both ends know that it is so; the others do not know of it at all. */
	assert_string_equal(
		json_string_value(json_object_get(hall_last(s->spoken_to, "track"), "to")), "a");
	assert_string_equal(
		json_string_value(json_object_get(hall_last(s->speaker, "track"), "to")), "a");
	assert_int_equal(hall_n_texts(s->expert, "track"), 0);
	assert_int_equal(hall_n_texts(s->host, "track"), 0);
	late = hall_join(s->h, "c", RIGHTS_EXPERT);
	assert_int_equal(json_array_size(json_object_get(hall_last(late, "welcome"), "tracks")), 0);
	/* Asking for it does not help, nor do more rights. */
	assert_int_equal(room_subscribe(late->seat, track, &(struct track_wish){.on = true},
				 s->h->now, &s->h->refusal),
		REFUSED);
	room_set_rights(late->seat, RIGHTS_HOST | RIGHT_NAMES | RIGHT_PANEL, s->h->now);
	hall_send(s->h, s->speaker, track, FRAME_KEY, 1);
	assert_int_equal(hall_count(s->h, late, track), 0);
	assert_int_equal(room_unpublish(s->speaker->seat, track, s->h->now, NULL), 0);
	assert_int_equal(hall_n_texts(s->spoken_to, "track_gone"), 1);
	assert_int_equal(hall_n_texts(s->expert, "track_gone"), 0);
}

/* A seat never speaks to all and to one at once. */
static void test_it_takes_the_place_of_the_voice_for_all(void **state)
{
	struct scene *s = *state;
	uint16_t open = speak_to(s, s->speaker, NULL), aside;

	hall_send(s->h, s->speaker, open, FRAME_KEY, 0);
	assert_int_equal(hall_count(s->h, s->expert, open), 1);
	aside = speak_to(s, s->speaker, "a");
	assert_int_equal(s->speaker->seat->tracks->len, 1);
	assert_int_equal(hall_n_texts(s->expert, "track_gone"), 1);
	/* What was under way for all is dropped without a word. */
	assert_int_equal(hall_send(s->h, s->speaker, open, FRAME_KEY, 1), 0);
	assert_int_equal(hall_count(s->h, s->expert, open), 0);
	open = speak_to(s, s->speaker, NULL);
	assert_int_equal(s->speaker->seat->tracks->len, 1);
	assert_null(room_track(s->h->room, aside));
	hall_send(s->h, s->speaker, open, FRAME_KEY, 0);
	assert_int_equal(hall_count(s->h, s->expert, open), 1);
}

static void test_who_may_and_to_whom(void **state)
{
	struct scene *s = *state;
	struct peer *camera = hall_join(s->h, "cam1", RIGHT_CAM | RIGHT_ROOM), *gone;

	assert_int_equal(speak_to(s, s->expert, "a"), 0);
	assert_string_equal(s->h->refusal.code, "room.no_right");
	assert_string_equal(s->h->refusal.field, "to");
	assert_int_equal(speak_to(s, s->host, "a"), 0);
	assert_string_equal(s->h->refusal.code, "room.no_right");
	assert_int_equal(speak_to(s, s->speaker, "nobody"), 0);
	assert_string_equal(s->h->refusal.code, "room.unknown_seat");
	assert_int_equal(speak_to(s, s->speaker, "s"), 0);
	assert_string_equal(s->h->refusal.code, "room.nobody_there");
	assert_int_equal(speak_to(s, s->speaker, camera->seat->id), 0);
	assert_string_equal(s->h->refusal.code, "room.nobody_there");
	gone = hall_join(s->h, "c", RIGHTS_EXPERT);
	room_detach(gone->seat, s->h->now);
	assert_int_equal(speak_to(s, s->speaker, "c"), 0);
	assert_string_equal(s->h->refusal.code, "room.nobody_there");
	assert_int_equal(s->speaker->seat->tracks->len, 0);
}

static void test_it_outlives_a_lost_line_but_not_the_seat(void **state)
{
	struct scene *s = *state;
	uint16_t track = speak_to(s, s->speaker, "a");
	struct peer *back = hall_peer(s->h);

	room_detach(s->spoken_to->seat, s->h->now);
	assert_int_equal(hall_admit(s->h, back, "a", RIGHTS_EXPERT, 1, -1), 0);
	hall_send(s->h, s->speaker, track, FRAME_KEY, 0);
	assert_int_equal(hall_count(s->h, back, track), 1);
	assert_int_equal(hall_count(s->h, s->expert, track), 0);
	/* The speaker's own line: nothing is published until he says so again, to whom he says. */
	hall_forget(s->speaker);
	room_leave(back->seat, s->h->now);
	assert_null(room_track(s->h->room, track));
	assert_int_equal(hall_n_texts(s->speaker, "track_gone"), 1);
	/* What he says now reaches nobody: it was not meant for all. */
	assert_int_equal(hall_send(s->h, s->speaker, track, FRAME_KEY, 1), 0);
	assert_int_equal(hall_count(s->h, s->expert, track), 0);
}

static void test_whoever_sits_there_next_was_not_meant(void **state)
{
	struct scene *s = *state;
	uint16_t track = speak_to(s, s->speaker, "a");
	struct peer *other = hall_peer(s->h);

	room_detach(s->spoken_to->seat, s->h->now);
	assert_int_equal(hall_admit(s->h, other, "a", RIGHTS_EXPERT, 2, -1), 0);
	assert_null(room_track(s->h->room, track));
	assert_int_equal(
		json_array_size(json_object_get(hall_last(other, "welcome"), "tracks")), 0);
	track = speak_to(s, s->speaker, "a");
	room_detach(other->seat, s->h->now);
	room_tick(s->h->room, s->h->now += HALL_GRACE_MS);
	assert_null(room_track(s->h->room, track));
}

static void test_it_ends_with_the_right(void **state)
{
	struct scene *s = *state;
	uint16_t track = speak_to(s, s->speaker, "a");

	room_set_rights(s->speaker->seat, RIGHTS_SPEAKER & ~RIGHT_ASIDE, s->h->now);
	assert_null(room_track(s->h->room, track));
	assert_int_equal(hall_n_texts(s->speaker, "track_gone"), 1);
	assert_int_equal(hall_n_texts(s->spoken_to, "track_gone"), 1);
}

/* An event about it is for those with the rights it names, and for the seat it is about. */
static void test_event_for_one_seat(void **state)
{
	struct scene *s = *state;
	json_auto_t *body = json_pack("{s:i, s:s, s:s}", "track", 1, "seat", "s", "to", "a");
	struct resume_event e = {.no = 1,
		.kind = "room.unpublish",
		.body = body,
		.rights = RIGHT_NAMES,
		.seat = "a"};
	struct peer *back = hall_peer(s->h);

	assert_int_equal(room_event(s->h->room, &e), 0);
	assert_string_equal(
		json_string_value(json_object_get(hall_last(s->spoken_to, "event"), "kind")),
		"room.unpublish");
	assert_string_equal(json_string_value(json_object_get(hall_last(s->host, "event"), "kind")),
		"room.unpublish");
	assert_string_equal(
		json_string_value(json_object_get(hall_last(s->expert, "event"), "kind")),
		"room.withheld");
	assert_int_equal(
		json_object_size(json_object_get(hall_last(s->expert, "event"), "body")), 0);
	assert_int_equal(hall_admit(s->h, back, "b", RIGHTS_EXPERT, 1, 0), 0);
	assert_string_equal(json_string_value(json_object_get(hall_last(back, "event"), "kind")),
		"room.withheld");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_only_one_seat_hears_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_it_takes_the_place_of_the_voice_for_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_who_may_and_to_whom, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_it_outlives_a_lost_line_but_not_the_seat, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_whoever_sits_there_next_was_not_meant, setup, teardown),
		cmocka_unit_test_setup_teardown(test_it_ends_with_the_right, setup, teardown),
		cmocka_unit_test_setup_teardown(test_event_for_one_seat, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
