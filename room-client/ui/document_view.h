/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One page of a document, as large as wanted. Signal: "page" after another page is shown.
 */

#include <gtk/gtk.h>

#include "room-client/ui/pdf.h"

enum document_fit {
	FIT_WIDTH,
	FIT_PAGE,
	FIT_NOT, /* as large as it was zoomed */
};

#define UI_TYPE_DOCUMENT_VIEW (ui_document_view_get_type())
G_DECLARE_FINAL_TYPE(UiDocumentView, ui_document_view, UI, DOCUMENT_VIEW, GtkBox)

/* NULL: none. Takes a reference; the first page is shown without a signal. */
void ui_document_view_set_pdf(UiDocumentView *v, struct pdf *pdf);

int ui_document_view_page(UiDocumentView *v); /* 0: there is no document */
/* Pages beyond the ends are the first and the last. */
void ui_document_view_go(UiDocumentView *v, int page);
/* A place where the search found something: goes there and scrolls to it. */
void ui_document_view_go_hit(UiDocumentView *v, const struct pdf_hit *hit);

void ui_document_view_fit(UiDocumentView *v, enum document_fit fit);
void ui_document_view_zoom(UiDocumentView *v, double factor);

/* Marked on the pages; of struct pdf_hit, takes a reference; NULL: none. */
void ui_document_view_set_hits(UiDocumentView *v, GPtrArray *hits);

/* Laid over every page from now on (page_canvas.h); NULL: nothing. */
void ui_document_view_set_mark(UiDocumentView *v, const char *mark);

/* A key that was pressed somewhere near: Page Up, Page Down, Home and End leaf; plus, minus and 0
 * change the size. GDK_EVENT_STOP: it was one of these. */
gboolean ui_document_view_key(UiDocumentView *v, guint key, GdkModifierType modifiers);
/* The keys go there. */
void ui_document_view_focus(UiDocumentView *v);
