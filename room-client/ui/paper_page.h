/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The papers of all lots, one at a time: score sheets, or ballots of the review. Filled in, saved
 * as drafts, submitted for good.
 */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

#define UI_TYPE_PAPER_PAGE (ui_paper_page_get_type())
G_DECLARE_FINAL_TYPE(UiPaperPage, ui_paper_page, UI, PAPER_PAGE, GtkBox)

/* Takes a reference. */
void ui_paper_page_set_work(UiPaperPage *p, UiWork *work);
