/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/tile.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _UiTile {
	GtkWidget parent;
	GtkWidget *content;
	GtkPicture *picture;
	AdwAvatar *avatar;
	GtkImage *mic, *hand, *quality;
	GtkLabel *name;

	UiRoom *room;
	UiPerson *person;
	enum mute_source source;
	int shown_width, shown_height; /* as told to the room */
	GdkTexture *waiting;           /* to be put up in the next tick */
	guint tick;
	bool has_picture;
};

G_DEFINE_FINAL_TYPE(UiTile, ui_tile, GTK_TYPE_WIDGET)

/* ---- how large it is shown ---- */

static void tell_size(UiTile *t, int width, int height)
{
	int scale = gtk_widget_get_scale_factor(GTK_WIDGET(t));
	const struct person_facts *f = ui_person_facts(t->person);

	width *= scale;
	height *= scale;
	if (width == t->shown_width && height == t->shown_height)
		return;
	t->shown_width = width;
	t->shown_height = height;
	ui_room_show(t->room, f->own ? "" : f->seat, t->source, width, height);
}

static void ui_tile_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	UiTile *t = UI_TILE(widget);

	gtk_widget_size_allocate(t->content, &(GtkAllocation){0, 0, width, height}, baseline);
	if (gtk_widget_get_mapped(widget))
		tell_size(t, width, height);
}

/* The stage decides. */
static void ui_tile_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
	int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
	gtk_widget_measure(
		UI_TILE(widget)->content, orientation, -1, minimum, natural, NULL, NULL);
	*minimum = 0;
}

static void ui_tile_map(GtkWidget *widget)
{
	GTK_WIDGET_CLASS(ui_tile_parent_class)->map(widget);
	tell_size(UI_TILE(widget), gtk_widget_get_width(widget), gtk_widget_get_height(widget));
}

static void ui_tile_unmap(GtkWidget *widget)
{
	tell_size(UI_TILE(widget), 0, 0);
	GTK_WIDGET_CLASS(ui_tile_parent_class)->unmap(widget);
}

/* ---- what it shows ---- */

static void picture_remove(UiTile *t)
{
	g_clear_object(&t->waiting);
	t->has_picture = false;
	gtk_picture_set_paintable(t->picture, NULL);
	gtk_widget_set_visible(GTK_WIDGET(t->avatar), TRUE);
}

static void quality_show(UiTile *t, enum quality quality)
{
	GtkWidget *widget = GTK_WIDGET(t->quality);

	gtk_widget_set_visible(widget, quality >= QUALITY_FAIR);
	gtk_widget_remove_css_class(widget, "fair");
	gtk_widget_remove_css_class(widget, "poor");
	if (quality < QUALITY_FAIR)
		return;
	gtk_widget_add_css_class(widget, quality == QUALITY_FAIR ? "fair" : "poor");
	gtk_image_set_from_icon_name(t->quality, quality == QUALITY_FAIR
							 ? "network-cellular-signal-ok-symbolic"
							 : "network-cellular-signal-weak-symbolic");
}

static void mic_show(UiTile *t, const struct person_facts *f)
{
	GtkWidget *widget = GTK_WIDGET(t->mic);
	bool off = f->mic_muted || f->mic_dead;

	gtk_widget_set_visible(widget, t->source == MUTE_CAM && (off || f->speaking));
	gtk_image_set_from_icon_name(t->mic, f->mic_muted ? "microphone-disabled-symbolic"
					     : f->mic_dead
						     ? "microphone-hardware-disabled-symbolic"
						     : "microphone-sensitivity-high-symbolic");
	if (off)
		gtk_widget_add_css_class(widget, "off");
	else
		gtk_widget_remove_css_class(widget, "off");
}

static void name_show(UiTile *t, const struct person_facts *f)
{
	g_autofree char *title = person_facts_title(f);
	g_autofree char *status = person_facts_status(f);
	/* Translators: the label of a shared screen's tile */
	g_autofree char *screen = g_strdup_printf(_("Screen of %s"), title);
	g_autofree char *spoken =
		g_strdup_printf("%s, %s", t->source == MUTE_SCREEN ? screen : title, status);

	gtk_label_set_text(t->name, t->source == MUTE_SCREEN ? screen : title);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(t), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
	adw_avatar_set_text(t->avatar, f->name);
}

static void person_changed(UiPerson *person, UiTile *t)
{
	const struct person_facts *f = ui_person_facts(person);
	bool sends = t->source == MUTE_SCREEN ? f->has_screen : f->has_cam && !f->cam_muted;

	name_show(t, f);
	mic_show(t, f);
	quality_show(t, f->quality);
	gtk_widget_set_visible(GTK_WIDGET(t->hand), f->hand && t->source == MUTE_CAM);
	if (f->speaking && t->source == MUTE_CAM)
		gtk_widget_add_css_class(GTK_WIDGET(t), "speaking");
	else
		gtk_widget_remove_css_class(GTK_WIDGET(t), "speaking");
	if (t->has_picture && (!sends || f->presence != PRESENCE_PRESENT))
		picture_remove(t);
}

static gboolean ticked(GtkWidget *widget, GdkFrameClock *clock, void *user)
{
	UiTile *t = UI_TILE(widget);

	t->tick = 0;
	if (t->waiting) {
		gtk_picture_set_paintable(t->picture, GDK_PAINTABLE(t->waiting));
		g_clear_object(&t->waiting);
		gtk_widget_set_visible(GTK_WIDGET(t->avatar), FALSE);
	}
	return G_SOURCE_REMOVE;
}

void ui_tile_set_picture(UiTile *t, int width, int height, size_t stride, GBytes *pixels)
{
	g_clear_object(&t->waiting);
	t->waiting = gdk_memory_texture_new(width, height, GDK_MEMORY_B8G8R8A8, pixels, stride);
	t->has_picture = true;
	if (!t->tick)
		t->tick = gtk_widget_add_tick_callback(GTK_WIDGET(t), ticked, NULL, NULL);
}

UiPerson *ui_tile_person(UiTile *t)
{
	return t->person;
}

enum mute_source ui_tile_source(UiTile *t)
{
	return t->source;
}

/* ---- making and ending ---- */

static void ui_tile_dispose(GObject *object)
{
	UiTile *t = UI_TILE(object);
	GtkWidget *child;

	if (t->person)
		g_signal_handlers_disconnect_by_data(t->person, t);
	g_clear_object(&t->waiting);
	g_clear_object(&t->person);
	g_clear_object(&t->room);
	while ((child = gtk_widget_get_first_child(GTK_WIDGET(t))))
		gtk_widget_unparent(child);
	G_OBJECT_CLASS(ui_tile_parent_class)->dispose(object);
}

static void ui_tile_class_init(UiTileClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_tile_dispose;
	widget->size_allocate = ui_tile_size_allocate;
	widget->measure = ui_tile_measure;
	widget->map = ui_tile_map;
	widget->unmap = ui_tile_unmap;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/tile.ui");
	gtk_widget_class_bind_template_child(widget, UiTile, content);
	gtk_widget_class_bind_template_child(widget, UiTile, picture);
	gtk_widget_class_bind_template_child(widget, UiTile, avatar);
	gtk_widget_class_bind_template_child(widget, UiTile, mic);
	gtk_widget_class_bind_template_child(widget, UiTile, hand);
	gtk_widget_class_bind_template_child(widget, UiTile, quality);
	gtk_widget_class_bind_template_child(widget, UiTile, name);
}

static void ui_tile_init(UiTile *t)
{
	g_type_ensure(ADW_TYPE_AVATAR);
	gtk_widget_init_template(GTK_WIDGET(t));
}

UiTile *ui_tile_new(UiRoom *room, UiPerson *person, enum mute_source source)
{
	UiTile *t = g_object_new(UI_TYPE_TILE, NULL);

	t->room = g_object_ref(room);
	t->person = g_object_ref(person);
	t->source = source;
	g_signal_connect(person, "changed", G_CALLBACK(person_changed), t);
	person_changed(person, t);
	return t;
}
