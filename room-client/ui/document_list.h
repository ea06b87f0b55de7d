/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The documents of the session under their bidders' names. Signal: "chosen" (bid, file). */

#include <gtk/gtk.h>

#include "room-client/ui/documents.h"

#define UI_TYPE_DOCUMENT_LIST (ui_document_list_get_type())
G_DECLARE_FINAL_TYPE(UiDocumentList, ui_document_list, UI, DOCUMENT_LIST, GtkBox)

/* Once; takes a reference. */
void ui_document_list_set_documents(UiDocumentList *l, UiDocuments *documents);
