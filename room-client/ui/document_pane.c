/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/document_pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "room-client/ui/document_list.h"
#include "room-client/ui/document_search.h"
#include "room-client/ui/document_view.h"
#include "room-client/ui/rows.h"
#include "room-client/ui/words.h"

#define ROWS_MAX 2000 /* bookmarks that are shown */
#define STEP 1.2

struct _UiDocumentPane {
	GtkBox parent;
	GtkWidget *list_button, *tools, *retry;
	GtkLabel *title, *of_pages, *found, *wait_text;
	GtkToggleButton *marks_button, *find_button;
	GtkEntry *page_entry;
	GtkRevealer *find_bar, *side;
	GtkSearchEntry *find_entry;
	GtkStack *pages, *sides;
	UiDocumentList *list;
	GtkBox *marks, *hits;
	UiDocumentView *view;
	GtkProgressBar *progress;
	AdwStatusPage *failed;

	UiDocuments *documents;
	char bid[IDENT_SIZE]; /* of the document that is shown or waited for; "" none */
	int file, page;       /* page: to be gone to once it is there */
	struct pdf *pdf;      /* NULL: not there yet */
	bool chosen;          /* by hand: the keys go there */
	GCancellable *opening;
	struct document_search search;
};

G_DEFINE_FINAL_TYPE(UiDocumentPane, ui_document_pane, GTK_TYPE_BOX)

enum { PLACE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void opening_cancel(UiDocumentPane *p)
{
	if (p->opening)
		g_cancellable_cancel(p->opening);
	g_clear_object(&p->opening);
}

static void stack_show(UiDocumentPane *p, const char *name)
{
	bool reading = strcmp(name, "page") == 0;

	gtk_stack_set_visible_child_name(p->pages, name);
	gtk_widget_set_visible(p->tools, reading);
	gtk_widget_set_visible(p->list_button, strcmp(name, "list") != 0);
	if (!reading)
		gtk_toggle_button_set_active(p->find_button, FALSE);
	if (strcmp(name, "list") == 0)
		gtk_label_set_text(p->title, _("Documents"));
}

/* ---- a document comes ---- */

static void failed_show(UiDocumentPane *p, const char *title, const char *text, bool again)
{
	adw_status_page_set_title(p->failed, title);
	adw_status_page_set_description(p->failed, text);
	gtk_widget_set_visible(p->retry, again);
	stack_show(p, "failed");
}

static const char *refusal_words(int refusal)
{
	switch (refusal) {
	case PDF_E_LOCKED:
		return _("It is protected by a password, which the bidder did not hand in.");
	case PDF_E_NOT_PDF:
		return _("It is not a PDF; only PDF documents are shown here.");
	case PDF_E_EMPTY:
		return _("It has no pages.");
	default:
		return _("It is damaged, and was so when it was sealed: its digest is right.");
	}
}

static void page_update(UiDocumentPane *p)
{
	g_autofree char *page = g_strdup_printf("%d", ui_document_view_page(p->view));
	g_autofree char *of = g_strdup_printf("/ %d", pdf_n_pages(p->pdf));

	gtk_editable_set_text(GTK_EDITABLE(p->page_entry), page);
	gtk_label_set_text(p->of_pages, of);
	g_signal_emit(p, signals[PLACE], 0);
}

static void mark_pressed(GtkButton *button, UiDocumentPane *p)
{
	int page = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "page"));

	ui_document_view_go(p->view, page);
}

static void marks_show(UiDocumentPane *p)
{
	const GPtrArray *marks = pdf_marks(p->pdf);

	rows_clear(p->marks);
	for (guint i = 0; i < marks->len && i < ROWS_MAX; i++) {
		const struct pdf_mark *m = g_ptr_array_index(marks, i);
		GtkWidget *button = rows_add(p->marks, m->title, m->depth);

		g_object_set_data(G_OBJECT(button), "page", GINT_TO_POINTER(m->page));
		gtk_widget_set_sensitive(button, m->page > 0);
		g_signal_connect(button, "clicked", G_CALLBACK(mark_pressed), p);
	}
	gtk_widget_set_sensitive(GTK_WIDGET(p->marks_button), marks->len > 0);
	if (marks->len == 0)
		gtk_toggle_button_set_active(p->marks_button, FALSE);
}

/* Who reads it and since when, by the clock of the trading centre. */
static void mark_pages(UiDocumentPane *p)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_offset(8 * 3600);
	g_autoptr(GDateTime) now = g_date_time_new_now(zone);
	g_autofree char *time = g_date_time_format(now, "%Y-%m-%d %H:%M");
	g_autofree char *mark = g_strdup_printf("%s  %s", ui_documents_reader(p->documents), time);

	ui_document_view_set_mark(p->view, mark);
}

static void opened(void *user, struct pdf *pdf, int refusal)
{
	UiDocumentPane *p = user;

	g_clear_object(&p->opening);
	if (!pdf) {
		failed_show(p, _("This document cannot be shown"), refusal_words(refusal), false);
		return;
	}
	p->pdf = pdf_ref(pdf);
	mark_pages(p);
	marks_show(p);
	stack_show(p, "page");
	ui_document_view_set_pdf(p->view, pdf);
	ui_document_view_go(p->view, p->page);
	page_update(p);
	if (p->chosen)
		ui_document_view_focus(p->view);
}

static void open_begin(UiDocumentPane *p)
{
	g_autoptr(GInputStream) stream = ui_documents_open(p->documents, p->bid, p->file);

	if (!stream || p->opening || p->pdf)
		return;
	p->opening = g_cancellable_new();
	pdf_open(stream, p->opening, opened, p);
}

static void wait_show(UiDocumentPane *p, const struct document_facts *f)
{
	g_autofree char *got = g_format_size((guint64)f->got),
			*size = g_format_size((guint64)f->size);
	g_autofree char *text = f->state == DOCUMENT_LOADING
					? g_strdup_printf(_("%s of %s fetched"), got, size)
					: g_strdup(_("Waiting for the documents before it"));

	gtk_label_set_text(p->wait_text, text);
	gtk_progress_bar_set_fraction(p->progress, f->size ? (double)f->got / (double)f->size : 0);
	stack_show(p, "wait");
}

/* How far the document is that this pane waits for. */
static void progress(UiDocumentPane *p, const struct document_facts *f)
{
	if (p->pdf)
		return;
	switch (f->state) {
	case DOCUMENT_READY:
		open_begin(p);
		break;
	case DOCUMENT_FAILED:
		failed_show(p, _("The document was not fetched"), words_code(f->code), true);
		break;
	default:
		wait_show(p, f);
		break;
	}
}

static void document_changed(UiDocuments *d, const char *bid, int file, UiDocumentPane *p)
{
	struct document_facts f;

	if (file == p->file && strcmp(bid, p->bid) == 0 && ui_documents_find(d, bid, file, &f))
		progress(p, &f);
}

static void document_drop(UiDocumentPane *p)
{
	opening_cancel(p);
	document_search_drop(&p->search);
	gtk_editable_set_text(GTK_EDITABLE(p->find_entry), "");
	ui_document_view_set_pdf(p->view, NULL);
	p->pdf = pdf_unref(p->pdf);
	p->bid[0] = '\0';
	p->file = 0;
}

void ui_document_pane_show(UiDocumentPane *p, const char *bid, int file, int page)
{
	struct document_facts f;
	g_autofree char *title = NULL;

	if (!ui_documents_find(p->documents, bid, file, &f))
		return;
	p->page = page;
	if (p->file == file && strcmp(p->bid, bid) == 0) {
		if (p->pdf) {
			stack_show(p, "page");
			ui_document_view_go(p->view, page);
		}
	} else {
		document_drop(p);
		g_strlcpy(p->bid, bid, sizeof(p->bid));
		p->file = file;
	}
	title = g_strdup_printf("%s · %s", f.bidder, f.name);
	gtk_label_set_text(p->title, title);
	if (p->pdf)
		return;
	if (f.state == DOCUMENT_READY)
		progress(p, &f);
	else
		ui_documents_want(p->documents, p->bid, file);
}

bool ui_document_pane_place(UiDocumentPane *p, const char **ret_bid, int *ret_file, int *ret_page)
{
	if (!p->pdf)
		return false;
	*ret_bid = p->bid;
	*ret_file = p->file;
	*ret_page = ui_document_view_page(p->view);
	return true;
}

/* What is no longer in the list, as after leaving, is not shown either. */
static void listed(UiDocuments *d, UiDocumentPane *p)
{
	struct document_facts f;

	if (!p->bid[0] || ui_documents_find(d, p->bid, p->file, &f))
		return;
	document_drop(p);
	stack_show(p, "list");
}

static void chosen(UiDocumentList *list, const char *bid, int file, UiDocumentPane *p)
{
	p->chosen = true;
	ui_document_pane_show(p, bid, file, 1);
}

/* ---- buttons ---- */

static void list_asked(GtkButton *button, UiDocumentPane *p)
{
	stack_show(p, "list");
}

static void retry_asked(GtkButton *button, UiDocumentPane *p)
{
	ui_documents_want(p->documents, p->bid, p->file);
}

static void page_turned(UiDocumentView *view, UiDocumentPane *p)
{
	if (p->pdf)
		page_update(p);
}

static void page_before(GtkButton *button, UiDocumentPane *p)
{
	ui_document_view_go(p->view, ui_document_view_page(p->view) - 1);
}

static void page_after(GtkButton *button, UiDocumentPane *p)
{
	ui_document_view_go(p->view, ui_document_view_page(p->view) + 1);
}

static void page_typed(GtkEntry *entry, UiDocumentPane *p)
{
	int page = atoi(gtk_editable_get_text(GTK_EDITABLE(entry)));

	if (page > 0)
		ui_document_view_go(p->view, page);
	page_update(p);
}

static void smaller(GtkButton *button, UiDocumentPane *p)
{
	ui_document_view_zoom(p->view, 1 / STEP);
}

static void larger(GtkButton *button, UiDocumentPane *p)
{
	ui_document_view_zoom(p->view, STEP);
}

static void fit_asked(GtkToggleButton *button, UiDocumentPane *p)
{
	ui_document_view_fit(p->view, gtk_toggle_button_get_active(button) ? FIT_PAGE : FIT_WIDTH);
}

/* ---- bookmarks and search, which share the side ---- */

static void side_update(UiDocumentPane *p)
{
	bool finds = gtk_toggle_button_get_active(p->find_button) &&
		     document_search_has_hits(&p->search);
	bool marks = gtk_toggle_button_get_active(p->marks_button);

	if (finds || marks)
		gtk_stack_set_visible_child_name(p->sides, finds ? "hits" : "marks");
	gtk_revealer_set_reveal_child(p->side, finds || marks);
}

static void side_asked(GtkToggleButton *button, UiDocumentPane *p)
{
	side_update(p);
}

static void find_asked(GtkToggleButton *button, UiDocumentPane *p)
{
	bool on = gtk_toggle_button_get_active(button);

	gtk_revealer_set_reveal_child(p->find_bar, on);
	document_search_mark(&p->search, on);
	side_update(p);
	if (on)
		gtk_widget_grab_focus(GTK_WIDGET(p->find_entry));
}

static void find_stopped(GtkSearchEntry *entry, UiDocumentPane *p)
{
	gtk_toggle_button_set_active(p->find_button, FALSE);
}

static void found(void *user)
{
	side_update(user);
}

static void find_changed(GtkSearchEntry *entry, UiDocumentPane *p)
{
	g_autofree char *text = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry))));

	if (p->pdf)
		document_search_for(&p->search, p->pdf, text);
	else
		document_search_drop(&p->search);
	side_update(p);
}

static gboolean find_key(GtkWidget *widget, GVariant *args, void *user)
{
	UiDocumentPane *p = UI_DOCUMENT_PANE(widget);

	if (!p->pdf)
		return FALSE;
	gtk_toggle_button_set_active(p->find_button, TRUE);
	gtk_widget_grab_focus(GTK_WIDGET(p->find_entry));
	return TRUE;
}

/* Keys leaf wherever the focus is in this pane, unless it is where one writes. */
static gboolean key_pressed(GtkEventControllerKey *keys, guint key, guint code,
	GdkModifierType modifiers, UiDocumentPane *p)
{
	GtkWidget *focus = gtk_root_get_focus(gtk_widget_get_root(GTK_WIDGET(p)));

	if (GTK_IS_EDITABLE(focus) ||
		strcmp(gtk_stack_get_visible_child_name(p->pages), "page") != 0)
		return GDK_EVENT_PROPAGATE;
	return ui_document_view_key(p->view, key, modifiers);
}

/* ---- making and ending ---- */

void ui_document_pane_set_documents(UiDocumentPane *p, UiDocuments *documents)
{
	p->documents = g_object_ref(documents);
	ui_document_list_set_documents(p->list, documents);
	g_signal_connect(documents, "listed", G_CALLBACK(listed), p);
	g_signal_connect(documents, "document", G_CALLBACK(document_changed), p);
}

static void ui_document_pane_dispose(GObject *object)
{
	UiDocumentPane *p = UI_DOCUMENT_PANE(object);

	opening_cancel(p);
	document_search_done(&p->search);
	if (p->documents)
		g_signal_handlers_disconnect_by_data(p->documents, p);
	g_clear_object(&p->documents);
	p->pdf = pdf_unref(p->pdf);
	G_OBJECT_CLASS(ui_document_pane_parent_class)->dispose(object);
}

static void children_bind(GtkWidgetClass *widget)
{
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, list_button);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, title);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, tools);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, marks_button);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, find_button);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, page_entry);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, of_pages);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, find_bar);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, find_entry);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, found);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, pages);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, list);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, side);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, sides);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, marks);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, hits);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, view);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, wait_text);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, progress);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, failed);
	gtk_widget_class_bind_template_child(widget, UiDocumentPane, retry);
}

static void ui_document_pane_class_init(UiDocumentPaneClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_document_pane_dispose;
	signals[PLACE] = g_signal_new("place", UI_TYPE_DOCUMENT_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 0);
	g_type_ensure(UI_TYPE_DOCUMENT_LIST);
	g_type_ensure(UI_TYPE_DOCUMENT_VIEW);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/document_pane.ui");
	children_bind(widget);
	gtk_widget_class_bind_template_callback(widget, chosen);
	gtk_widget_class_bind_template_callback(widget, list_asked);
	gtk_widget_class_bind_template_callback(widget, side_asked);
	gtk_widget_class_bind_template_callback(widget, find_asked);
	gtk_widget_class_bind_template_callback(widget, page_before);
	gtk_widget_class_bind_template_callback(widget, page_typed);
	gtk_widget_class_bind_template_callback(widget, page_after);
	gtk_widget_class_bind_template_callback(widget, smaller);
	gtk_widget_class_bind_template_callback(widget, larger);
	gtk_widget_class_bind_template_callback(widget, fit_asked);
	gtk_widget_class_bind_template_callback(widget, find_changed);
	gtk_widget_class_bind_template_callback(widget, find_stopped);
	gtk_widget_class_bind_template_callback(widget, retry_asked);
	gtk_widget_class_add_binding(widget, GDK_KEY_f, GDK_CONTROL_MASK, find_key, NULL);
}

static void ui_document_pane_init(UiDocumentPane *p)
{
	GtkEventController *keys = gtk_event_controller_key_new();

	gtk_widget_init_template(GTK_WIDGET(p));
	gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(key_pressed), p);
	gtk_widget_add_controller(GTK_WIDGET(p), keys);
	g_signal_connect(p->view, "page", G_CALLBACK(page_turned), p);
	p->search = (struct document_search){p->found, p->hits, p->view, found, p};
	stack_show(p, "list");
}
