/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/control_bar.h"

#include <glib/gi18n.h>

struct _UiControlBar {
	GtkBox parent;
	GtkLabel *hint, *mic_label, *camera_label, *share_label, *hand_label;
	GtkImage *mic_icon, *camera_icon;
	GtkButton *mic, *camera, *share, *hand;
	UiRoom *room;
	bool push_to_talk;
};

G_DEFINE_FINAL_TYPE(UiControlBar, ui_control_bar, GTK_TYPE_BOX)

static void class_set(GtkButton *button, const char *name, bool on)
{
	if (on)
		gtk_widget_add_css_class(GTK_WIDGET(button), name);
	else
		gtk_widget_remove_css_class(GTK_WIDGET(button), name);
}

static void button_show(GtkButton *button, GtkLabel *label, const char *text, bool waits)
{
	g_autofree char *waiting = g_strdup_printf(_("%s (waiting)"), text);

	gtk_label_set_text(label, waits ? waiting : text);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void mic_show(UiControlBar *b, const struct room_facts *f)
{
	bool off = f->muted[MUTE_MIC];

	button_show(b->mic, b->mic_label, off ? _("Unmute") : _("Mute"),
		ui_room_waits(b->room, CONTROL_MUTE_SELF, MUTE_MIC));
	gtk_image_set_from_icon_name(b->mic_icon,
		off ? "microphone-disabled-symbolic" : "microphone-sensitivity-high-symbolic");
	class_set(b->mic, "off", off);
}

static void camera_show(UiControlBar *b, const struct room_facts *f)
{
	bool off = f->muted[MUTE_CAM];

	button_show(b->camera, b->camera_label, off ? _("Start video") : _("Stop video"),
		ui_room_waits(b->room, CONTROL_MUTE_SELF, MUTE_CAM));
	gtk_image_set_from_icon_name(
		b->camera_icon, off ? "camera-disabled-symbolic" : "camera-video-symbolic");
	class_set(b->camera, "off", off);
}

static void share_show(UiControlBar *b, const struct room_facts *f)
{
	button_show(b->share, b->share_label, f->sharing ? _("Stop sharing") : _("Share screen"),
		false);
	class_set(b->share, "on", f->sharing);
	gtk_widget_set_visible(
		GTK_WIDGET(b->share), f->sharing || ui_room_may(b->room, RIGHT_SCREEN));
}

static void hand_show(UiControlBar *b, const struct room_facts *f)
{
	button_show(b->hand, b->hand_label, f->hand ? _("Lower hand") : _("Raise hand"),
		ui_room_waits(b->room, CONTROL_RAISE_HAND, MUTE_N_SOURCES));
	class_set(b->hand, "on", f->hand);
}

static const char *hint_text(const UiControlBar *b, const struct room_facts *f)
{
	if (f->device_failed[MUTE_MIC])
		return _("The microphone is unplugged or in use elsewhere");
	if (f->device_failed[MUTE_CAM])
		return _("The camera is unplugged or in use elsewhere");
	if (f->output_failed)
		return _("The loudspeaker is unplugged or in use elsewhere");
	if (f->lag >= 3)
		return _("Your connection is too slow for all pictures");
	if (!b->push_to_talk)
		return "";
	return f->muted[MUTE_MIC] ? _("Hold the space bar to talk") : _("You are heard");
}

static void room_changed(UiRoom *room, UiControlBar *b)
{
	const struct room_facts *f = ui_room_facts(room);

	mic_show(b, f);
	camera_show(b, f);
	share_show(b, f);
	hand_show(b, f);
	gtk_label_set_text(b->hint, hint_text(b, f));
}

void ui_control_bar_set_room(UiControlBar *b, UiRoom *room)
{
	if (b->room)
		g_signal_handlers_disconnect_by_data(b->room, b);
	g_set_object(&b->room, room);
	if (!room)
		return;
	g_signal_connect(room, "changed", G_CALLBACK(room_changed), b);
	room_changed(room, b);
}

void ui_control_bar_set_push_to_talk(UiControlBar *b, bool on)
{
	b->push_to_talk = on;
	if (b->room)
		room_changed(b->room, b);
}

static void ui_control_bar_dispose(GObject *object)
{
	ui_control_bar_set_room(UI_CONTROL_BAR(object), NULL);
	G_OBJECT_CLASS(ui_control_bar_parent_class)->dispose(object);
}

static void ui_control_bar_class_init(UiControlBarClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_control_bar_dispose;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/control_bar.ui");
	gtk_widget_class_bind_template_child(widget, UiControlBar, hint);
	gtk_widget_class_bind_template_child(widget, UiControlBar, mic);
	gtk_widget_class_bind_template_child(widget, UiControlBar, mic_icon);
	gtk_widget_class_bind_template_child(widget, UiControlBar, mic_label);
	gtk_widget_class_bind_template_child(widget, UiControlBar, camera);
	gtk_widget_class_bind_template_child(widget, UiControlBar, camera_icon);
	gtk_widget_class_bind_template_child(widget, UiControlBar, camera_label);
	gtk_widget_class_bind_template_child(widget, UiControlBar, share);
	gtk_widget_class_bind_template_child(widget, UiControlBar, share_label);
	gtk_widget_class_bind_template_child(widget, UiControlBar, hand);
	gtk_widget_class_bind_template_child(widget, UiControlBar, hand_label);
}

static void ui_control_bar_init(UiControlBar *b)
{
	gtk_widget_init_template(GTK_WIDGET(b));
}
