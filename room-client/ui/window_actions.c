/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/window_inner.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

#include "room-client/ui/prompt.h"
#include "room-client/ui/ui_resources.h"

static const struct room_facts *facts(UiWindow *w)
{
	return ui_room_facts(w->room);
}

/* ---- speaking ---- */

static void mute_toggle(UiWindow *w, enum mute_source source)
{
	if (w->room)
		ui_room_mute(w->room, source, !facts(w)->muted[source]);
}

static void act_mic(GSimpleAction *action, GVariant *parameter, void *w)
{
	mute_toggle(w, MUTE_MIC);
}

static void act_camera(GSimpleAction *action, GVariant *parameter, void *w)
{
	mute_toggle(w, MUTE_CAM);
}

static void act_share(GSimpleAction *action, GVariant *parameter, void *user)
{
	UiWindow *w = user;

	if (w->room)
		ui_room_share_screen(w->room, !facts(w)->sharing);
}

static void hand_answered(void *user, const char *reason, const char *unused)
{
	UiWindow *w = user;

	if (w->room)
		ui_room_raise_hand(w->room, true, reason);
}

static void act_hand(GSimpleAction *action, GVariant *parameter, void *user)
{
	UiWindow *w = user;
	struct prompt prompt = {
		.title = _("Raise your hand"),
		.question = _("The host and everybody in the room see it."),
		.yes = _("Raise hand"),
		.lines = {{_("What for (may stay empty)"), false, CONTROL_NOTE_MAX}},
	};

	if (!w->room)
		return;
	if (facts(w)->hand)
		ui_room_raise_hand(w->room, false, NULL);
	else
		prompt_ask(GTK_WIDGET(w), &prompt, hand_answered, G_OBJECT(w), w);
}

static void push_obey(UiWindow *w, enum push_wish wish)
{
	if (w->room && wish != PUSH_NOTHING)
		ui_room_mute(w->room, MUTE_MIC, wish == PUSH_MUTE);
}

static void state_push(GSimpleAction *action, GVariant *state, void *user)
{
	UiWindow *w = user;
	bool on = g_variant_get_boolean(state);

	g_simple_action_set_state(action, state);
	ui_room_page_set_push_to_talk(w->room_page, on);
	push_obey(w, push_to_talk_switch(&w->push, on, !w->room || facts(w)->muted[MUTE_MIC]));
}

static bool is_typing(UiWindow *w)
{
	GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(w));

	return GTK_IS_EDITABLE(focus) || GTK_IS_TEXT_VIEW(focus);
}

static gboolean key_pressed(
	GtkEventControllerKey *keys, guint key, guint code, GdkModifierType modifiers, UiWindow *w)
{
	bool plain = (modifiers & gtk_accelerator_get_default_mod_mask()) == 0;

	if (key != GDK_KEY_space || !plain || !w->push.on || is_typing(w))
		return GDK_EVENT_PROPAGATE;
	push_obey(w, push_to_talk_press(&w->push, false));
	return GDK_EVENT_STOP;
}

static void key_released(
	GtkEventControllerKey *keys, guint key, guint code, GdkModifierType modifiers, UiWindow *w)
{
	if (key == GDK_KEY_space)
		push_obey(w, push_to_talk_release(&w->push));
}

static void keyboard_left(GObject *window, GParamSpec *spec, UiWindow *w)
{
	if (!gtk_window_is_active(GTK_WINDOW(w)))
		push_obey(w, push_to_talk_release(&w->push));
}

/* ---- view ---- */

static void state_layout(GSimpleAction *action, GVariant *state, void *user)
{
	bool speaker = strcmp(g_variant_get_string(state, NULL), "speaker") == 0;

	g_simple_action_set_state(action, state);
	ui_room_page_set_mode(((UiWindow *)user)->room_page, speaker ? STAGE_SPEAKER : STAGE_GRID);
}

static void state_side(GSimpleAction *action, GVariant *state, void *user)
{
	g_simple_action_set_state(action, state);
	ui_room_page_show_side(((UiWindow *)user)->room_page, g_variant_get_boolean(state));
}

static void state_documents(GSimpleAction *action, GVariant *state, void *user)
{
	g_simple_action_set_state(action, state);
	ui_room_page_show_documents(((UiWindow *)user)->room_page, g_variant_get_boolean(state));
}

static void state_work(GSimpleAction *action, GVariant *state, void *user)
{
	g_simple_action_set_state(action, state);
	ui_room_page_show_work(((UiWindow *)user)->room_page, g_variant_get_boolean(state));
}

static void act_tab(GSimpleAction *action, GVariant *parameter, void *user)
{
	UiWindow *w = user;

	g_action_group_change_action_state(G_ACTION_GROUP(w), "side", g_variant_new_boolean(TRUE));
	ui_room_page_show_tab(w->room_page, g_variant_get_string(parameter, NULL));
}

static void act_fullscreen(GSimpleAction *action, GVariant *parameter, void *user)
{
	UiWindow *w = user;

	if (w->kiosk)
		return;
	if (gtk_window_is_fullscreen(GTK_WINDOW(w)))
		gtk_window_unfullscreen(GTK_WINDOW(w));
	else
		gtk_window_fullscreen(GTK_WINDOW(w));
}

static void stats_gone(void *user, GObject *window)
{
	((UiWindow *)user)->stats = NULL;
}

static void act_statistics(GSimpleAction *action, GVariant *parameter, void *user)
{
	UiWindow *w = user;

	if (!w->stats) {
		w->stats = ui_stats_window_new(GTK_WINDOW(w), &w->out, w->room);
		g_object_weak_ref(G_OBJECT(w->stats), stats_gone, w);
	}
	gtk_window_present(GTK_WINDOW(w->stats));
}

/*
 * Not as the window's help overlay, which is there from the beginning and never shown: GTK 4.8 ends
 * the program when a screen reader asks for a window beyond the last (GetChildAtIndex) and the last
 * was never shown, as happens when a dialog closes while it reads.
 */
static void act_shortcuts(GSimpleAction *action, GVariant *parameter, void *user)
{
	g_autoptr(GtkBuilder) builder =
		gtk_builder_new_from_resource("/org/bidroom/Client/shortcuts.ui");
	GtkWindow *shortcuts = GTK_WINDOW(gtk_builder_get_object(builder, "shortcuts"));

	gtk_window_set_transient_for(shortcuts, GTK_WINDOW(user));
	gtk_window_present(shortcuts);
}

static void act_about(GSimpleAction *action, GVariant *parameter, void *user)
{
	adw_show_about_window(GTK_WINDOW(user), "application-name", _("Bidroom"),
		"application-icon", "system-users", "license-type", GTK_LICENSE_GPL_3_0, "comments",
		_("A seat in a bid evaluation room"), NULL);
}

/* ---- leading ---- */

static void announce_answered(void *user, const char *text, const char *unused)
{
	UiWindow *w = user;

	if (w->room)
		ui_room_act(
			w->room, CONTROL_ANNOUNCE, json_pack("{s:s}", "text", text), _("Announce"));
}

static void act_announce(GSimpleAction *action, GVariant *parameter, void *user)
{
	struct prompt prompt = {
		.title = _("Announce"),
		.question = _("Everybody sees it until they have confirmed it."),
		.yes = _("Announce"),
		.lines = {{_("Text"), true, CONTROL_CHAT_MAX}},
	};

	prompt_ask(GTK_WIDGET(user), &prompt, announce_answered, G_OBJECT(user), user);
}

static void state_lock(GSimpleAction *action, GVariant *state, void *user)
{
	UiWindow *w = user;
	bool on = g_variant_get_boolean(state);

	if (w->room)
		ui_room_act(w->room, CONTROL_LOCK, json_pack("{s:b}", "on", on),
			on ? _("Lock the room") : _("Open the room"));
}

/* ---- leaving ---- */

static void leave_answered(void *user, const char *unused, const char *unused_too)
{
	UiWindow *w = user;

	if (w->room)
		w->out.leave(w->out.user);
}

void window_ask_leave(UiWindow *w, bool quits)
{
	struct prompt prompt = {
		.title = _("Leave the room?"),
		.question = _("Your seat stays yours; you can come back with a new ticket."),
		.yes = _("Leave"),
		.destructive = true,
	};

	w->quits = quits;
	prompt_ask(GTK_WIDGET(w), &prompt, leave_answered, G_OBJECT(w), w);
}

static void act_leave(GSimpleAction *action, GVariant *parameter, void *user)
{
	window_ask_leave(user, false);
}

static void act_retry(GSimpleAction *action, GVariant *parameter, void *user)
{
	UiWindow *w = user;

	w->out.retry(w->out.user);
}

/* The language of what is shown from now on; the window is made anew by the program. */
static void act_language(GSimpleAction *action, GVariant *parameter, void *user)
{
	UiWindow *w = user;

	w->out.language(w->out.user, g_variant_get_string(parameter, NULL));
}

static const GActionEntry ACTIONS[] = {
	{"about", act_about},
	{"announce", act_announce},
	{"camera", act_camera},
	{"documents", NULL, NULL, "false", state_documents},
	{"fullscreen", act_fullscreen},
	{"hand", act_hand},
	{"language", act_language, "s"},
	{"layout", NULL, "s", "'grid'", state_layout},
	{"leave", act_leave},
	{"lock", NULL, NULL, "false", state_lock},
	{"mic", act_mic},
	{"push-to-talk", NULL, NULL, "false", state_push},
	{"retry", act_retry},
	{"share", act_share},
	{"shortcuts", act_shortcuts},
	{"side", NULL, NULL, "true", state_side},
	{"statistics", act_statistics},
	{"tab", act_tab, "s"},
	{"work", NULL, NULL, "false", state_work},
};

static void enable(UiWindow *w, const char *name, bool on)
{
	GAction *action = g_action_map_lookup_action(G_ACTION_MAP(w), name);

	g_simple_action_set_enabled(G_SIMPLE_ACTION(action), on);
}

void window_actions_update(UiWindow *w)
{
	bool seated =
		w->room != NULL && (facts(w)->link == LINK_SEATED || facts(w)->link == LINK_LOST);
	bool leads = seated && ui_room_may(w->room, RIGHT_MODERATE);
	GAction *lock = g_action_map_lookup_action(G_ACTION_MAP(w), "lock");

	enable(w, "mic", seated && ui_room_may(w->room, RIGHT_MIC));
	enable(w, "camera", seated && ui_room_may(w->room, RIGHT_CAM));
	enable(w, "share", seated && (facts(w)->sharing || ui_room_may(w->room, RIGHT_SCREEN)));
	enable(w, "hand", seated && ui_room_may(w->room, RIGHT_HAND));
	enable(w, "push-to-talk", seated && ui_room_may(w->room, RIGHT_MIC));
	enable(w, "leave", seated);
	enable(w, "retry", seated && facts(w)->link == LINK_LOST);
	enable(w, "layout", seated);
	enable(w, "side", seated);
	enable(w, "tab", seated);
	enable(w, "statistics", seated);
	enable(w, "documents", seated);
	enable(w, "work", seated);
	enable(w, "announce", leads);
	enable(w, "lock", leads);
	enable(w, "fullscreen", !w->kiosk);
	if (w->room)
		g_simple_action_set_state(
			G_SIMPLE_ACTION(lock), g_variant_new_boolean(facts(w)->locked));
}

void window_actions_add(UiWindow *w)
{
	GtkEventController *keys = gtk_event_controller_key_new();

	g_action_map_add_action_entries(G_ACTION_MAP(w), ACTIONS, G_N_ELEMENTS(ACTIONS), w);
	gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(key_pressed), w);
	g_signal_connect(keys, "key-released", G_CALLBACK(key_released), w);
	gtk_widget_add_controller(GTK_WIDGET(w), keys);
	g_signal_connect(w, "notify::is-active", G_CALLBACK(keyboard_left), w);
	window_actions_update(w);
}

void ui_window_prepare_application(GtkApplication *app)
{
	static const struct {
		const char *action, *keys[3];
	} ROWS[] = {
		{"win.camera", {"<Ctrl>e"}},
		{"win.documents", {"<Ctrl>b"}},
		{"win.fullscreen", {"F11"}},
		{"win.hand", {"<Ctrl>h"}},
		{"win.layout('grid')", {"<Ctrl>1"}},
		{"win.layout('speaker')", {"<Ctrl>2"}},
		{"win.leave", {"<Ctrl>q"}},
		{"win.mic", {"<Ctrl>d"}},
		{"win.push-to-talk", {"<Ctrl>t"}},
		{"win.retry", {"F5"}},
		{"win.share", {"<Ctrl>s"}},
		{"win.shortcuts", {"<Ctrl>question", "F1"}},
		{"win.side", {"F9"}},
		{"win.statistics", {"<Ctrl>i"}},
		{"win.tab('chat')", {"<Alt>2"}},
		{"win.tab('record')", {"<Alt>3"}},
		{"win.tab('roster')", {"<Alt>1"}},
		{"win.work", {"<Ctrl>w"}},
	};

	g_resources_register(ui_get_resource());
	g_object_set(app, "resource-base-path", "/org/bidroom/Client", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(ROWS); i++)
		gtk_application_set_accels_for_action(app, ROWS[i].action, ROWS[i].keys);
}
