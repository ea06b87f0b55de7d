/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/document_search.h"

#include <glib/gi18n.h>

#include "room-client/ui/rows.h"

static void cancel(struct document_search *s)
{
	if (s->searching)
		g_cancellable_cancel(s->searching);
	g_clear_object(&s->searching);
}

void document_search_drop(struct document_search *s)
{
	cancel(s);
	g_clear_pointer(&s->hits, g_ptr_array_unref);
	rows_clear(s->rows);
	gtk_label_set_text(s->count, "");
	ui_document_view_set_hits(s->view, NULL);
}

static void hit_pressed(GtkButton *button, struct document_search *s)
{
	guint i = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "hit"));

	ui_document_view_go_hit(s->view, g_ptr_array_index(s->hits, i));
}

static void row_add(struct document_search *s, guint i)
{
	const struct pdf_hit *h = g_ptr_array_index(s->hits, i);
	g_autofree char *words = g_strdup_printf(_("Page %d: %s"), h->page, h->line);
	GtkWidget *button = rows_add(s->rows, words, 0);

	g_object_set_data(G_OBJECT(button), "hit", GUINT_TO_POINTER(i));
	g_signal_connect(button, "clicked", G_CALLBACK(hit_pressed), s);
}

static void found(void *user, GPtrArray *hits)
{
	struct document_search *s = user;
	g_autofree char *text = NULL;

	g_clear_object(&s->searching);
	document_search_drop(s);
	s->hits = hits;
	text = hits->len >= PDF_HITS_MAX
		       ? g_strdup_printf(_("%d places or more"), PDF_HITS_MAX)
		       : g_strdup_printf(ngettext("%u place", "%u places", hits->len), hits->len);
	gtk_label_set_text(s->count, text);
	for (guint i = 0; i < hits->len; i++)
		row_add(s, i);
	document_search_mark(s, true);
	s->found(s->user);
	if (hits->len > 0)
		ui_document_view_go_hit(s->view, g_ptr_array_index(hits, 0));
}

void document_search_for(struct document_search *s, struct pdf *pdf, const char *text)
{
	document_search_drop(s);
	if (!*text)
		return;
	gtk_label_set_text(s->count, _("Searching…"));
	s->searching = g_cancellable_new();
	pdf_find(pdf, text, s->searching, found, s);
}

bool document_search_has_hits(const struct document_search *s)
{
	return s->hits && s->hits->len > 0;
}

void document_search_mark(struct document_search *s, bool on)
{
	ui_document_view_set_hits(s->view, on ? s->hits : NULL);
}

void document_search_done(struct document_search *s)
{
	cancel(s);
	g_clear_pointer(&s->hits, g_ptr_array_unref);
}
