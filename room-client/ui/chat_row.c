/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/chat_row.h"

struct _UiChatRow {
	GtkListBoxRow parent;
	GtkLabel *author, *time, *state, *text;
	UiLine *line;
};

G_DEFINE_FINAL_TYPE(UiChatRow, ui_chat_row, GTK_TYPE_LIST_BOX_ROW)

static char *time_text(int64_t at_us)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(at_us / G_USEC_PER_SEC);

	return g_date_time_format(at, "%H:%M:%S");
}

static void line_changed(UiLine *line, UiChatRow *r)
{
	enum line_state state = ui_line_state(line);
	const char *words = ui_line_state_words(line), *why = ui_line_why(line);
	g_autofree char *time = time_text(ui_line_at_us(line));
	g_autofree char *whole = *why ? g_strdup_printf("%s: %s", words, why) : g_strdup(words);
	g_autofree char *spoken = g_strdup_printf(
		"%s %s: %s %s", time, ui_line_author(line), ui_line_text(line), whole);

	gtk_label_set_text(r->author, ui_line_author(line));
	gtk_label_set_text(r->time, time);
	gtk_label_set_text(r->text, ui_line_text(line));
	gtk_label_set_text(r->state, words);
	gtk_widget_set_tooltip_text(GTK_WIDGET(r->state), *why ? whole : NULL);
	gtk_widget_remove_css_class(GTK_WIDGET(r->state), "refused");
	gtk_widget_remove_css_class(GTK_WIDGET(r->state), "pending");
	gtk_widget_remove_css_class(GTK_WIDGET(r->state), "dim-label");
	gtk_widget_add_css_class(GTK_WIDGET(r->state), state == LINE_REFUSED    ? "refused"
						       : state == LINE_ACCEPTED ? "dim-label"
										: "pending");
	if (state != LINE_EVENT)
		gtk_widget_add_css_class(GTK_WIDGET(r), "own");
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(r), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void ui_chat_row_dispose(GObject *object)
{
	UiChatRow *r = UI_CHAT_ROW(object);

	if (r->line)
		g_signal_handlers_disconnect_by_data(r->line, r);
	g_clear_object(&r->line);
	G_OBJECT_CLASS(ui_chat_row_parent_class)->dispose(object);
}

static void ui_chat_row_class_init(UiChatRowClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_chat_row_dispose;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/chat_row.ui");
	gtk_widget_class_bind_template_child(widget, UiChatRow, author);
	gtk_widget_class_bind_template_child(widget, UiChatRow, time);
	gtk_widget_class_bind_template_child(widget, UiChatRow, state);
	gtk_widget_class_bind_template_child(widget, UiChatRow, text);
}

static void ui_chat_row_init(UiChatRow *r)
{
	gtk_widget_init_template(GTK_WIDGET(r));
}

UiChatRow *ui_chat_row_new(UiLine *line)
{
	UiChatRow *r = g_object_new(UI_TYPE_CHAT_ROW, NULL);

	r->line = g_object_ref(line);
	g_signal_connect(line, "changed", G_CALLBACK(line_changed), r);
	line_changed(line, r);
	return r;
}
