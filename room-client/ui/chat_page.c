/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/chat_page.h"

#include <stdbool.h>

#include "room-client/ui/chat_row.h"
#include "room-client/ui/newest_end.h"

struct _UiChatPage {
	GtkBox parent;
	GtkScrolledWindow *scroll;
	GtkListBox *list;
	GtkEntry *entry;
	GtkButton *send;
	UiRoom *room;
};

G_DEFINE_FINAL_TYPE(UiChatPage, ui_chat_page, GTK_TYPE_BOX)

static char *entry_text(UiChatPage *p)
{
	return g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(p->entry))));
}

static void send(GtkWidget *widget, UiChatPage *p)
{
	g_autofree char *text = entry_text(p);

	if (*text && p->room && ui_room_say(p->room, text))
		gtk_editable_set_text(GTK_EDITABLE(p->entry), "");
}

static void may_send_update(UiChatPage *p)
{
	g_autofree char *text = entry_text(p);
	bool may = p->room && ui_room_may(p->room, RIGHT_CHAT);

	gtk_widget_set_sensitive(GTK_WIDGET(p->entry), may);
	gtk_widget_set_sensitive(GTK_WIDGET(p->send), may && *text);
}

static void entry_changed(GtkEditable *entry, UiChatPage *p)
{
	may_send_update(p);
}

static void room_changed(UiRoom *room, UiChatPage *p)
{
	may_send_update(p);
}

static GtkWidget *row_make(void *line, void *user)
{
	return GTK_WIDGET(ui_chat_row_new(line));
}

void ui_chat_page_set_room(UiChatPage *p, UiRoom *room)
{
	if (p->room)
		g_signal_handlers_disconnect_by_data(p->room, p);
	g_set_object(&p->room, room);
	gtk_list_box_bind_model(
		p->list, room ? ui_room_chat(room) : NULL, room ? row_make : NULL, NULL, NULL);
	if (room)
		g_signal_connect(room, "changed", G_CALLBACK(room_changed), p);
}

void ui_chat_page_focus(UiChatPage *p)
{
	gtk_widget_grab_focus(GTK_WIDGET(p->entry));
}

static void ui_chat_page_dispose(GObject *object)
{
	UiChatPage *p = UI_CHAT_PAGE(object);

	if (p->room)
		g_signal_handlers_disconnect_by_data(p->room, p);
	g_clear_object(&p->room);
	G_OBJECT_CLASS(ui_chat_page_parent_class)->dispose(object);
}

static void ui_chat_page_class_init(UiChatPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_chat_page_dispose;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/chat_page.ui");
	gtk_widget_class_bind_template_child(widget, UiChatPage, scroll);
	gtk_widget_class_bind_template_child(widget, UiChatPage, list);
	gtk_widget_class_bind_template_child(widget, UiChatPage, entry);
	gtk_widget_class_bind_template_child(widget, UiChatPage, send);
	gtk_widget_class_bind_template_callback(widget, send);
	gtk_widget_class_bind_template_callback(widget, entry_changed);
}

static void ui_chat_page_init(UiChatPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
	gtk_text_set_max_length(
		GTK_TEXT(gtk_editable_get_delegate(GTK_EDITABLE(p->entry))), CONTROL_CHAT_MAX);
	newest_end_keep(p->scroll);
}
