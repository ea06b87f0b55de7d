/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/roster_page.h"

#include "room-client/ui/roster_row.h"

struct _UiRosterPage {
	GtkBox parent;
	GtkListBox *list;
};

G_DEFINE_FINAL_TYPE(UiRosterPage, ui_roster_page, GTK_TYPE_BOX)

static GtkWidget *row_make(void *person, void *room)
{
	return GTK_WIDGET(ui_roster_row_new(room, person));
}

void ui_roster_page_set_room(UiRosterPage *p, UiRoom *room)
{
	if (room)
		gtk_list_box_bind_model(p->list, ui_room_persons(room), row_make,
			g_object_ref(room), g_object_unref);
	else
		gtk_list_box_bind_model(p->list, NULL, NULL, NULL, NULL);
}

static void ui_roster_page_class_init(UiRosterPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/roster_page.ui");
	gtk_widget_class_bind_template_child(widget, UiRosterPage, list);
}

static void ui_roster_page_init(UiRosterPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
}
