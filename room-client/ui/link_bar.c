/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/link_bar.h"

#include <glib/gi18n.h>

#include "room-client/ui/words.h"

struct _UiLinkBar {
	GtkBox parent;
	GtkLabel *text;
	UiRoom *room;
	guint timer; /* while it counts down */
};

G_DEFINE_FINAL_TYPE(UiLinkBar, ui_link_bar, GTK_TYPE_BOX)

static char *countdown_text(const struct room_facts *f)
{
	int64_t left_us = f->retry_at_us - g_get_monotonic_time();
	int seconds = (int)(MAX(left_us, 0) / G_USEC_PER_SEC) + 1;
	const char *why = words_code(f->why);

	if (left_us <= 0)
		return g_strdup_printf(_("Connection lost (%s). Connecting again…"), why);
	return g_strdup_printf(
		ngettext("Connection lost (%s). Next try in %d second.",
			"Connection lost (%s). Next try in %d seconds.", (unsigned long)seconds),
		why, seconds);
}

static void text_update(UiLinkBar *b)
{
	g_autofree char *text = countdown_text(ui_room_facts(b->room));

	gtk_label_set_text(b->text, text);
}

static gboolean counted(void *user)
{
	text_update(user);
	return G_SOURCE_CONTINUE;
}

static void timer_stop(UiLinkBar *b)
{
	if (b->timer)
		g_source_remove(b->timer);
	b->timer = 0;
}

static void room_changed(UiRoom *room, UiLinkBar *b)
{
	bool lost = ui_room_facts(room)->link == LINK_LOST;

	gtk_widget_set_visible(GTK_WIDGET(b), lost);
	if (!lost) {
		timer_stop(b);
		return;
	}
	text_update(b);
	if (!b->timer)
		b->timer = g_timeout_add(500, counted, b);
}

void ui_link_bar_set_room(UiLinkBar *b, UiRoom *room)
{
	if (b->room)
		g_signal_handlers_disconnect_by_data(b->room, b);
	timer_stop(b);
	g_set_object(&b->room, room);
	gtk_widget_set_visible(GTK_WIDGET(b), FALSE);
	if (!room)
		return;
	g_signal_connect(room, "changed", G_CALLBACK(room_changed), b);
	room_changed(room, b);
}

static void ui_link_bar_dispose(GObject *object)
{
	ui_link_bar_set_room(UI_LINK_BAR(object), NULL);
	G_OBJECT_CLASS(ui_link_bar_parent_class)->dispose(object);
}

static void ui_link_bar_class_init(UiLinkBarClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_link_bar_dispose;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/link_bar.ui");
	gtk_widget_class_bind_template_child(widget, UiLinkBar, text);
}

static void ui_link_bar_init(UiLinkBar *b)
{
	gtk_widget_init_template(GTK_WIDGET(b));
}
