/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The search in the document of a pane: one at a time, its places as rows beside the pages and as
 * marks in the page that is shown. It borrows the pane's widgets, and lives in the pane.
 */
#include <gtk/gtk.h>

#include "room-client/ui/document_view.h"

struct document_search {
	GtkLabel *count;
	GtkBox *rows;
	UiDocumentView *view;
	void (*found)(void *user); /* places came */
	void *user;

	GCancellable *searching; /* NULL: not now */
	GPtrArray *hits;         /* NULL: nothing was looked for, or it is not over */
};

/* Looks for it; what was found before is gone at once. "" looks for nothing. */
void document_search_for(struct document_search *s, struct pdf *pdf, const char *text);
/* Forgets what was looked for. */
void document_search_drop(struct document_search *s);
bool document_search_has_hits(const struct document_search *s);
/* Whether the page shows them. */
void document_search_mark(struct document_search *s, bool on);
/* Before the widgets go. */
void document_search_done(struct document_search *s);
