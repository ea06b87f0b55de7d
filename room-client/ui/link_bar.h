/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Tells that the connection is lost and counts down to the next try. */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_LINK_BAR (ui_link_bar_get_type())
G_DECLARE_FINAL_TYPE(UiLinkBar, ui_link_bar, UI, LINK_BAR, GtkBox)

/* NULL: none. Takes a reference. */
void ui_link_bar_set_room(UiLinkBar *b, UiRoom *room);
