/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The cells of a score sheet, made for the keyboard: arrows and Enter move, what is not lawful says
 * so at once. Signal: "typed" (bid, item, text) after a cell was changed by hand.
 */

#include <gtk/gtk.h>

#include "room-client/ui/score_sheet.h"

#define UI_TYPE_SCORE_GRID (ui_score_grid_get_type())
G_DECLARE_FINAL_TYPE(UiScoreGrid, ui_score_grid, UI, SCORE_GRID, GtkBox)

/* Shows the cells anew; NULL: none. */
void ui_score_grid_fill(UiScoreGrid *g, const struct score_sheet *sheet);
/* Totals and what is wrong, after a cell was changed; of the sheet that it was filled with. */
void ui_score_grid_update(UiScoreGrid *g, const struct score_sheet *sheet);
