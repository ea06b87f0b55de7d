/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/document_view.h"

#include <glib/gi18n.h>

#include "room-client/ui/page_canvas.h"

#define MARGIN 12
#define SCALE_MIN 0.1
#define SCALE_MAX 6.0
#define STEP 1.2

struct _UiDocumentView {
	GtkBox parent;
	GtkScrolledWindow *scroll;
	UiPageCanvas *canvas;
	struct pdf *pdf;
	GPtrArray *hits;
	GCancellable *drawing; /* of the page under way; NULL: none */
	int page;
	enum document_fit fit;
	double scale;    /* units of the window for a point */
	double hit_y;    /* to be scrolled to, in points; −1: nowhere */
	guint refitting; /* idle */
};

G_DEFINE_FINAL_TYPE(UiDocumentView, ui_document_view, GTK_TYPE_BOX)

enum { PAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- drawing ---- */

static void drawing_stop(UiDocumentView *v)
{
	if (v->drawing)
		g_cancellable_cancel(v->drawing);
	g_clear_object(&v->drawing);
}

static void say(UiDocumentView *v, const char *text)
{
	g_autofree char *label = g_strdup_printf(_("Page %d of %d"), v->page, pdf_n_pages(v->pdf));

	gtk_accessible_update_property(GTK_ACCESSIBLE(v->canvas), GTK_ACCESSIBLE_PROPERTY_LABEL,
		label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static GdkTexture *texture_of(cairo_surface_t *surface)
{
	int width = cairo_image_surface_get_width(surface);
	int height = cairo_image_surface_get_height(surface);
	size_t stride = (size_t)cairo_image_surface_get_stride(surface);
	g_autoptr(GBytes) bytes = g_bytes_new_with_free_func(cairo_image_surface_get_data(surface),
		stride * (size_t)height, (GDestroyNotify)cairo_surface_destroy,
		cairo_surface_reference(surface));

	return gdk_memory_texture_new(width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}

static void size_now(UiDocumentView *v, int *ret_width, int *ret_height)
{
	double width, height;

	pdf_page_size(v->pdf, v->page, &width, &height);
	*ret_width = (int)(width * v->scale + 0.5);
	*ret_height = (int)(height * v->scale + 0.5);
}

static void drawn(void *user, struct pdf_page *page)
{
	UiDocumentView *v = user;
	g_autoptr(GdkTexture) texture = NULL;
	int width, height;

	g_clear_object(&v->drawing);
	if (!page) {
		say(v, _("This page cannot be drawn"));
		return;
	}
	texture = texture_of(page->surface);
	size_now(v, &width, &height);
	ui_page_canvas_set(v->canvas, texture, width, height);
	say(v, page->text ? page->text : "");
	pdf_page_free(page);
}

static void draw(UiDocumentView *v)
{
	int width, height;

	drawing_stop(v);
	if (!v->pdf)
		return;
	size_now(v, &width, &height);
	v->drawing = g_cancellable_new();
	pdf_draw(v->pdf, v->page, width * gtk_widget_get_scale_factor(GTK_WIDGET(v)), v->hits,
		v->drawing, drawn, v);
}

/* ---- size ---- */

static void refit(UiDocumentView *v)
{
	int room_width = gtk_widget_get_width(GTK_WIDGET(v->scroll)) - 2 * MARGIN;
	int room_height = gtk_widget_get_height(GTK_WIDGET(v->scroll)) - 2 * MARGIN;
	double width, height, scale = v->scale;

	if (!v->pdf || room_width <= 0 || room_height <= 0)
		return;
	pdf_page_size(v->pdf, v->page, &width, &height);
	if (v->fit == FIT_WIDTH)
		scale = room_width / width;
	else if (v->fit == FIT_PAGE)
		scale = MIN(room_width / width, room_height / height);
	v->scale = CLAMP(scale, SCALE_MIN, SCALE_MAX);
}

static gboolean refit_idle(void *user)
{
	UiDocumentView *v = user;
	double before = v->scale;

	v->refitting = 0;
	refit(v);
	if (v->scale != before)
		draw(v);
	return G_SOURCE_REMOVE;
}

static void resized(GObject *adjustment, GParamSpec *spec, UiDocumentView *v)
{
	if (!v->refitting)
		v->refitting = g_idle_add(refit_idle, v);
}

void ui_document_view_fit(UiDocumentView *v, enum document_fit fit)
{
	v->fit = fit;
	refit(v);
	draw(v);
}

void ui_document_view_zoom(UiDocumentView *v, double factor)
{
	v->fit = FIT_NOT;
	v->scale = CLAMP(v->scale * factor, SCALE_MIN, SCALE_MAX);
	draw(v);
}

/* ---- pages ---- */

static void scroll_to(UiDocumentView *v, double y)
{
	GtkAdjustment *a = gtk_scrolled_window_get_vadjustment(v->scroll);

	gtk_adjustment_set_value(a, y);
}

/* White paper of the right size first: what was there is another page. */
static void page_show(UiDocumentView *v)
{
	int width, height;

	refit(v);
	size_now(v, &width, &height);
	ui_page_canvas_set(v->canvas, NULL, width, height);
	say(v, "");
	draw(v);
}

int ui_document_view_page(UiDocumentView *v)
{
	return v->pdf ? v->page : 0;
}

void ui_document_view_go(UiDocumentView *v, int page)
{
	if (!v->pdf)
		return;
	page = CLAMP(page, 1, pdf_n_pages(v->pdf));
	if (page == v->page)
		return;
	v->page = page;
	page_show(v);
	scroll_to(v, 0);
	g_signal_emit(v, signals[PAGE], 0);
}

/* Once the page has its size. */
static gboolean hit_scroll(GtkWidget *widget, GdkFrameClock *clock, void *user)
{
	UiDocumentView *v = UI_DOCUMENT_VIEW(widget);
	GtkAdjustment *a = gtk_scrolled_window_get_vadjustment(v->scroll);

	scroll_to(v, v->hit_y * v->scale - gtk_adjustment_get_page_size(a) / 3);
	return G_SOURCE_REMOVE;
}

void ui_document_view_go_hit(UiDocumentView *v, const struct pdf_hit *hit)
{
	ui_document_view_go(v, hit->page);
	v->hit_y = hit->y;
	gtk_widget_add_tick_callback(GTK_WIDGET(v), hit_scroll, NULL, NULL);
}

void ui_document_view_set_pdf(UiDocumentView *v, struct pdf *pdf)
{
	ui_document_view_set_hits(v, NULL);
	drawing_stop(v);
	pdf_unref(v->pdf);
	v->pdf = pdf ? pdf_ref(pdf) : NULL;
	v->page = 1;
	if (v->pdf)
		page_show(v);
	scroll_to(v, 0);
}

void ui_document_view_set_hits(UiDocumentView *v, GPtrArray *hits)
{
	bool redraw = v->hits || hits;

	g_clear_pointer(&v->hits, g_ptr_array_unref);
	v->hits = hits ? g_ptr_array_ref(hits) : NULL;
	if (redraw)
		draw(v);
}

void ui_document_view_set_mark(UiDocumentView *v, const char *mark)
{
	ui_page_canvas_set_mark(v->canvas, mark);
}

/* ---- keys ---- */

gboolean ui_document_view_key(UiDocumentView *v, guint key, GdkModifierType modifiers)
{
	if (modifiers & gtk_accelerator_get_default_mod_mask() & ~GDK_SHIFT_MASK || !v->pdf)
		return GDK_EVENT_PROPAGATE;
	switch (key) {
	case GDK_KEY_Page_Down:
	case GDK_KEY_KP_Page_Down:
		ui_document_view_go(v, v->page + 1);
		return GDK_EVENT_STOP;
	case GDK_KEY_Page_Up:
	case GDK_KEY_KP_Page_Up:
		ui_document_view_go(v, v->page - 1);
		return GDK_EVENT_STOP;
	case GDK_KEY_Home:
		ui_document_view_go(v, 1);
		return GDK_EVENT_STOP;
	case GDK_KEY_End:
		ui_document_view_go(v, pdf_n_pages(v->pdf));
		return GDK_EVENT_STOP;
	case GDK_KEY_plus:
	case GDK_KEY_KP_Add:
		ui_document_view_zoom(v, STEP);
		return GDK_EVENT_STOP;
	case GDK_KEY_minus:
	case GDK_KEY_KP_Subtract:
		ui_document_view_zoom(v, 1 / STEP);
		return GDK_EVENT_STOP;
	case GDK_KEY_0:
		ui_document_view_fit(v, FIT_WIDTH);
		return GDK_EVENT_STOP;
	}
	return GDK_EVENT_PROPAGATE;
}

void ui_document_view_focus(UiDocumentView *v)
{
	gtk_widget_grab_focus(GTK_WIDGET(v->scroll));
}

/* ---- making and ending ---- */

static void ui_document_view_dispose(GObject *object)
{
	UiDocumentView *v = UI_DOCUMENT_VIEW(object);

	drawing_stop(v);
	if (v->refitting)
		g_source_remove(v->refitting);
	v->refitting = 0;
	g_clear_pointer(&v->hits, g_ptr_array_unref);
	v->pdf = pdf_unref(v->pdf);
	G_OBJECT_CLASS(ui_document_view_parent_class)->dispose(object);
}

static void ui_document_view_class_init(UiDocumentViewClass *class)
{
	G_OBJECT_CLASS(class)->dispose = ui_document_view_dispose;
	signals[PAGE] = g_signal_new("page", UI_TYPE_DOCUMENT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 0);
}

static void ui_document_view_init(UiDocumentView *v)
{
	GtkWidget *canvas = g_object_new(UI_TYPE_PAGE_CANVAS, "margin-top", MARGIN, "margin-bottom",
		MARGIN, "margin-start", MARGIN, "margin-end", MARGIN, NULL);
	GtkWidget *scroll = gtk_scrolled_window_new();

	v->scale = 1;
	v->canvas = UI_PAGE_CANVAS(canvas);
	v->scroll = GTK_SCROLLED_WINDOW(scroll);
	gtk_scrolled_window_set_child(v->scroll, canvas);
	gtk_widget_set_hexpand(scroll, TRUE);
	gtk_widget_set_vexpand(scroll, TRUE);
	gtk_widget_set_focusable(scroll, TRUE);
	gtk_widget_add_css_class(scroll, "paper");
	gtk_box_append(GTK_BOX(v), scroll);
	g_signal_connect(gtk_scrolled_window_get_hadjustment(v->scroll), "notify::page-size",
		G_CALLBACK(resized), v);
	g_signal_connect(gtk_scrolled_window_get_vadjustment(v->scroll), "notify::page-size",
		G_CALLBACK(resized), v);
}
