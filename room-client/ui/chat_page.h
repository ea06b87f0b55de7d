/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is said in writing, from the beginning of the session on. */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"

#define UI_TYPE_CHAT_PAGE (ui_chat_page_get_type())
G_DECLARE_FINAL_TYPE(UiChatPage, ui_chat_page, UI, CHAT_PAGE, GtkBox)

/* NULL: none. Takes a reference. */
void ui_chat_page_set_room(UiChatPage *p, UiRoom *room);
/* Puts the cursor where one writes. */
void ui_chat_page_focus(UiChatPage *p);
