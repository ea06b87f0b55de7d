/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What happened, and what became of the own acts. */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_RECORD_PAGE (ui_record_page_get_type())
G_DECLARE_FINAL_TYPE(UiRecordPage, ui_record_page, UI, RECORD_PAGE, GtkBox)

/* NULL: none. */
void ui_record_page_set_room(UiRecordPage *p, UiRoom *room);
