/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The leader asks for a step back (环节回退): to which step, in which case, and why. */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

/* Asks nothing if the session can go back nowhere. work outlives the dialog. */
void rollback_dialog_show(GtkWidget *near, UiWork *work);
