/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/page_canvas.h"

#include <stdbool.h>

struct _UiPageCanvas {
	GtkWidget parent;
	GdkTexture *texture;
	int width, height;
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

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
	int *natural, int *minimum_baseline, int *natural_baseline)
{
	UiPageCanvas *c = UI_PAGE_CANVAS(widget);

	*minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? c->width : c->height;
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
}

static void ui_page_canvas_finalize(GObject *object)
{
	g_clear_object(&UI_PAGE_CANVAS(object)->texture);
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
