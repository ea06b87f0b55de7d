/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Pictures in a window, each put up in the next tick of the frame clock as the client's tiles do
 * it. Where GTK is not built in, glass_show_none.c stands here, and nothing is shown.
 */

#include <stdbool.h>

#include "room-client/media/easel.h"

struct glass_show;

/* n tiles in three columns. NULL: there is no window to show them in. */
struct glass_show *glass_show_new(int n, int width, int height);
void glass_show_picture(struct glass_show *s, int i, const struct picture *picture);
struct glass_show *glass_show_free(struct glass_show *s);
