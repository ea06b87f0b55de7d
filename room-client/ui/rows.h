/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Lines of text in a box that can be pressed. */

#include <gtk/gtk.h>

/* The keys leave first: GTK 4.8 does not take the end of a focused widget well. */
void rows_clear(GtkBox *box);
/* If the keys go to something in there, they go nowhere. */
void rows_leave(GtkWidget *container);
/* A button of the text, which is also what is read out; borrowed. */
GtkWidget *rows_add(GtkBox *box, const char *text, int indent);
void rows_set_text(GtkWidget *row, const char *text);
