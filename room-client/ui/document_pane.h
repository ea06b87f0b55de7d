/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A place to read documents in: their list, or one of them with bookmarks, search and size. Signal:
 * "place" after another document or page is shown.
 */

#include <gtk/gtk.h>

#include "room-client/ui/documents.h"

#define UI_TYPE_DOCUMENT_PANE (ui_document_pane_get_type())
G_DECLARE_FINAL_TYPE(UiDocumentPane, ui_document_pane, UI, DOCUMENT_PANE, GtkBox)

/* Takes a reference. */
void ui_document_pane_set_documents(UiDocumentPane *p, UiDocuments *documents);

/* Fetches the document if need be, and shows this page of it. */
void ui_document_pane_show(UiDocumentPane *p, const char *bid, int file, int page);
/* False: no page is shown. *ret_bid is valid until another is. */
bool ui_document_pane_place(UiDocumentPane *p, const char **ret_bid, int *ret_file, int *ret_page);
