/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The votes of a ballot: for each bidder and item passes or fails, and why. Signal: "voted" (bid,
 * item, enum ballot_vote, reason) after one was changed by hand.
 */

#include <gtk/gtk.h>

#include "room-client/ui/ballot.h"

#define UI_TYPE_BALLOT_GRID (ui_ballot_grid_get_type())
G_DECLARE_FINAL_TYPE(UiBallotGrid, ui_ballot_grid, UI, BALLOT_GRID, GtkBox)

/* Shows the votes anew; NULL: none. */
void ui_ballot_grid_fill(UiBallotGrid *g, const struct ballot *ballot);
