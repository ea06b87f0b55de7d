/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Tells, as long as it lasts, that somebody speaks to this seat alone (单独通话). */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_ASIDE_BAR (ui_aside_bar_get_type())
G_DECLARE_FINAL_TYPE(UiAsideBar, ui_aside_bar, UI, ASIDE_BAR, GtkBox)

/* NULL: none. Takes a reference. */
void ui_aside_bar_set_room(UiAsideBar *b, UiRoom *room);
