/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/page_canvas.h"

#include <stdbool.h>

#define MARK_DEGREES -30
#define MARK_GAP 80 /* between two on a row */
#define MARK_ROWS 9 /* heights from one row to the next */
static const GdkRGBA MARK_COLOUR = {0.1F, 0.2F, 0.7F, 0.14F};

struct _UiPageCanvas {
	GtkWidget parent;
	GdkTexture *texture;
	int width, height;
	PangoLayout *mark;
};

G_DEFINE_FINAL_TYPE(UiPageCanvas, ui_page_canvas, GTK_TYPE_WIDGET)

void ui_page_canvas_set(UiPageCanvas *c, GdkTexture *texture, int width, int height)
{
	bool resized = width != c->width || height != c->height;

	g_set_object(&c->texture, texture);
	c->width = width;
	c->height = height;
	if (resized)
		gtk_widget_queue_resize(GTK_WIDGET(c));
	gtk_widget_queue_draw(GTK_WIDGET(c));
}

void ui_page_canvas_set_mark(UiPageCanvas *c, const char *mark)
{
	g_clear_object(&c->mark);
	if (mark)
		c->mark = gtk_widget_create_pango_layout(GTK_WIDGET(c), mark);
	gtk_widget_queue_draw(GTK_WIDGET(c));
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
	int *natural, int *minimum_baseline, int *natural_baseline)
{
	UiPageCanvas *c = UI_PAGE_CANVAS(widget);

	*minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? c->width : c->height;
}

/* Rows of the mark, each shifted against the one above, over a square that covers the page however
 * it is turned. */
static void mark_draw(UiPageCanvas *c, GtkSnapshot *to, const graphene_rect_t *all)
{
	int width, height, reach = c->width + c->height;

	pango_layout_get_pixel_size(c->mark, &width, &height);
	if (width <= 0 || height <= 0)
		return;
	gtk_snapshot_push_clip(to, all);
	gtk_snapshot_translate(to, &GRAPHENE_POINT_INIT((float)c->width / 2, (float)c->height / 2));
	gtk_snapshot_rotate(to, MARK_DEGREES);
	for (int y = -reach / 2, row = 0; y < reach / 2; y += MARK_ROWS * height, row++) {
		for (int x = -reach / 2 - row % 2 * width / 2; x < reach / 2;
			x += width + MARK_GAP) {
			gtk_snapshot_save(to);
			gtk_snapshot_translate(to, &GRAPHENE_POINT_INIT((float)x, (float)y));
			gtk_snapshot_append_layout(to, c->mark, &MARK_COLOUR);
			gtk_snapshot_restore(to);
		}
	}
	gtk_snapshot_pop(to);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *to)
{
	UiPageCanvas *c = UI_PAGE_CANVAS(widget);
	graphene_rect_t all;

	graphene_rect_init(&all, 0, 0, (float)c->width, (float)c->height);
	if (c->texture)
		gtk_snapshot_append_texture(to, c->texture, &all);
	else
		gtk_snapshot_append_color(to, &(GdkRGBA){1, 1, 1, 1}, &all);
	if (c->mark)
		mark_draw(c, to, &all);
}

static void ui_page_canvas_finalize(GObject *object)
{
	g_clear_object(&UI_PAGE_CANVAS(object)->texture);
	g_clear_object(&UI_PAGE_CANVAS(object)->mark);
	G_OBJECT_CLASS(ui_page_canvas_parent_class)->finalize(object);
}

static void ui_page_canvas_class_init(UiPageCanvasClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = ui_page_canvas_finalize;
	widget->measure = measure;
	widget->snapshot = snapshot;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
	gtk_widget_class_set_css_name(widget, "page");
}

static void ui_page_canvas_init(UiPageCanvas *c)
{
	gtk_widget_set_halign(GTK_WIDGET(c), GTK_ALIGN_CENTER);
	gtk_widget_set_valign(GTK_WIDGET(c), GTK_ALIGN_CENTER);
}
