/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/aside_bar.h"

#include <glib/gi18n.h>

struct _UiAsideBar {
	GtkBox parent;
	GtkLabel *text;
	UiRoom *room;
};

G_DEFINE_FINAL_TYPE(UiAsideBar, ui_aside_bar, GTK_TYPE_BOX)

static void room_changed(UiRoom *room, UiAsideBar *b)
{
	const char *seat = ui_room_facts(room)->aside;
	UiPerson *by = ui_room_person(room, seat);
	g_autofree char *text =
		g_strdup_printf(_("%s speaks to you alone. The other seats do not hear it, but "
				  "what you answer is heard by all."),
			by ? ui_person_facts(by)->name : seat);

	gtk_widget_set_visible(GTK_WIDGET(b), *seat != '\0');
	gtk_label_set_text(b->text, *seat ? text : "");
}

void ui_aside_bar_set_room(UiAsideBar *b, UiRoom *room)
{
	if (b->room)
		g_signal_handlers_disconnect_by_data(b->room, b);
	g_set_object(&b->room, room);
	gtk_widget_set_visible(GTK_WIDGET(b), FALSE);
	if (!room)
		return;
	g_signal_connect(room, "changed", G_CALLBACK(room_changed), b);
	room_changed(room, b);
}

static void ui_aside_bar_dispose(GObject *object)
{
	ui_aside_bar_set_room(UI_ASIDE_BAR(object), NULL);
	G_OBJECT_CLASS(ui_aside_bar_parent_class)->dispose(object);
}

static void ui_aside_bar_class_init(UiAsideBarClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_aside_bar_dispose;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_ALERT);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/aside_bar.ui");
	gtk_widget_class_bind_template_child(widget, UiAsideBar, text);
}

static void ui_aside_bar_init(UiAsideBar *b)
{
	gtk_widget_init_template(GTK_WIDGET(b));
}
