/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/stage_layout.h"

#include <glib.h>

#define WIDE 16
#define HIGH 9
#define STRIP_SHARE 5 /* the strip takes a fifth of the height */
#define STRIP_MIN 72
#define STRIP_MAX 160

/* The largest width of a 16:9 box within an area. */
static int fitting_width(int width, int height)
{
	return MAX(MIN(width, height * WIDE / HIGH), 0);
}

static int tile_width(int n, int columns, int width, int height)
{
	int rows = (n + columns - 1) / columns;

	return fitting_width((width - STAGE_GAP * (columns - 1)) / columns,
		(height - STAGE_GAP * (rows - 1)) / rows);
}

static void grid(int n, int width, int height, struct stage_box *boxes)
{
	int columns = 1, wide, high, rows;

	for (int c = 2; c <= n; c++) {
		if (tile_width(n, c, width, height) > tile_width(n, columns, width, height))
			columns = c;
	}
	wide = tile_width(n, columns, width, height);
	high = wide * HIGH / WIDE;
	rows = (n + columns - 1) / columns;
	for (int i = 0; i < n; i++) {
		int row = i / columns, column = i % columns;
		int in_row = row == rows - 1 ? n - row * columns : columns;
		int row_width = in_row * wide + (in_row - 1) * STAGE_GAP;
		int all_height = rows * high + (rows - 1) * STAGE_GAP;

		boxes[i] = (struct stage_box){(width - row_width) / 2 + column * (wide + STAGE_GAP),
			(height - all_height) / 2 + row * (high + STAGE_GAP), wide, high};
	}
}

/* The strip's tiles stand in the middle; those that would stick out are hidden. */
static void strip(int n, int large, int width, struct stage_box area, struct stage_box *boxes)
{
	int wide = area.height * WIDE / HIGH, room = (width + STAGE_GAP) / (wide + STAGE_GAP);
	int shown = MIN(n - 1, room), place = 0;
	int x = (width - shown * wide - (shown - 1) * STAGE_GAP) / 2;

	for (int i = 0; i < n; i++) {
		if (i == large)
			continue;
		boxes[i] = place < shown ? (struct stage_box){x + place * (wide + STAGE_GAP),
						   area.y, wide, area.height}
					 : (struct stage_box){0};
		place++;
	}
}

void stage_layout(
	enum stage_mode mode, int n, int large, int width, int height, struct stage_box *ret_boxes)
{
	int strip_height = CLAMP(height / STRIP_SHARE, STRIP_MIN, STRIP_MAX), main_height, wide;

	if (n <= 0)
		return;
	if (mode == STAGE_GRID || n == 1 || height < 2 * STRIP_MIN) {
		grid(n, width, height, ret_boxes);
		return;
	}
	main_height = height - strip_height - STAGE_GAP;
	wide = fitting_width(width, main_height);
	ret_boxes[large] = (struct stage_box){(width - wide) / 2,
		(main_height - wide * HIGH / WIDE) / 2, wide, wide * HIGH / WIDE};
	strip(n, large, width, (struct stage_box){0, main_height + STAGE_GAP, width, strip_height},
		ret_boxes);
}
