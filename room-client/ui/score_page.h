/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The score sheets of all lots, one at a time: filled in, saved as drafts, submitted for good. */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

#define UI_TYPE_SCORE_PAGE (ui_score_page_get_type())
G_DECLARE_FINAL_TYPE(UiScorePage, ui_score_page, UI, SCORE_PAGE, GtkBox)

/* Takes a reference. */
void ui_score_page_set_work(UiScorePage *p, UiWork *work);
