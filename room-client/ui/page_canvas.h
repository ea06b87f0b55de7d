/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One drawn page, at the size it is to have on the screen, whatever the picture's own is. */

#include <gtk/gtk.h>

#define UI_TYPE_PAGE_CANVAS (ui_page_canvas_get_type())
G_DECLARE_FINAL_TYPE(UiPageCanvas, ui_page_canvas, UI, PAGE_CANVAS, GtkWidget)

/* texture NULL: white paper, until the picture is drawn. Sizes in the window's units. */
void ui_page_canvas_set(UiPageCanvas *c, GdkTexture *texture, int width, int height);
/* A watermark (水印) over the whole page, pale and slanting, so that a photograph of the screen
 * tells who sat before it. NULL: none. Copied. */
void ui_page_canvas_set_mark(UiPageCanvas *c, const char *mark);
