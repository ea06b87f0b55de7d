/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RIGHTS_MASKED (RIGHTS_EXPERT | RIGHT_MASKED)
#define RIGHTS_WATCHER (RIGHT_WATCH | RIGHT_ORIGINAL | RIGHT_NAMES)

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

static void test_nothing_goes_out_as_it_is(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_MASKED);

	assert_int_equal(hall_publish(h, a, TRACK_CAM), 0);
	assert_string_equal(h->refusal.code, "room.mask");
	assert_int_equal(hall_publish(h, a, TRACK_MIC), 0);
	/* What stands on a screen is no face. */
	assert_int_not_equal(hall_publish(h, a, TRACK_SCREEN), 0);
	/* Nothing masked without what the record needs. */
	assert_int_equal(hall_publish_mask(h, a, TRACK_CAM, TRACK_MASK_MASKED), 0);
	assert_string_equal(h->refusal.code, "room.mask");
	assert_int_not_equal(hall_publish_mask(h, a, TRACK_MIC, TRACK_MASK_ORIGINAL), 0);
	assert_int_equal(hall_publish_mask(h, a, TRACK_CAM, TRACK_MASK_MASKED), 0);
	assert_int_not_equal(hall_publish_mask(h, a, TRACK_CAM, TRACK_MASK_ORIGINAL), 0);
	assert_int_not_equal(hall_publish_mask(h, a, TRACK_CAM, TRACK_MASK_MASKED), 0);
}

/* A camera that shows a whole room. */
static void test_no_mask_covers_a_room(void **state)
{
	struct hall *h = *state;
	struct peer *camera = hall_join(h, "cam1", RIGHT_CAM | RIGHT_ROOM | RIGHT_MASKED);
	struct peer *b = hall_join(h, "b", RIGHTS_EXPERT), *s = hall_join(h, "s", RIGHTS_WATCHER);
	uint16_t track = hall_publish_mask(h, camera, TRACK_CAM, TRACK_MASK_ORIGINAL);

	assert_int_not_equal(track, 0);
	assert_int_equal(hall_publish_mask(h, camera, TRACK_CAM, TRACK_MASK_MASKED), 0);
	assert_string_equal(h->refusal.code, "room.mask");
	assert_int_equal(hall_publish_mask(h, camera, TRACK_MIC, TRACK_MASK_ORIGINAL), 0);
	assert_string_equal(h->refusal.code, "room.no_right");
	hall_send(h, camera, track, FRAME_KEY, 0);
	assert_int_equal(hall_count(h, s, track), 1);
	assert_int_equal(hall_count(h, b, track), 0);
	/* Nor is it told what the others send. */
	uint16_t other = hall_publish(h, b, TRACK_CAM);
	hall_send(h, b, other, FRAME_KEY, 0);
	assert_int_equal(hall_count(h, s, other), 1);
	assert_int_equal(hall_count(h, camera, other), 0);
}

static void test_originals_are_for_recorder_and_supervisor(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_MASKED), *b = hall_join(h, "b", RIGHTS_MASKED);
	struct peer *host = hall_join(h, "h", RIGHTS_HOST | RIGHT_NAMES);
	struct peer *s = hall_join(h, "s", RIGHTS_WATCHER), *late;
	uint16_t original = hall_publish_mask(h, a, TRACK_MIC, TRACK_MASK_ORIGINAL);
	uint16_t masked = hall_publish_mask(h, a, TRACK_MIC, TRACK_MASK_MASKED);

	hall_send(h, a, original, FRAME_KEY, 0);
	hall_send(h, a, masked, FRAME_KEY, 0);
	assert_int_equal(h->recorded->len, 2);
	assert_int_equal(hall_count(h, s, original), 1);
	assert_int_equal(hall_count(h, host, original), 0);
	assert_int_equal(hall_count(h, b, original), 0);
	assert_int_equal(hall_n_texts(b, "track"), 1);
	assert_string_equal(
		json_string_value(json_object_get(hall_last(b, "track"), "mask")), "masked");
	assert_int_equal(hall_n_texts(s, "track"), 2);
	late = hall_join(h, "c", RIGHTS_MASKED);
	assert_int_equal(json_array_size(json_object_get(hall_last(late, "welcome"), "tracks")), 1);
	/* Asking for it does not help. */
	assert_int_equal(room_subscribe(late->seat, original,
				 &(struct track_wish){.on = true, .layer = 2}, h->now, &h->refusal),
		REFUSED);
	assert_int_equal(room_ask_key(late->seat, original, h->now, &h->refusal), REFUSED);
	/* Nor is anybody told that it ends. */
	hall_forget(b);
	assert_int_equal(room_unpublish(a->seat, original, h->now, NULL), 0);
	assert_int_equal(hall_n_texts(b, "track_gone"), 1);
	assert_int_equal(a->seat->tracks->len, 0); /* the masked one ends with it */
}

static void test_ordering_masks_ends_what_is_open(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);

	assert_int_not_equal(hall_publish(h, a, TRACK_CAM), 0);
	assert_int_not_equal(hall_publish(h, a, TRACK_MIC), 0);
	assert_int_not_equal(hall_publish(h, a, TRACK_SCREEN), 0);
	room_set_rights(a->seat, RIGHTS_MASKED, h->now);
	assert_int_equal(hall_n_texts(b, "track_gone"), 2);
	assert_int_equal(hall_n_texts(a, "track_gone"), 2);
	assert_int_equal(a->seat->tracks->len, 1);
}

/* A camera that is plugged in again replaces its original without ending the masked picture. */
static void test_original_is_replaced(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_MASKED);

	hall_publish_mask(h, a, TRACK_CAM, TRACK_MASK_ORIGINAL);
	hall_publish_mask(h, a, TRACK_CAM, TRACK_MASK_MASKED);
	hall_publish_mask(h, a, TRACK_CAM, TRACK_MASK_ORIGINAL);
	assert_int_equal(a->seat->tracks->len, 2);
}

static void test_labels_of_devices_are_for_who_knows_names(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	struct peer *s = hall_join(h, "s", RIGHTS_WATCHER), *late;

	hall_publish(h, a, TRACK_MIC);
	assert_non_null(json_object_get(hall_last(a, "track"), "label"));
	assert_non_null(json_object_get(hall_last(s, "track"), "label"));
	assert_null(json_object_get(hall_last(b, "track"), "label"));
	late = hall_join(h, "c", RIGHTS_EXPERT);
	assert_null(json_object_get(
		json_array_get(json_object_get(hall_last(late, "welcome"), "tracks"), 0), "label"));
}

static void test_event_with_a_part_for_few(void **state)
{
	struct hall *h = *state;
	struct peer *b = hall_join(h, "b", RIGHTS_EXPERT), *s = hall_join(h, "s", RIGHTS_WATCHER);
	struct peer *late = hall_peer(h);
	json_auto_t *body = json_pack(
		"{s:s, s:i, s:s, s:s}", "seat", "a", "epoch", 1, "venue", "v2", "booth", "B7");
	json_auto_t *others = json_pack("{s:s, s:i}", "seat", "a", "epoch", 1);
	struct resume_event e = {
		.no = 1, .kind = "room.move", .body = body, .body_for_others = others};

	assert_int_equal(room_event(h->room, &e), 0);
	assert_true(json_equal(json_object_get(hall_last(s, "event"), "body"), body));
	assert_true(json_equal(json_object_get(hall_last(b, "event"), "body"), others));
	/* Nor later. */
	assert_int_equal(hall_admit(h, late, "c", RIGHTS_EXPERT, 1, 0), 0);
	assert_true(json_equal(json_object_get(hall_last(late, "event"), "body"), others));
}

#define MASKING_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MASKING_TEST(test_nothing_goes_out_as_it_is),
		MASKING_TEST(test_no_mask_covers_a_room),
		MASKING_TEST(test_originals_are_for_recorder_and_supervisor),
		MASKING_TEST(test_ordering_masks_ends_what_is_open),
		MASKING_TEST(test_original_is_replaced),
		MASKING_TEST(test_labels_of_devices_are_for_who_knows_names),
		MASKING_TEST(test_event_with_a_part_for_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
