/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/sign_page.h"

#include <glib/gi18n.h>

#include "room-client/ui/document_view.h"
#include "room-client/ui/prompt.h"

struct _UiSignPage {
	GtkBox parent;
	GtkLabel *page, *progress, *checked;
	UiDocumentView *view;
	GtkEditable *opinion;
	GtkWidget *sign;
	UiWork *work;
	unsigned turn; /* the opinion belongs to */
	GBytes *shown; /* the report in the view */
	struct pdf *pdf;
	bool failed; /* it cannot be shown */
	GCancellable *opening;
};

G_DEFINE_FINAL_TYPE(UiSignPage, ui_sign_page, GTK_TYPE_BOX)

/* ---- the pages ---- */

static void page_show(UiDocumentView *view, UiSignPage *p)
{
	g_autofree char *text = p->pdf ? g_strdup_printf("%d / %d", ui_document_view_page(p->view),
						 pdf_n_pages(p->pdf))
				       : g_strdup("");

	gtk_label_set_text(p->page, text);
}

static void page_before(GtkButton *button, UiSignPage *p)
{
	if (p->pdf)
		ui_document_view_go(p->view, ui_document_view_page(p->view) - 1);
}

static void page_after(GtkButton *button, UiSignPage *p)
{
	if (p->pdf)
		ui_document_view_go(p->view, ui_document_view_page(p->view) + 1);
}

static void pdf_drop(UiSignPage *p)
{
	if (p->opening)
		g_cancellable_cancel(p->opening);
	g_clear_object(&p->opening);
	g_clear_pointer(&p->pdf, pdf_unref);
	g_clear_pointer(&p->shown, g_bytes_unref);
}

static void report_show(UiSignPage *p);

static void opened(void *user, struct pdf *pdf, int refusal)
{
	UiSignPage *p = user;

	g_clear_object(&p->opening);
	p->failed = pdf == NULL;
	if (pdf) {
		p->pdf = pdf_ref(pdf);
		ui_document_view_set_pdf(p->view, pdf);
		page_show(p->view, p);
		ui_work_report_shown(p->work);
	}
	report_show(p);
}

static void report_open(UiSignPage *p, GBytes *bytes)
{
	g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_bytes(bytes);

	pdf_drop(p);
	p->failed = false;
	p->shown = g_bytes_ref(bytes);
	p->opening = g_cancellable_new();
	pdf_open(stream, p->opening, opened, p);
}

/* ---- the signature ---- */

static const char *checked_words(UiSignPage *p, const struct work_report *r, bool signed_already)
{
	if (!r->there)
		return _("Waiting for the report…");
	if (p->failed)
		return _("This document cannot be shown");
	if (!r->same)
		return _(
			"The digest computed here differs from the server's. Do not sign; tell the "
			"supervisor.");
	if (signed_already)
		return _("You have signed the report.");
	return _(
		"The digest computed here is the one the server names. Please read the whole report.");
}

static void report_show(UiSignPage *p)
{
	const struct work_facts *f = ui_work_facts(p->work);
	struct work_report r;
	g_autofree char *progress = NULL;

	r = ui_work_report(p->work);
	progress = g_strdup_printf(_("%d of %d have signed"), r.n_signatures, r.of);
	gtk_label_set_text(p->progress, progress);
	gtk_label_set_text(p->checked, checked_words(p, &r, f->done));
	gtk_widget_set_sensitive(p->sign, r.shown && r.same && !f->done && !f->busy);
	gtk_widget_set_visible(p->sign, !f->done);
	gtk_widget_set_visible(GTK_WIDGET(p->opinion), !f->done);
	if (r.there && r.pdf != p->shown)
		report_open(p, r.pdf);
}

/* In a pause the reader keeps his page, and his words. */
static void changed(UiWork *work, UiSignPage *p)
{
	const struct work_facts *f = ui_work_facts(work);

	if (p->turn != f->turn)
		gtk_editable_set_text(p->opinion, "");
	p->turn = f->turn;
	if (f->task == WORK_SIGN) {
		report_show(p);
	} else if (f->task != WORK_HELD) {
		ui_document_view_set_pdf(p->view, NULL);
		pdf_drop(p);
		page_show(p->view, p);
	}
}

static void sign_answered(void *user, const char *unused, const char *unused_too)
{
	UiSignPage *p = user;

	ui_work_sign(p->work, gtk_editable_get_text(p->opinion));
}

static void sign_asked(GtkButton *button, UiSignPage *p)
{
	const struct prompt prompt = {
		.title = _("Sign the report?"),
		.question = _("It is signed with your key, and cannot be taken back."),
		.yes = _("Sign"),
	};

	prompt_ask(GTK_WIDGET(p), &prompt, sign_answered, G_OBJECT(p), p);
}

void ui_sign_page_set_work(UiSignPage *p, UiWork *work)
{
	p->work = g_object_ref(work);
	g_signal_connect(work, "changed", G_CALLBACK(changed), p);
	g_signal_connect(work, "report", G_CALLBACK(changed), p);
	changed(work, p);
}

static void ui_sign_page_dispose(GObject *object)
{
	UiSignPage *p = UI_SIGN_PAGE(object);

	if (p->work)
		g_signal_handlers_disconnect_by_data(p->work, p);
	g_clear_object(&p->work);
	pdf_drop(p);
	G_OBJECT_CLASS(ui_sign_page_parent_class)->dispose(object);
}

static void ui_sign_page_class_init(UiSignPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_sign_page_dispose;
	g_type_ensure(UI_TYPE_DOCUMENT_VIEW);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/sign_page.ui");
	gtk_widget_class_bind_template_child(widget, UiSignPage, page);
	gtk_widget_class_bind_template_child(widget, UiSignPage, progress);
	gtk_widget_class_bind_template_child(widget, UiSignPage, view);
	gtk_widget_class_bind_template_child(widget, UiSignPage, checked);
	gtk_widget_class_bind_template_child(widget, UiSignPage, opinion);
	gtk_widget_class_bind_template_child(widget, UiSignPage, sign);
	gtk_widget_class_bind_template_callback(widget, page_before);
	gtk_widget_class_bind_template_callback(widget, page_after);
	gtk_widget_class_bind_template_callback(widget, sign_asked);
}

static void ui_sign_page_init(UiSignPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
	g_signal_connect(p->view, "page", G_CALLBACK(page_show), p);
}
