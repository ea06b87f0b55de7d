/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/room_page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/aside_bar.h"
#include "room-client/ui/call_bar.h"
#include "room-client/ui/chat_page.h"
#include "room-client/ui/control_bar.h"
#include "room-client/ui/link_bar.h"
#include "room-client/ui/record_page.h"
#include "room-client/ui/roster_page.h"
#include "room-client/ui/stage.h"
#include "room-client/ui/time_words.h"
#include "room-client/ui/words.h"

struct _UiRoomPage {
	GtkBox parent;
	AdwHeaderBar *header;
	GtkLabel *step, *time;
	GtkWidget *documents_button, *work_button, *locked;
	UiLinkBar *link_bar;
	UiAsideBar *aside_bar;
	UiCallBar *call_bar;
	GtkPaned *documents, *desk; /* desk: documents beside the own work */
	UiStage *stage;
	GtkRevealer *side;
	AdwViewStack *pages;
	AdwViewStackPage *chat_tab;
	UiRosterPage *roster;
	UiChatPage *chat;
	UiRecordPage *record;
	UiControlBar *controls;
	UiRoom *room;
	guint clock; /* while there is a room */
};

G_DEFINE_FINAL_TYPE(UiRoomPage, ui_room_page, GTK_TYPE_BOX)

/* ---- step and time ---- */

static void time_show(UiRoomPage *p)
{
	const struct room_facts *f = ui_room_facts(p->room);
	int64_t session_us = f->began_us ? g_get_monotonic_time() - f->began_us : 0;
	/* This machine's clock may be wrong. */
	int64_t now_us = f->began_us && f->zero_us ? f->zero_us + session_us : g_get_real_time();
	g_autofree char *text =
		time_words_step(session_us, f->step_at_us, f->deadline_us, now_us);

	gtk_label_set_text(p->time, text);
}

static gboolean clock_ticked(void *user)
{
	time_show(user);
	return G_SOURCE_CONTINUE;
}

static void room_changed(UiRoom *room, UiRoomPage *p)
{
	const struct room_facts *f = ui_room_facts(room);

	gtk_label_set_text(p->step, f->step[0] ? words_step(f->step) : _("Bid evaluation room"));
	gtk_widget_set_visible(p->locked, f->locked);
	time_show(p);
}

/* ---- what nobody may miss, and what was said meanwhile ---- */

static void prominent(
	UiRoom *room, const char *title, const char *text, gboolean for_me, UiRoomPage *p)
{
	ui_call_bar_add(p->call_bar, title, text, for_me);
}

static bool chat_is_seen(UiRoomPage *p)
{
	return gtk_revealer_get_reveal_child(p->side) &&
	       strcmp(adw_view_stack_get_visible_child_name(p->pages), "chat") == 0;
}

static void chat_grew(GListModel *chat, guint at, guint removed, guint added, UiRoomPage *p)
{
	if (added > removed && !chat_is_seen(p)) {
		adw_view_stack_page_set_needs_attention(p->chat_tab, TRUE);
		adw_view_stack_page_set_badge_number(
			p->chat_tab, adw_view_stack_page_get_badge_number(p->chat_tab) + 1);
	}
}

static void tab_changed(GObject *pages, GParamSpec *spec, UiRoomPage *p)
{
	if (!chat_is_seen(p))
		return;
	adw_view_stack_page_set_needs_attention(p->chat_tab, FALSE);
	adw_view_stack_page_set_badge_number(p->chat_tab, 0);
}

/* ---- for the window ---- */

static void room_drop(UiRoomPage *p)
{
	if (p->clock)
		g_source_remove(p->clock);
	p->clock = 0;
	if (p->room) {
		g_signal_handlers_disconnect_by_data(p->room, p);
		g_signal_handlers_disconnect_by_data(ui_room_chat(p->room), p);
	}
	g_clear_object(&p->room);
}

void ui_room_page_set_room(UiRoomPage *p, UiRoom *room)
{
	room_drop(p);
	ui_call_bar_clear(p->call_bar);
	ui_stage_set_room(p->stage, room);
	ui_link_bar_set_room(p->link_bar, room);
	ui_aside_bar_set_room(p->aside_bar, room);
	ui_control_bar_set_room(p->controls, room);
	ui_roster_page_set_room(p->roster, room);
	ui_chat_page_set_room(p->chat, room);
	ui_record_page_set_room(p->record, room);
	if (!room)
		return;
	p->room = g_object_ref(room);
	g_signal_connect(room, "changed", G_CALLBACK(room_changed), p);
	g_signal_connect(room, "prominent", G_CALLBACK(prominent), p);
	g_signal_connect(ui_room_chat(room), "items-changed", G_CALLBACK(chat_grew), p);
	room_changed(room, p);
	p->clock = g_timeout_add_seconds(1, clock_ticked, p);
}

void ui_room_page_set_documents(UiRoomPage *p, GtkWidget *viewer)
{
	gtk_paned_set_start_child(p->desk, viewer);
	gtk_widget_set_visible(p->documents_button, viewer != NULL);
	if (viewer)
		gtk_widget_set_visible(viewer, FALSE);
}

void ui_room_page_set_work(UiRoomPage *p, GtkWidget *page)
{
	gtk_paned_set_end_child(p->desk, page);
	gtk_widget_set_visible(page, FALSE);
}

void ui_room_page_offer_work(UiRoomPage *p, bool on)
{
	gtk_widget_set_visible(p->work_button, on);
}

/* The desk is there while something lies on it. */
static void desk_show(UiRoomPage *p, GtkWidget *child, bool on)
{
	GtkWidget *documents = gtk_paned_get_start_child(p->desk);
	GtkWidget *work = gtk_paned_get_end_child(p->desk);

	if (child)
		gtk_widget_set_visible(child, on);
	gtk_widget_set_visible(GTK_WIDGET(p->desk),
		(documents && gtk_widget_get_visible(documents)) ||
			(work && gtk_widget_get_visible(work)));
}

void ui_room_page_show_documents(UiRoomPage *p, bool on)
{
	desk_show(p, gtk_paned_get_start_child(p->desk), on);
}

/* The keys go there, unless something is being written elsewhere. */
void ui_room_page_show_work(UiRoomPage *p, bool on)
{
	GtkWidget *work = gtk_paned_get_end_child(p->desk);
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(p));
	GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;

	desk_show(p, work, on);
	if (on && work && !(focus && GTK_IS_EDITABLE(focus)))
		gtk_widget_child_focus(work, GTK_DIR_TAB_FORWARD);
}

void ui_room_page_set_mode(UiRoomPage *p, enum stage_mode mode)
{
	ui_stage_set_mode(p->stage, mode);
}

void ui_room_page_show_side(UiRoomPage *p, bool on)
{
	gtk_revealer_set_reveal_child(p->side, on);
	tab_changed(NULL, NULL, p);
}

void ui_room_page_show_tab(UiRoomPage *p, const char *name)
{
	adw_view_stack_set_visible_child_name(p->pages, name);
	if (strcmp(name, "chat") == 0)
		ui_chat_page_focus(p->chat);
}

void ui_room_page_set_push_to_talk(UiRoomPage *p, bool on)
{
	ui_control_bar_set_push_to_talk(p->controls, on);
}

void ui_room_page_set_kiosk(UiRoomPage *p, bool on)
{
	adw_header_bar_set_show_end_title_buttons(p->header, !on);
}

void ui_room_page_picture(UiRoomPage *p, const char *seat, enum mute_source source, int width,
	int height, size_t stride, GBytes *pixels)
{
	ui_stage_set_picture(p->stage, seat, source, width, height, stride, pixels);
}

/* ---- making and ending ---- */

static void ui_room_page_dispose(GObject *object)
{
	room_drop(UI_ROOM_PAGE(object));
	G_OBJECT_CLASS(ui_room_page_parent_class)->dispose(object);
}

static void ui_room_page_class_init(UiRoomPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_room_page_dispose;
	g_type_ensure(UI_TYPE_LINK_BAR);
	g_type_ensure(UI_TYPE_ASIDE_BAR);
	g_type_ensure(UI_TYPE_CALL_BAR);
	g_type_ensure(UI_TYPE_STAGE);
	g_type_ensure(UI_TYPE_ROSTER_PAGE);
	g_type_ensure(UI_TYPE_CHAT_PAGE);
	g_type_ensure(UI_TYPE_RECORD_PAGE);
	g_type_ensure(UI_TYPE_CONTROL_BAR);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/room_page.ui");
	gtk_widget_class_bind_template_child(widget, UiRoomPage, header);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, step);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, time);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, documents_button);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, locked);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, link_bar);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, aside_bar);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, call_bar);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, documents);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, desk);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, work_button);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, stage);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, side);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, pages);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, chat_tab);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, roster);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, chat);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, record);
	gtk_widget_class_bind_template_child(widget, UiRoomPage, controls);
}

static void ui_room_page_init(UiRoomPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
	g_signal_connect(p->pages, "notify::visible-child-name", G_CALLBACK(tab_changed), p);
}
