/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Figures of what is sent and received, looked at every two seconds. */

#include <adwaita.h>

#include "room-client/ui/ui.h"

#define UI_TYPE_STATS_WINDOW (ui_stats_window_get_type())
G_DECLARE_FINAL_TYPE(UiStatsWindow, ui_stats_window, UI, STATS_WINDOW, AdwWindow)

/* Copies out, takes a reference to the room. The caller shows it. */
UiStatsWindow *ui_stats_window_new(GtkWindow *parent, const struct ui_out *out, UiRoom *room);
