/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/stage_layout.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static bool is_inside(const struct stage_box *b, int width, int height)
{
	return b->x >= 0 && b->y >= 0 && b->x + b->width <= width && b->y + b->height <= height;
}

static bool do_meet(const struct stage_box *a, const struct stage_box *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
	       b->y < a->y + a->height;
}

/* Whatever the size, shown tiles stand inside and beside each other. */
static void tiles_never_overlap_or_stick_out(void **state)
{
	static const int sizes[][2] = {
		{240, 160}, {800, 450}, {1920, 1080}, {300, 900}, {1200, 170}};
	struct stage_box boxes[25];

	for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
		int width = sizes[s][0], height = sizes[s][1];

		for (int n = 1; n <= 25; n++) {
			for (int mode = STAGE_GRID; mode <= STAGE_SPEAKER; mode++) {
				stage_layout((enum stage_mode)mode, n, n / 2, width, height, boxes);
				for (int i = 0; i < n; i++) {
					assert_true(is_inside(&boxes[i], width, height));
					for (int k = 0; k < i; k++)
						assert_false(do_meet(&boxes[i], &boxes[k]));
				}
			}
		}
	}
}

static void a_grid_shows_all_in_one_size(void **state)
{
	struct stage_box boxes[7];

	stage_layout(STAGE_GRID, 7, 0, 1280, 720, boxes);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(boxes[i].width, boxes[0].width);
		assert_true(boxes[i].width > 300);
	}
	/* The last row stands in the middle. */
	assert_int_equal(boxes[6].x, (1280 - boxes[6].width) / 2);
}

static void the_speaker_is_large_and_the_strip_hides_what_has_no_room(void **state)
{
	struct stage_box boxes[20];
	int hidden = 0;

	stage_layout(STAGE_SPEAKER, 20, 3, 1280, 720, boxes);
	for (int i = 0; i < 20; i++) {
		hidden += boxes[i].width == 0;
		if (i != 3)
			assert_true(boxes[i].width < boxes[3].width / 3);
	}
	assert_true(hidden > 0 && hidden < 19);
}

static void one_alone_has_it_all(void **state)
{
	struct stage_box box;

	stage_layout(STAGE_SPEAKER, 1, 0, 1600, 900, &box);
	assert_int_equal(box.width, 1600);
	assert_int_equal(box.height, 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiles_never_overlap_or_stick_out),
		cmocka_unit_test(a_grid_shows_all_in_one_size),
		cmocka_unit_test(the_speaker_is_large_and_the_strip_hides_what_has_no_room),
		cmocka_unit_test(one_alone_has_it_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
