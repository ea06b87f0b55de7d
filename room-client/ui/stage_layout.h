/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the tiles of a stage stand. Pure; pixels. */

#define STAGE_GAP 8

enum stage_mode {
	STAGE_GRID,    /* all of one size, as large as fits */
	STAGE_SPEAKER, /* one large, the others in a strip below as far as there is room */
};

struct stage_box {
	int x, y, width, height; /* 0 × 0: not shown */
};

/* n boxes of 16:9 within width × height. large: whose tile is the large one in STAGE_SPEAKER. */
void stage_layout(
	enum stage_mode mode, int n, int large, int width, int height, struct stage_box *ret_boxes);
