/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The room: tiles, seats, chat, record, own controls. To its left is a desk for two more widgets,
 * the viewer of documents and the expert's own work.
 */

#include <gtk/gtk.h>

#include "room-client/ui/room.h"
#include "room-client/ui/stage_layout.h"

#define UI_TYPE_ROOM_PAGE (ui_room_page_get_type())
G_DECLARE_FINAL_TYPE(UiRoomPage, ui_room_page, UI, ROOM_PAGE, GtkBox)

/* NULL: none. Takes a reference. */
void ui_room_page_set_room(UiRoomPage *p, UiRoom *room);

/* The viewer of documents, which shares the page with the tiles (a paned; the user moves the
 * border). The action "win.documents" and its button show and hide it; without a viewer there is
 * neither. Takes the floating reference; NULL: none. */
void ui_room_page_set_documents(UiRoomPage *p, GtkWidget *viewer);
void ui_room_page_show_documents(UiRoomPage *p, bool on);

/* The expert's work, beside the documents: "win.work", its button while it is offered. Takes the
 * floating reference. */
void ui_room_page_set_work(UiRoomPage *p, GtkWidget *page);
void ui_room_page_offer_work(UiRoomPage *p, bool on);
void ui_room_page_show_work(UiRoomPage *p, bool on);

void ui_room_page_set_mode(UiRoomPage *p, enum stage_mode mode);
void ui_room_page_show_side(UiRoomPage *p, bool on);
/* "roster", "chat", "record" */
void ui_room_page_show_tab(UiRoomPage *p, const char *name);
void ui_room_page_set_push_to_talk(UiRoomPage *p, bool on);
/* No buttons that close the window. */
void ui_room_page_set_kiosk(UiRoomPage *p, bool on);

/* BGRA; takes a reference. seat "" is the own one. */
void ui_room_page_picture(UiRoomPage *p, const char *seat, enum mute_source source, int width,
	int height, size_t stride, GBytes *pixels);
