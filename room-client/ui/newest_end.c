/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/newest_end.h"

#include <stdbool.h>

#define NEAR 40.0 /* pixels */

/* Where the reader was is remembered when he scrolls, since the list has grown when we hear of it.
 */
static bool was_at_end(GtkAdjustment *a)
{
	return g_object_get_data(G_OBJECT(a), "away") == NULL;
}

static void scrolled(GtkAdjustment *a, void *user)
{
	double end = gtk_adjustment_get_upper(a) - gtk_adjustment_get_page_size(a);

	g_object_set_data(G_OBJECT(a), "away",
		gtk_adjustment_get_value(a) < end - NEAR ? GINT_TO_POINTER(1) : NULL);
}

static void grown(GtkAdjustment *a, void *user)
{
	if (!was_at_end(a))
		return;
	g_signal_handlers_block_by_func(a, scrolled, NULL);
	gtk_adjustment_set_value(a, gtk_adjustment_get_upper(a) - gtk_adjustment_get_page_size(a));
	g_signal_handlers_unblock_by_func(a, scrolled, NULL);
}

void newest_end_keep(GtkScrolledWindow *scroll)
{
	GtkAdjustment *a = gtk_scrolled_window_get_vadjustment(scroll);

	g_signal_connect(a, "changed", G_CALLBACK(grown), NULL);
	g_signal_connect(a, "value-changed", G_CALLBACK(scrolled), NULL);
}
