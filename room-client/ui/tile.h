/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One participant's picture with name and badges. It tells the room how large it is shown, and that
 * it is hidden when it is; the newest picture is put up in the frame clock's tick.
 */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_TILE (ui_tile_get_type())
G_DECLARE_FINAL_TYPE(UiTile, ui_tile, UI, TILE, GtkWidget)

/* source: MUTE_CAM or MUTE_SCREEN. */
UiTile *ui_tile_new(UiRoom *room, UiPerson *person, enum mute_source source);

UiPerson *ui_tile_person(UiTile *t);
enum mute_source ui_tile_source(UiTile *t);

/* BGRA, opaque. Takes a reference to the pixels. */
void ui_tile_set_picture(UiTile *t, int width, int height, size_t stride, GBytes *pixels);
