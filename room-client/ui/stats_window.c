/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/stats_window.h"

#include <glib/gi18n.h>

#include "proto/json_text.h"
#include "room-client/ui/stats_words.h"
#include "room-client/ui/time_words.h"

#define LOOK_EVERY_S 2

struct _UiStatsWindow {
	AdwWindow parent;
	GtkLabel *line;
	GtkListBox *list;
	struct ui_out out;
	UiRoom *room;
	json_t *before; /* the last look; NULL at first */
	int64_t before_us;
	guint timer;
};

G_DEFINE_FINAL_TYPE(UiStatsWindow, ui_stats_window, ADW_TYPE_WINDOW)

static const json_t *track_before(UiStatsWindow *w, const json_t *track)
{
	size_t i;
	json_t *before;

	json_array_foreach (json_object_get(w->before, "tracks"), i, before) {
		if (json_equal(json_object_get(before, "track"), json_object_get(track, "track")))
			return before;
	}
	return NULL;
}

/* The n-th row, made when there are too few. */
static void row_show(UiStatsWindow *w, int n, const char *title, const char *figures)
{
	GtkListBoxRow *row = gtk_list_box_get_row_at_index(w->list, n);

	if (!row) {
		row = GTK_LIST_BOX_ROW(adw_action_row_new());
		gtk_list_box_append(w->list, GTK_WIDGET(row));
	}
	adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), figures);
}

static int own_show(UiStatsWindow *w, const json_t *stats, int64_t span_us, int n)
{
	json_t *own = json_object_get(stats, "own"), *source;
	const char *kind;

	json_object_foreach (own, kind, source) {
		const json_t *before = json_object_get(json_object_get(w->before, "own"), kind);
		g_autofree char *figures = stats_words_sent(source, before, span_us);
		/* Translators: what this seat sends; %s is picture, voice or screen */
		g_autofree char *title = g_strdup_printf(_("Sent: %s"), stats_words_kind(kind));

		row_show(w, n++, title, figures);
	}
	return n;
}

static int others_show(UiStatsWindow *w, const json_t *stats, int64_t span_us, int n)
{
	size_t i;
	json_t *track;

	json_array_foreach (json_object_get(stats, "tracks"), i, track) {
		UiPerson *p = ui_room_person(w->room, json_text(track, "seat"));
		g_autofree char *figures =
			stats_words_received(track, track_before(w, track), span_us);
		g_autofree char *title = g_strdup_printf("%s: %s",
			p ? ui_person_facts(p)->name : json_text(track, "seat"),
			stats_words_kind(json_text(track, "kind")));

		row_show(w, n++, title, figures);
	}
	return n;
}

static void line_show(UiStatsWindow *w, const json_t *stats)
{
	const struct room_facts *f = ui_room_facts(w->room);
	g_autofree char *session =
		time_words_span(json_integer_value(json_object_get(stats, "session_ms")) * 1000);
	g_autofree char *text =
		f->rtt_us >= 0 ? g_strdup_printf(_("Session %s, network there and back %d ms"),
					 session, (int)(f->rtt_us / 1000))
			       : g_strdup_printf(_("Session %s"), session);

	gtk_label_set_text(w->line, text);
}

static gboolean look(void *user)
{
	UiStatsWindow *w = user;
	json_t *stats = w->out.stats(w->out.user);
	int64_t now_us = g_get_monotonic_time(), span_us = now_us - w->before_us;
	GtkListBoxRow *rest;
	int n;

	if (!stats)
		return G_SOURCE_CONTINUE;
	line_show(w, stats);
	n = others_show(w, stats, span_us, own_show(w, stats, span_us, 0));
	while ((rest = gtk_list_box_get_row_at_index(w->list, n)))
		gtk_list_box_remove(w->list, GTK_WIDGET(rest));
	json_decref(w->before);
	w->before = stats;
	w->before_us = now_us;
	return G_SOURCE_CONTINUE;
}

static void ui_stats_window_dispose(GObject *object)
{
	UiStatsWindow *w = UI_STATS_WINDOW(object);

	if (w->timer)
		g_source_remove(w->timer);
	w->timer = 0;
	g_clear_object(&w->room);
	g_clear_pointer(&w->before, json_decref);
	G_OBJECT_CLASS(ui_stats_window_parent_class)->dispose(object);
}

static void ui_stats_window_class_init(UiStatsWindowClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_stats_window_dispose;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/stats_window.ui");
	gtk_widget_class_bind_template_child(widget, UiStatsWindow, line);
	gtk_widget_class_bind_template_child(widget, UiStatsWindow, list);
	gtk_widget_class_add_binding_action(widget, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void ui_stats_window_init(UiStatsWindow *w)
{
	gtk_widget_init_template(GTK_WIDGET(w));
}

UiStatsWindow *ui_stats_window_new(GtkWindow *parent, const struct ui_out *out, UiRoom *room)
{
	UiStatsWindow *w = g_object_new(
		UI_TYPE_STATS_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, NULL);

	w->out = *out;
	w->room = g_object_ref(room);
	look(w);
	w->timer = g_timeout_add_seconds(LOOK_EVERY_S, look, w);
	return w;
}
