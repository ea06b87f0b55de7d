/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/window_inner.h"
#include "room-client/ui/words.h"

#define STATS_EVERY_S 2

G_DEFINE_FINAL_TYPE(UiWindow, ui_window, ADW_TYPE_APPLICATION_WINDOW)

static bool is_shown(UiWindow *w, const char *page)
{
	return strcmp(gtk_stack_get_visible_child_name(w->pages), page) == 0;
}

/* To a screen reader of GTK 4.8, what is behind in a stack is there too; unless it is hidden. */
static void pages_hide_but(UiWindow *w, const char *page)
{
	static const char *const names[] = {"join", "check", "room", "ended"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		gtk_widget_set_visible(gtk_stack_get_child_by_name(w->pages, names[i]),
			strcmp(names[i], page) == 0);
}

static void page_show(UiWindow *w, const char *page)
{
	if (is_shown(w, "check") && strcmp(page, "check") != 0)
		ui_check_page_end(w->check);
	pages_hide_but(w, page);
	gtk_stack_set_visible_child_name(w->pages, page);
	window_actions_update(w);
}

/* ---- the room comes and goes ---- */

static gboolean stats_tick(void *user)
{
	UiWindow *w = user;
	json_auto_t *stats = w->out.stats(w->out.user);

	if (w->room && stats)
		ui_room_stats(w->room, stats);
	return G_SOURCE_CONTINUE;
}

static void toast(UiRoom *room, const char *text, UiWindow *w)
{
	ui_window_toast(w, text);
}

static void room_changed(UiRoom *room, UiWindow *w)
{
	window_actions_update(w);
}

static void room_drop(UiWindow *w)
{
	if (w->stats_timer)
		g_source_remove(w->stats_timer);
	w->stats_timer = 0;
	if (w->stats)
		gtk_window_destroy(GTK_WINDOW(w->stats));
	ui_room_page_set_room(w->room_page, NULL);
	if (w->room)
		g_signal_handlers_disconnect_by_data(w->room, w);
	g_clear_object(&w->room);
	w->push = (struct push_to_talk){0};
}

static void room_make(UiWindow *w)
{
	room_drop(w);
	w->room = ui_room_new(&w->out.room);
	g_signal_connect(w->room, "toast", G_CALLBACK(toast), w);
	g_signal_connect(w->room, "changed", G_CALLBACK(room_changed), w);
}

static void room_enter(UiWindow *w)
{
	if (is_shown(w, "room"))
		return;
	page_show(w, "room");
	ui_room_page_set_room(w->room_page, w->room);
	w->stats_timer = g_timeout_add_seconds(STATS_EVERY_S, stats_tick, w);
}

static void ended_show(UiWindow *w, const char *code)
{
	bool mine = strcmp(code, "left") == 0;

	adw_status_page_set_title(w->ended, mine ? _("You left the room") : _("You are out"));
	adw_status_page_set_description(
		w->ended, mine ? _("Thank you. You may close this window.") : words_code(code));
	room_drop(w);
	page_show(w, "ended");
	if (w->quits)
		w->out.quit(w->out.user);
}

static void again(GtkButton *button, UiWindow *w)
{
	w->out.abandon(w->out.user);
	ui_join_page_reset(w->join);
	page_show(w, "join");
}

/* ---- for the program ---- */

void ui_window_prepared(UiWindow *w)
{
	room_make(w);
	page_show(w, "check");
	ui_check_page_begin(w->check);
}

void ui_window_refused(UiWindow *w, const char *code, const char *title)
{
	if (is_shown(w, "check"))
		ui_check_page_refused(w->check, code, title);
	else
		ui_join_page_refused(w->join, code, title);
}

void ui_window_choose(UiWindow *w, const json_t *sessions)
{
	ui_join_page_choose(w->join, sessions);
}

void ui_window_notice(UiWindow *w, const char *name, const json_t *fields, const json_t *state)
{
	const char *code = json_string_value(json_object_get(fields, "code"));

	if (!w->room)
		return;
	if (is_shown(w, "check")) {
		ui_check_page_notice(w->check, name, fields);
		if (strcmp(name, "ended") == 0)
			ui_check_page_refused(w->check, code, "");
	}
	if (strcmp(name, "joined") == 0)
		room_enter(w);
	ui_room_notice(w->room, name, fields, state);
	if (strcmp(name, "ended") == 0 && is_shown(w, "room"))
		ended_show(w, code);
}

void ui_window_picture(UiWindow *w, const char *seat, enum mute_source source, int width,
	int height, size_t stride, GBytes *pixels)
{
	if (is_shown(w, "room"))
		ui_room_page_picture(w->room_page, seat, source, width, height, stride, pixels);
	else if (is_shown(w, "check") && !*seat)
		ui_check_page_picture(w->check, width, height, stride, pixels);
}

void ui_window_level(UiWindow *w, const char *seat, double level)
{
	if (is_shown(w, "check") && !*seat)
		ui_check_page_level(w->check, level);
	if (w->room)
		ui_room_level(w->room, seat, level);
}

void ui_window_toast(UiWindow *w, const char *text)
{
	g_autofree char *markup = g_markup_escape_text(text, -1);
	AdwToast *t = adw_toast_new(markup);

	adw_toast_overlay_add_toast(w->toasts, t);
}

void ui_window_set_documents(UiWindow *w, GtkWidget *viewer)
{
	ui_room_page_set_documents(w->room_page, viewer);
}

void ui_window_show_documents(UiWindow *w)
{
	g_action_group_change_action_state(
		G_ACTION_GROUP(w), "documents", g_variant_new_boolean(TRUE));
}

void ui_window_set_work(UiWindow *w, GtkWidget *page)
{
	ui_room_page_set_work(w->room_page, page);
}

void ui_window_offer_work(UiWindow *w, bool on)
{
	ui_room_page_offer_work(w->room_page, on);
	if (!on)
		g_action_group_change_action_state(
			G_ACTION_GROUP(w), "work", g_variant_new_boolean(FALSE));
}

void ui_window_show_work(UiWindow *w)
{
	g_action_group_change_action_state(
		G_ACTION_GROUP(w), "work", g_variant_new_boolean(TRUE));
}

/* ---- closing, making, ending ---- */

static gboolean ui_window_close_request(GtkWindow *window)
{
	UiWindow *w = UI_WINDOW(window);

	if (w->kiosk)
		return TRUE;
	if (is_shown(w, "room")) {
		window_ask_leave(w, true);
		return TRUE;
	}
	w->out.quit(w->out.user);
	return TRUE;
}

static void ui_window_dispose(GObject *object)
{
	UiWindow *w = UI_WINDOW(object);

	if (w->pages) {
		room_drop(w);
		if (is_shown(w, "check"))
			ui_check_page_end(w->check);
	}
	G_OBJECT_CLASS(ui_window_parent_class)->dispose(object);
}

static void ui_window_class_init(UiWindowClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	g_type_ensure(UI_TYPE_JOIN_PAGE);
	g_type_ensure(UI_TYPE_CHECK_PAGE);
	g_type_ensure(UI_TYPE_ROOM_PAGE);
	G_OBJECT_CLASS(class)->dispose = ui_window_dispose;
	GTK_WINDOW_CLASS(class)->close_request = ui_window_close_request;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/window.ui");
	gtk_widget_class_bind_template_child(widget, UiWindow, toasts);
	gtk_widget_class_bind_template_child(widget, UiWindow, pages);
	gtk_widget_class_bind_template_child(widget, UiWindow, join);
	gtk_widget_class_bind_template_child(widget, UiWindow, check);
	gtk_widget_class_bind_template_child(widget, UiWindow, room_page);
	gtk_widget_class_bind_template_child(widget, UiWindow, ended);
	gtk_widget_class_bind_template_child(widget, UiWindow, ended_header);
	gtk_widget_class_bind_template_callback(widget, again);
}

static void ui_window_init(UiWindow *w)
{
	gtk_widget_init_template(GTK_WIDGET(w));
	pages_hide_but(w, "join");
}

UiWindow *ui_window_new(
	GtkApplication *app, const struct ui_out *out, const struct ui_defaults *defaults)
{
	UiWindow *w = g_object_new(UI_TYPE_WINDOW, "application", app, NULL);

	w->out = *out;
	w->kiosk = defaults->kiosk;
	window_actions_add(w);
	ui_join_page_set_up(w->join, out, defaults);
	ui_check_page_set_up(w->check, out, defaults->kiosk);
	ui_room_page_set_kiosk(w->room_page, defaults->kiosk);
	adw_header_bar_set_show_end_title_buttons(w->ended_header, !defaults->kiosk);
	if (defaults->kiosk)
		gtk_window_fullscreen(GTK_WINDOW(w));
	return w;
}
