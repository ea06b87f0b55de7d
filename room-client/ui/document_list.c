/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/document_list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/rows.h"
#include "room-client/ui/words.h"

struct _UiDocumentList {
	GtkBox parent;
	UiDocuments *documents;
	GPtrArray *rows; /* by number; borrowed */
};

G_DEFINE_FINAL_TYPE(UiDocumentList, ui_document_list, GTK_TYPE_BOX)

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *state_words(enum document_state state)
{
	switch (state) {
	case DOCUMENT_ABSENT:
		return NULL;
	case DOCUMENT_WAITING:
		return _("waiting");
	case DOCUMENT_LOADING:
		return _("being fetched");
	case DOCUMENT_READY:
		return _("on this device");
	case DOCUMENT_FAILED:
		return _("not fetched");
	}
	return NULL;
}

static char *row_words(const struct document_facts *f)
{
	g_autofree char *size = g_format_size((guint64)f->size);
	const char *state = state_words(f->state);

	return state ? g_strdup_printf("%s · %s · %s", f->name, size, state)
		     : g_strdup_printf("%s · %s", f->name, size);
}

static void row_pressed(GtkButton *button, UiDocumentList *l)
{
	struct document_facts f;
	guint i;

	if (!g_ptr_array_find(l->rows, button, &i))
		return;
	f = ui_documents_at(l->documents, i);
	g_signal_emit(l, signals[CHOSEN], 0, f.bid, f.file);
}

static void heading_add(UiDocumentList *l, const char *text)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_widget_add_css_class(label, "heading");
	gtk_widget_set_margin_top(label, 12);
	gtk_box_append(GTK_BOX(l), label);
}

static const char *nothing_words(UiDocumentList *l)
{
	const char *code = ui_documents_code(l->documents);

	return *code && strcmp(code, "session.step") != 0
		       ? words_code(code)
		       : _("The documents can be read once scoring has begun.");
}

static void listed(UiDocuments *d, UiDocumentList *l)
{
	const char *bid = "";

	rows_clear(GTK_BOX(l));
	g_ptr_array_set_size(l->rows, 0);
	if (ui_documents_n(d) == 0)
		heading_add(l, nothing_words(l));
	for (unsigned i = 0; i < ui_documents_n(d); i++) {
		struct document_facts f = ui_documents_at(d, i);
		g_autofree char *words = row_words(&f);
		GtkWidget *row;

		if (strcmp(f.bid, bid) != 0)
			heading_add(l, f.bidder);
		bid = f.bid;
		row = rows_add(GTK_BOX(l), words, 0);
		g_signal_connect(row, "clicked", G_CALLBACK(row_pressed), l);
		g_ptr_array_add(l->rows, row);
	}
}

static void document_changed(UiDocuments *d, const char *bid, int file, UiDocumentList *l)
{
	for (guint i = 0; i < l->rows->len; i++) {
		struct document_facts f = ui_documents_at(d, i);
		g_autofree char *words = NULL;

		if (f.file != file || strcmp(f.bid, bid) != 0)
			continue;
		words = row_words(&f);
		rows_set_text(g_ptr_array_index(l->rows, i), words);
	}
}

void ui_document_list_set_documents(UiDocumentList *l, UiDocuments *documents)
{
	l->documents = g_object_ref(documents);
	g_signal_connect(documents, "listed", G_CALLBACK(listed), l);
	g_signal_connect(documents, "document", G_CALLBACK(document_changed), l);
	listed(documents, l);
}

static void ui_document_list_dispose(GObject *object)
{
	UiDocumentList *l = UI_DOCUMENT_LIST(object);

	if (l->documents)
		g_signal_handlers_disconnect_by_data(l->documents, l);
	g_clear_object(&l->documents);
	g_clear_pointer(&l->rows, g_ptr_array_unref);
	G_OBJECT_CLASS(ui_document_list_parent_class)->dispose(object);
}

static void ui_document_list_class_init(UiDocumentListClass *class)
{
	G_OBJECT_CLASS(class)->dispose = ui_document_list_dispose;
	signals[CHOSEN] = g_signal_new("chosen", UI_TYPE_DOCUMENT_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_LIST);
}

static void ui_document_list_init(UiDocumentList *l)
{
	gtk_orientable_set_orientation(GTK_ORIENTABLE(l), GTK_ORIENTATION_VERTICAL);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(l), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Documents of the bids"), -1);
	l->rows = g_ptr_array_new();
}
