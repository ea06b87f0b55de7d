/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/tiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define N_TRACKS 10

/* What was told last of each track; as the server has it before anything is told. */
struct told {
	bool on;
	int layer, priority;
	int width, height;
};
static struct told told[N_TRACKS];
static int n_told;

static void want(void *user, uint16_t track, const struct roster_wish *wish)
{
	told[track].on = wish->on;
	told[track].layer = wish->layer;
	told[track].priority = wish->priority;
	n_told++;
}

static void fit(void *user, uint16_t track, int width, int height)
{
	told[track].width = width;
	told[track].height = height;
}

static struct tiles *tiles(bool all)
{
	struct tiles_out out = {NULL, want, fit};

	for (int i = 0; i < N_TRACKS; i++)
		told[i] = (struct told){.on = true, .layer = 2, .priority = 128};
	n_told = 0;
	return tiles_new(all, &out);
}

static void add_of(struct tiles *t, const char *seat, uint16_t id, const char *kind, int height,
	const char *mask)
{
	struct roster_track track = {.id = id, .kind = kind};

	g_strlcpy(track.seat, seat, sizeof(track.seat));
	track.form = json_pack(
		"{s:i, s:i, s:s*}", "width", height * 16 / 9, "height", height, "mask", mask);
	tiles_track(t, &track);
	json_decref(track.form);
}

static void add(struct tiles *t, uint16_t id, const char *kind, int height, const char *mask)
{
	add_of(t, "expert_1", id, kind, height, mask);
}

static void only_what_is_shown_is_taken(void **state)
{
	struct tiles *t = tiles(false);
	enum mute_source source;
	const char *seat;

	tiles_show(t, "expert_1", MUTE_SCREEN, 640, 360);
	add(t, 1, "cam", 360, NULL);
	add(t, 2, "mic", 0, NULL);
	add(t, 3, "screen", 720, NULL);
	assert_false(told[1].on);
	assert_true(told[2].on);
	assert_true(told[3].on && told[3].width == 640);
	assert_false(tiles_find(t, 1, &seat, &source));
	tiles_show(t, "expert_1", MUTE_CAM, 320, 180);
	assert_true(told[1].on && told[1].width == 320 && told[1].height == 180);
	assert_true(tiles_find(t, 1, &seat, &source));
	assert_string_equal(seat, "expert_1");
	assert_int_equal(source, MUTE_CAM);
	tiles_show(t, "expert_1", MUTE_CAM, 0, 0);
	assert_false(told[1].on);
	tiles_free(t);
}

static void smallest_size_that_fills_the_tile(void **state)
{
	struct tiles *t = tiles(false);

	tiles_show(t, "expert_1", MUTE_CAM, 320, 180);
	add(t, 1, "cam", 360, NULL);
	assert_true(told[1].on);
	add(t, 2, "cam", 180, NULL);
	assert_true(told[2].on && !told[1].on);
	tiles_show(t, "expert_1", MUTE_CAM, 640, 360);
	assert_true(told[1].on && !told[2].on);
	tiles_show(t, "expert_1", MUTE_CAM, 1920, 1080);
	assert_true(told[1].on && !told[2].on);
	/* High but narrow: the picture is not higher than it is allowed to be wide. */
	tiles_show(t, "expert_1", MUTE_CAM, 320, 1080);
	assert_true(told[2].on && !told[1].on);
	/* The other goes: what is left has to do. */
	tiles_track_gone(t, 2);
	assert_true(told[1].on);
	tiles_free(t);
}

static void without_tiles_the_largest(void **state)
{
	struct tiles *t = tiles(true);

	add(t, 1, "cam", 360, NULL);
	add(t, 2, "cam", 180, NULL);
	assert_true(told[1].on && !told[2].on);
	assert_int_equal(n_told, 1);
	tiles_free(t);
}

static void original_goes_before_its_mask(void **state)
{
	struct tiles *t = tiles(true);

	add(t, 1, "mic", 0, "masked");
	add(t, 2, "mic", 0, "original");
	add(t, 3, "cam", 360, "masked");
	add(t, 4, "cam", 180, "original");
	assert_true(!told[1].on && told[2].on && !told[3].on && told[4].on);
	tiles_track_gone(t, 4);
	assert_true(told[3].on);
	tiles_free(t);
}

static void who_speaks_goes_first_and_small_tiles_last(void **state)
{
	struct tiles *t = tiles(false);

	add_of(t, "expert_1", 1, "cam", 360, NULL);
	add_of(t, "expert_1", 2, "screen", 720, NULL);
	add_of(t, "expert_2", 3, "cam", 360, NULL);
	add_of(t, "expert_2", 4, "mic", 0, NULL);
	add_of(t, "expert_3", 5, "cam", 360, NULL);
	tiles_show(t, "expert_1", MUTE_CAM, 640, 360);
	tiles_show(t, "expert_1", MUTE_SCREEN, 640, 360);
	tiles_show(t, "expert_2", MUTE_CAM, 160, 90);
	tiles_show(t, "expert_3", MUTE_CAM, 320, 180);
	assert_true(told[2].priority > told[1].priority && told[1].priority > told[5].priority &&
		    told[5].priority > told[3].priority);
	assert_true(told[1].layer == 2 && told[2].layer == 2 && told[5].layer == 2);
	assert_int_equal(told[3].layer, 1);
	tiles_speaker(t, "expert_2");
	assert_true(told[3].priority > told[2].priority);
	assert_int_equal(told[3].layer, 2);
	assert_true(told[4].layer == 2 && told[4].priority == 128);
	/* Nothing is told twice, and a tile that only changes its size changes no wish. */
	n_told = 0;
	tiles_speaker(t, "expert_2");
	tiles_show(t, "expert_1", MUTE_CAM, 644, 362);
	assert_int_equal(told[1].width, 644);
	assert_int_equal(n_told, 0);
	tiles_speaker(t, NULL);
	assert_int_equal(told[3].layer, 1);
	tiles_speaker(t, "nobody_here");
	assert_int_equal(n_told, 1);
	tiles_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_shown_is_taken),
		cmocka_unit_test(smallest_size_that_fills_the_tile),
		cmocka_unit_test(without_tiles_the_largest),
		cmocka_unit_test(original_goes_before_its_mask),
		cmocka_unit_test(who_speaks_goes_first_and_small_tiles_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
