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
	int width, height;
};
static struct told told[N_TRACKS];
static int n_told;

static void want(void *user, uint16_t track, bool on, int width, int height)
{
	told[track] = (struct told){on, width, height};
	n_told++;
}

static struct tiles *tiles(bool all)
{
	struct tiles_out out = {NULL, want};

	for (int i = 0; i < N_TRACKS; i++)
		told[i] = (struct told){.on = true};
	n_told = 0;
	return tiles_new(all, &out);
}

static void add(struct tiles *t, uint16_t id, const char *kind, int height, const char *mask)
{
	struct roster_track track = {.id = id, .seat = "expert_1", .kind = kind};

	track.form = json_pack(
		"{s:i, s:i, s:s*}", "width", height * 16 / 9, "height", height, "mask", mask);
	tiles_track(t, &track);
	json_decref(track.form);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_shown_is_taken),
		cmocka_unit_test(smallest_size_that_fills_the_tile),
		cmocka_unit_test(without_tiles_the_largest),
		cmocka_unit_test(original_goes_before_its_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
