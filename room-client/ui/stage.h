/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The tiles of all who are seated, in a grid or with the speaker large. A click on a tile of the
 * speaker layout keeps that one large until it is clicked again.
 */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"
#include "room-client/ui/stage_layout.h"

#define UI_TYPE_STAGE (ui_stage_get_type())
G_DECLARE_FINAL_TYPE(UiStage, ui_stage, UI, STAGE, GtkWidget)

/* NULL: an empty stage. Takes a reference. */
void ui_stage_set_room(UiStage *s, UiRoom *room);
void ui_stage_set_mode(UiStage *s, enum stage_mode mode);
/* For the tile of that source, if there is one. seat "" is the own one. */
void ui_stage_set_picture(UiStage *s, const char *seat, enum mute_source source, int width,
	int height, size_t stride, GBytes *pixels);
