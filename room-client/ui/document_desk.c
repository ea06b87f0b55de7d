/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/document_desk.h"

#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/document_pane.h"
#include "room-client/ui/words.h"

struct _UiDocumentDesk {
	GtkBox parent;
	GtkToggleButton *present, *follow, *two;
	GtkLabel *who;
	UiDocumentPane *left, *right;
	UiDocuments *documents;
	char shown_by[64 * 4 + 1]; /* who else presented last; "" nobody */
};

G_DEFINE_FINAL_TYPE(UiDocumentDesk, ui_document_desk, GTK_TYPE_BOX)

enum { WANTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- the own page ---- */

static void place_say(UiDocumentDesk *d)
{
	const char *bid;
	int file, page;

	if (ui_document_pane_place(d->left, &bid, &file, &page))
		ui_documents_present(d->documents, bid, file, page);
}

static void present_asked(GtkToggleButton *button, UiDocumentDesk *d)
{
	if (gtk_toggle_button_get_active(button))
		place_say(d);
	else
		ui_documents_present(d->documents, NULL, 0, 0);
}

/* Off without a word to the room. */
static void present_off(UiDocumentDesk *d)
{
	g_signal_handlers_block_by_func(d->present, present_asked, d);
	gtk_toggle_button_set_active(d->present, FALSE);
	g_signal_handlers_unblock_by_func(d->present, present_asked, d);
}

static void present_update(UiDocumentDesk *d)
{
	const char *bid;
	int file, page;
	bool may = ui_documents_may_present(d->documents) &&
		   ui_document_pane_place(d->left, &bid, &file, &page);

	gtk_widget_set_sensitive(
		GTK_WIDGET(d->present), may || gtk_toggle_button_get_active(d->present));
}

static void left_moved(UiDocumentPane *left, UiDocumentDesk *d)
{
	if (gtk_toggle_button_get_active(d->present))
		place_say(d);
	present_update(d);
}

static void refused(UiDocuments *documents, const char *code, UiDocumentDesk *d)
{
	present_off(d);
	present_update(d);
	gtk_label_set_text(d->who, words_code(code));
}

/* ---- the others' ---- */

static char *who_words(UiDocumentDesk *d, const struct presenting *p)
{
	struct document_facts f;

	if (!p->on)
		return g_strdup("");
	if (p->own)
		return g_strdup_printf(_("You present page %d"), p->page);
	if (!ui_documents_find(d->documents, p->bid, p->file, &f))
		return g_strdup_printf(_("%s presents a document"), p->name);
	return g_strdup_printf(
		_("%s presents %s · %s, page %d"), p->name, f.bidder, f.name, p->page);
}

static void follow_now(UiDocumentDesk *d)
{
	const struct presenting *p = ui_documents_presenting(d->documents);

	if (p->on && !p->own && gtk_toggle_button_get_active(d->follow))
		ui_document_pane_show(d->left, p->bid, p->file, p->page);
}

static void presenting(UiDocuments *documents, UiDocumentDesk *d)
{
	const struct presenting *p = ui_documents_presenting(documents);
	const char *by = p->on && !p->own ? p->name : "";
	g_autofree char *words = who_words(d, p);
	bool begins = *by && strcmp(by, d->shown_by) != 0;

	gtk_label_set_text(d->who, words);
	g_strlcpy(d->shown_by, by, sizeof(d->shown_by));
	if (*by || !ui_documents_may_present(documents))
		present_off(d);
	present_update(d);
	follow_now(d);
	if (begins && gtk_toggle_button_get_active(d->follow))
		g_signal_emit(d, signals[WANTED], 0);
}

static void listed(UiDocuments *documents, UiDocumentDesk *d)
{
	presenting(documents, d);
}

static void follow_asked(GtkToggleButton *button, UiDocumentDesk *d)
{
	follow_now(d);
}

static void two_asked(GtkToggleButton *button, UiDocumentDesk *d)
{
	gtk_widget_set_visible(GTK_WIDGET(d->right), gtk_toggle_button_get_active(button));
}

/* ---- making and ending ---- */

static void ui_document_desk_dispose(GObject *object)
{
	UiDocumentDesk *d = UI_DOCUMENT_DESK(object);

	if (d->documents)
		g_signal_handlers_disconnect_by_data(d->documents, d);
	g_clear_object(&d->documents);
	G_OBJECT_CLASS(ui_document_desk_parent_class)->dispose(object);
}

static void ui_document_desk_class_init(UiDocumentDeskClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_document_desk_dispose;
	signals[WANTED] = g_signal_new("wanted", UI_TYPE_DOCUMENT_DESK, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 0);
	g_type_ensure(UI_TYPE_DOCUMENT_PANE);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/document_desk.ui");
	gtk_widget_class_bind_template_child(widget, UiDocumentDesk, present);
	gtk_widget_class_bind_template_child(widget, UiDocumentDesk, follow);
	gtk_widget_class_bind_template_child(widget, UiDocumentDesk, who);
	gtk_widget_class_bind_template_child(widget, UiDocumentDesk, two);
	gtk_widget_class_bind_template_child(widget, UiDocumentDesk, left);
	gtk_widget_class_bind_template_child(widget, UiDocumentDesk, right);
	gtk_widget_class_bind_template_callback(widget, present_asked);
	gtk_widget_class_bind_template_callback(widget, follow_asked);
	gtk_widget_class_bind_template_callback(widget, two_asked);
}

static void ui_document_desk_init(UiDocumentDesk *d)
{
	gtk_widget_init_template(GTK_WIDGET(d));
}

GtkWidget *ui_document_desk_new(UiDocuments *documents)
{
	UiDocumentDesk *d = g_object_new(UI_TYPE_DOCUMENT_DESK, NULL);

	d->documents = g_object_ref(documents);
	ui_document_pane_set_documents(d->left, documents);
	ui_document_pane_set_documents(d->right, documents);
	g_signal_connect(d->left, "place", G_CALLBACK(left_moved), d);
	g_signal_connect(documents, "presenting", G_CALLBACK(presenting), d);
	g_signal_connect(documents, "listed", G_CALLBACK(listed), d);
	g_signal_connect(documents, "refused", G_CALLBACK(refused), d);
	presenting(documents, d);
	return GTK_WIDGET(d);
}
