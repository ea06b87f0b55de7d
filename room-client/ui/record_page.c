/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/record_page.h"

#include "room-client/ui/chat_row.h"
#include "room-client/ui/newest_end.h"

struct _UiRecordPage {
	GtkBox parent;
	GtkScrolledWindow *scroll;
	GtkListBox *list;
};

G_DEFINE_FINAL_TYPE(UiRecordPage, ui_record_page, GTK_TYPE_BOX)

static GtkWidget *row_make(void *line, void *user)
{
	return GTK_WIDGET(ui_chat_row_new(line));
}

void ui_record_page_set_room(UiRecordPage *p, UiRoom *room)
{
	gtk_list_box_bind_model(
		p->list, room ? ui_room_record(room) : NULL, room ? row_make : NULL, NULL, NULL);
}

static void ui_record_page_class_init(UiRecordPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/record_page.ui");
	gtk_widget_class_bind_template_child(widget, UiRecordPage, scroll);
	gtk_widget_class_bind_template_child(widget, UiRecordPage, list);
}

static void ui_record_page_init(UiRecordPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
	newest_end_keep(p->scroll);
}
