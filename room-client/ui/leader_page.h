/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One vote for the leader of the committee (评标委员会组长) in each round. */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

#define UI_TYPE_LEADER_PAGE (ui_leader_page_get_type())
G_DECLARE_FINAL_TYPE(UiLeaderPage, ui_leader_page, UI, LEADER_PAGE, GtkBox)

/* Takes a reference. */
void ui_leader_page_set_work(UiLeaderPage *p, UiWork *work);
