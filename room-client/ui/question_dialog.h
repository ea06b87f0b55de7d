/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The committee's questions to bidders with their answers, in a window of its own. */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

/* near: a widget of the window it belongs to. */
void question_dialog_show(GtkWidget *near, UiWork *work);
