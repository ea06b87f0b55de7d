/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The viewer of documents: one pane or two side by side, and presenting. The left pane is the one
 * that is presented, and that follows whoever presents, unless following is switched off. Signal:
 * "wanted" when somebody else begins to present and the viewer should be seen.
 */

#include <gtk/gtk.h>

#include "room-client/ui/documents.h"

#define UI_TYPE_DOCUMENT_DESK (ui_document_desk_get_type())
G_DECLARE_FINAL_TYPE(UiDocumentDesk, ui_document_desk, UI, DOCUMENT_DESK, GtkBox)

/* Takes a reference. */
GtkWidget *ui_document_desk_new(UiDocuments *documents);
