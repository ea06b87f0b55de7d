/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A seat in the roster, with what may be done about it when one leads the room. */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_ROSTER_ROW (ui_roster_row_get_type())
G_DECLARE_FINAL_TYPE(UiRosterRow, ui_roster_row, UI, ROSTER_ROW, GtkListBoxRow)

UiRosterRow *ui_roster_row_new(UiRoom *room, UiPerson *person);
