/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The seats of the room. */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_ROSTER_PAGE (ui_roster_page_get_type())
G_DECLARE_FINAL_TYPE(UiRosterPage, ui_roster_page, UI, ROSTER_PAGE, GtkBox)

/* NULL: none. */
void ui_roster_page_set_room(UiRosterPage *p, UiRoom *room);
