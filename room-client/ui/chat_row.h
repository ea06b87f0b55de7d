/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A line of the chat or of the record: who, when, what, and how far an own act has come. */

#include <gtk/gtk.h>

#include "room-client/ui/line.h"

#define UI_TYPE_CHAT_ROW (ui_chat_row_get_type())
G_DECLARE_FINAL_TYPE(UiChatRow, ui_chat_row, UI, CHAT_ROW, GtkListBoxRow)

UiChatRow *ui_chat_row_new(UiLine *line);
