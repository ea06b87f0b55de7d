/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Keeps a scrolled list at its newest end unless the reader has scrolled away from it. */

#include <gtk/gtk.h>

void newest_end_keep(GtkScrolledWindow *scroll);
