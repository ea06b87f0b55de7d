/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Announcements and calls, one after the other; each stays until it was confirmed. */

#include <gtk/gtk.h>

#define UI_TYPE_CALL_BAR (ui_call_bar_get_type())
G_DECLARE_FINAL_TYPE(UiCallBar, ui_call_bar, UI, CALL_BAR, GtkBox)

void ui_call_bar_add(UiCallBar *b, const char *title, const char *text, bool for_me);
void ui_call_bar_clear(UiCallBar *b);
