/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What window.c (pages and what the client tells) and window_actions.c (what the user does) share;
 * nobody else includes it. */

#include "room-client/ui/check_page.h"
#include "room-client/ui/join_page.h"
#include "room-client/ui/push_to_talk.h"
#include "room-client/ui/room_page.h"
#include "room-client/ui/stats_window.h"
#include "room-client/ui/window.h"

struct _UiWindow {
	AdwApplicationWindow parent;
	AdwToastOverlay *toasts;
	GtkStack *pages;
	UiJoinPage *join;
	UiCheckPage *check;
	UiRoomPage *room_page;
	AdwStatusPage *ended;
	AdwHeaderBar *ended_header;
	struct ui_out out;
	UiRoom *room; /* from the device check to the end; NULL otherwise */
	bool kiosk;
	bool quits; /* when the room was left */
	struct push_to_talk push;
	guint stats_timer;    /* while seated */
	UiStatsWindow *stats; /* while it is open */
};

void window_actions_add(UiWindow *w);
/* Which actions make sense now. */
void window_actions_update(UiWindow *w);
void window_ask_leave(UiWindow *w, bool quits);
