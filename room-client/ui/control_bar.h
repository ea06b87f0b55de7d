/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The own microphone, camera and hand; leaving. What waits for the server is said beside it. */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_CONTROL_BAR (ui_control_bar_get_type())
G_DECLARE_FINAL_TYPE(UiControlBar, ui_control_bar, UI, CONTROL_BAR, GtkBox)

/* NULL: none. Takes a reference. */
void ui_control_bar_set_room(UiControlBar *b, UiRoom *room);
/* Whether the space bar opens the microphone while it is held. */
void ui_control_bar_set_push_to_talk(UiControlBar *b, bool on);
